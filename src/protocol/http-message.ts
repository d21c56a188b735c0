// The smallest request and response that a client and a server can agree on: what every codec reads and writes.
// Addresses (host, path, bucket in which of them) and bodies of bytes stay outside: address.ts and the listener
// or transport own them, so an operation never sees a socket.

export type Method = "DELETE" | "GET" | "HEAD" | "OPTIONS" | "POST" | "PUT";

/** What a request is about: the service (both absent), a bucket, or an object in it. */
export interface Resource {
  readonly bucket?: string;
  /** Decoded, as the user wrote it: UTF-8 text, never percent-encoded. */
  readonly key?: string;
}

/** Decoded name–value pairs in the order of the URL. A mark such as `?uploads` has the value "". */
export type Query = readonly (readonly [name: string, value: string])[];

/** Lower-case names; a repeated header is joined with ",". */
export type Headers = Readonly<Record<string, string>>;

/** A form of HTML up to its file, whose bytes travel beside the message. */
export interface Form {
  /** In the order of the form; names are compared without regard to case. */
  readonly fields: readonly (readonly [name: string, value: string])[];
  readonly file: {
    /** Without folders. */
    readonly name?: string;
    readonly contentType?: string;
  };
}

export interface RequestMessage {
  readonly method: Method;
  readonly resource: Resource;
  readonly query: Query;
  readonly headers: Headers;
  /** The document of the operations that have one. Bodies of bytes travel beside the message. */
  readonly text?: string;
  /** Of the operation that is a form, `multipart/form-data`. */
  readonly form?: Form;
}

export interface ResponseMessage {
  readonly status: number;
  readonly headers: Headers;
  readonly text?: string;
}

/** The first value of `name`, as OSS reads repeated parameters, or undefined. */
export function queryValue(query: Query, name: string): string | undefined {
  return query.find(([candidate]) => candidate === name)?.[1];
}

/** The first value of the field called `name` in any case, or undefined. */
export function formValue({ fields }: Form, name: string): string | undefined {
  const wanted = name.toLowerCase();
  return fields.find(([candidate]) => candidate.toLowerCase() === wanted)?.[1];
}
