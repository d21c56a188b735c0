// An error of the wire: what a server answers and a client throws. The same class on both sides, so that a code
// that a handler throws is the code that the caller catches.
import type { Headers } from "../http-message.ts";
import { PartwiseError } from "./partwise-error.ts";

export interface ServiceErrorOptions {
  readonly message: string;
  readonly status: number;
  /** Extra elements of the answer, in their order, such as `UploadId`. Values are what the client sent. */
  readonly fields?: Readonly<Record<string, string>>;
  /** Headers that only some errors have, by their lower-case names, such as `x-oss-next-append-position`. */
  readonly headers?: Headers;
  /** OSS's diagnosis code, such as 0042-00000104; left out when nobody knows it. */
  readonly ec?: string;
  readonly requestId?: string;
  readonly hostId?: string;
  /** How long the service asks to be left alone, in milliseconds. Source: RFC 9110, Retry-After. */
  readonly retryAfterMs?: number;
  readonly cause?: unknown;
}

export class ServiceError extends PartwiseError {
  override readonly name = "ServiceError";
  /** As OSS spells it, such as `NoSuchUpload`. A client may meet codes that the table does not have. */
  readonly code: string;
  override readonly status: number;
  readonly fields: Readonly<Record<string, string>>;
  readonly headers: Headers;
  readonly hostId: string | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(code: string, options: ServiceErrorOptions) {
    const { message, status, cause, requestId, ec } = options;
    super(message, { cause, status, requestId, ec });
    this.code = code;
    this.status = status;
    this.fields = options.fields ?? {};
    this.headers = options.headers ?? {};
    this.hostId = options.hostId;
    this.retryAfterMs = options.retryAfterMs;
  }

  /** Whether the same request may succeed when it is sent again: by its code, else by the status. */
  get retryable(): boolean {
    return brokenOnTheWay.has(this.code) || TRY_AGAIN.test(String(this.status));
  }
}

/** Refusals of what arrived that are not about what was sent. */
const brokenOnTheWay: ReadonlySet<string> = new Set([
  "IncompleteBody",
  "InvalidCRC64",
  "InvalidDigest",
  "RequestTimeout",
]);

/**
 * 408 Request Timeout and 429 Too Many Requests, which proxies answer too, and the service's own failures; but for 501:
 * what is not implemented will not be the next time.
 */
const TRY_AGAIN = /^408|^429|^5(?!01)/;

/** InvalidArgument as OSS says it: which argument, and what stood there. */
export function invalidArgument(
  argument: { readonly name: string; readonly value: string },
  message = "Invalid Argument",
  ec?: string,
): ServiceError {
  return new ServiceError("InvalidArgument", {
    message,
    status: 400,
    fields: { ArgumentName: argument.name, ArgumentValue: argument.value },
    ...(ec === undefined ? {} : { ec }),
  });
}
