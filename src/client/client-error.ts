// The client's own failures: neither the service (ServiceError) nor the network (TransportError) caused them.

import { PartwiseError } from "../protocol/errors/partwise-error.ts";

export type ClientErrorCode =
  /** The service answered, but a browser's page may not see what it needs of the answer. */
  | "answer-hidden"
  /** What the service answered does not fit what was asked. */
  | "answer-unusable"
  /** A body that can be read only once would have to be sent again. */
  | "body-not-repeatable"
  /** The user ended the upload by its handle. */
  | "cancelled"
  /** The bytes that arrived are not those that were sent. */
  | "checksum-mismatch"
  /** The bucket or service was closed by `close`. */
  | "client-closed"
  /** The function that gets the access key failed. */
  | "credentials-unavailable"
  /** The name or the value of a header, such as of user metadata, has characters that no header can have. */
  | "header-unusable"
  /** The journal of an upload can be neither made nor written: the disk is full, or the folder is not writable. */
  | "journal-unwritable"
  /** The object changed while it was downloaded or copied. */
  | "object-changed"
  /** A V4 signature needs a region, and nothing tells it. */
  | "region-unknown"
  /** The file changed while it was read. */
  | "source-changed"
  /** A stream has more or fewer bytes than was said. */
  | "source-size-mismatch"
  /** The file or stream cannot be opened or read. */
  | "source-unreadable"
  /** A stream of unknown length does not fit in 10,000 parts of the sizes for which there is room. */
  | "stream-too-long"
  /** Another process, or another download of this one, writes the same file. */
  | "target-locked"
  /** A file cannot be written, such as on a full disk. */
  | "target-unwritable"
  /** Another process, or another upload of this one, is at the same target. */
  | "upload-locked";

export interface ClientErrorOptions {
  readonly cause?: unknown;
  /** Of the answer that showed the failure, when there was one. */
  readonly requestId?: string | undefined;
}

export class ClientError extends PartwiseError {
  override readonly name = "ClientError";
  readonly code: ClientErrorCode;

  constructor(code: ClientErrorCode, message: string, options: ClientErrorOptions = {}) {
    super(message, options);
    this.code = code;
  }

  /** Bytes that broke on their way, and a key that could not be had, may be better next time. */
  get retryable(): boolean {
    return this.code === "checksum-mismatch" || this.code === "credentials-unavailable";
  }
}
