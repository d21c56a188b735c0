// The network's failures, in words of our own, so that nobody has to know Node's or a browser's.

import { PartwiseError } from "../protocol/errors/partwise-error.ts";

export type TransportErrorCode =
  /** The answer was longer than any answer of this kind may be. */
  | "answer-too-long"
  | "connection-lost"
  | "connection-refused"
  | "name-not-found"
  /** What came back is no HTTP. */
  | "not-http"
  /** The proxy does not let the request through. */
  | "proxy-refused"
  | "timeout"
  | "tls"
  | "unreachable";

export interface TransportErrorOptions {
  readonly cause?: unknown;
  /** Whether the service may have got the request, so that its effect may have happened. */
  readonly mayHaveArrived: boolean;
}

const retryableCodes: ReadonlySet<TransportErrorCode> = new Set([
  "connection-lost",
  "connection-refused",
  "name-not-found",
  "timeout",
  "unreachable",
]);

/** No answer, or no usable one. An abort is none of these: it rejects with the signal's reason. */
export class TransportError extends PartwiseError {
  override readonly name = "TransportError";
  readonly code: TransportErrorCode;
  readonly mayHaveArrived: boolean;

  constructor(code: TransportErrorCode, message: string, options: TransportErrorOptions) {
    super(message, options);
    this.code = code;
    this.mayHaveArrived = options.mayHaveArrived;
  }

  /** Whether the same request may succeed when it is sent again. */
  get retryable(): boolean {
    return retryableCodes.has(this.code);
  }
}
