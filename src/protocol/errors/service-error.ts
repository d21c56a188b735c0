// An error of the wire: what a server answers and a client throws. The same class on both sides, so that a code
// that a handler throws is the code that the caller catches.
import type { Headers } from "../http-message.ts";
import { type ErrorCode, errorDefinitions } from "./error-table.ts";

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
  readonly cause?: unknown;
}

export class ServiceError extends Error {
  override readonly name = "ServiceError";
  /** As OSS spells it, such as `NoSuchUpload`. A client may meet codes that the table does not have. */
  readonly code: string;
  readonly status: number;
  readonly fields: Readonly<Record<string, string>>;
  readonly headers: Headers;
  readonly ec: string | undefined;
  readonly requestId: string | undefined;
  readonly hostId: string | undefined;

  constructor(code: ErrorCode | (string & {}), options: ServiceErrorOptions = {}) {
    const definition = errorDefinitions.get(code);
    super(options.message ?? definition?.message ?? code, { cause: options.cause });
    this.code = code;
    this.status = options.status ?? definition?.status ?? 500;
    this.fields = options.fields ?? {};
    this.headers = options.headers ?? {};
    this.ec = options.ec ?? definition?.ec;
    this.requestId = options.requestId;
    this.hostId = options.hostId;
  }

  /** Whether the same request may succeed when it is sent again: by the table, else by the status. */
  get isRetryable(): boolean {
    return errorDefinitions.get(this.code)?.isRetryable ?? this.status >= 500;
  }
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
