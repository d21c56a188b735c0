// An error of the wire: what a server answers and a client throws. The same class on both sides, so that a code
// that a handler throws is the code that the caller catches.
import type { Headers } from "../http-message.ts";
import { type ErrorCode, errorDefinitions } from "./error-table.ts";
import { PartwiseError } from "./partwise-error.ts";

export interface ServiceErrorOptions {
  /** Default: the message of the table. */
  readonly message?: string;
  /** Default: the status of the table; 500 for a code that the table does not have. */
  readonly status?: number;
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

  constructor(code: ErrorCode | (string & {}), options: ServiceErrorOptions = {}) {
    const definition = errorDefinitions.get(code);
    const status = options.status ?? definition?.status ?? 500;
    const { cause, requestId, ec = definition?.ec } = options;
    super(options.message ?? definition?.message ?? code, { cause, status, requestId, ec });
    this.code = code;
    this.status = status;
    this.fields = options.fields ?? {};
    this.headers = options.headers ?? {};
    this.hostId = options.hostId;
    this.retryAfterMs = options.retryAfterMs;
  }

  /** Whether the same request may succeed when it is sent again: by the table, else by the status. */
  get retryable(): boolean {
    return (
      errorDefinitions.get(this.code)?.isRetryable ?? (this.status >= 500 || asksForPatience(this.status))
    );
  }
}

/** 408 Request Timeout and 429 Too Many Requests, which proxies answer too. */
function asksForPatience(status: number): boolean {
  return status === 408 || status === 429;
}

/** InvalidArgument as OSS says it: which argument, and what stood there. */
export function invalidArgument(
  argument: { readonly name: string; readonly value: string },
  message?: string,
  ec?: string,
): ServiceError {
  return new ServiceError("InvalidArgument", {
    fields: { ArgumentName: argument.name, ArgumentValue: argument.value },
    ...(message === undefined ? {} : { message }),
    ...(ec === undefined ? {} : { ec }),
  });
}
