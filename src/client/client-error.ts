// The client's own failures: neither the service (ServiceError) nor the network (TransportError) caused them.

export type ClientErrorCode =
  /** A body that can be read only once would have to be sent again. */
  | "body-not-repeatable"
  /** The bytes that arrived are not those that were sent. */
  | "checksum-mismatch"
  /** The journal of an upload can be neither made nor written: the disk is full, or the folder is not writable. */
  | "journal-unwritable"
  /** A V4 signature needs a region, and nothing tells it. */
  | "region-unknown"
  /** The file changed while it was read. */
  | "source-changed"
  /** Another process, or another upload of this one, sends to the same object. */
  | "upload-locked";

export interface ClientErrorOptions {
  readonly cause?: unknown;
  readonly requestId?: string | undefined;
}

export class ClientError extends Error {
  override readonly name = "ClientError";
  readonly code: ClientErrorCode;
  /** Of the answer that showed the failure, when there was one. */
  readonly requestId: string | undefined;

  constructor(code: ClientErrorCode, message: string, options: ClientErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.code = code;
    this.requestId = options.requestId;
  }

  /** Only bytes that broke on their way are worth another attempt. */
  get isRetryable(): boolean {
    return this.code === "checksum-mismatch";
  }
}
