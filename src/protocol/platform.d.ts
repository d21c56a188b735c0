// The web-standard globals that Node and every browser have. The wire needs no more of its platform than these.
declare class TextEncoder {
  encode(text: string): Uint8Array<ArrayBuffer>;
}
declare class TextDecoder {
  constructor(label?: "utf-8", options?: { readonly fatal?: boolean; readonly ignoreBOM?: boolean });
  decode(bytes: Uint8Array): string;
}

/** Base64, to and from one character a byte. */
declare function atob(base64: string): string;
declare function btoa(characters: string): string;
