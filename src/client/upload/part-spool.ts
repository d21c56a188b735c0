// The port through which a stream's large parts are kept until they are sent: too large for memory, and needed whole,
// because a part that is lost on its way has to be sent again and the stream does not give it twice.

export interface PartSpool {
  /** For messages: where the parts are kept. */
  readonly label: string;
  /** Whether a part of this size has room beside those that are there. */
  hasRoom(sizeBytes: number): Promise<boolean>;
  /** A place for a part that `hasRoom` has been asked for. Whoever creates it discards it. */
  create(sizeMaxBytes: number): Promise<SpooledPart>;
}

export interface SpooledPart {
  /** Appends. @returns false if there is no room any more; then nothing of `bytes` is kept */
  append(bytes: Uint8Array): Promise<boolean>;
  /** As `ByteSource.read`. */
  read(position: number, target: Uint8Array): Promise<number>;
  discard(): Promise<void>;
}
