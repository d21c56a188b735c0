// The family of all errors that a caller can do something about: the service's (ServiceError), the network's
// (TransportError) and the client's own (ClientError). Alike in shape, so that one handler can log or print them all.

/** What those through whose hands an error goes know of it. */
export interface ErrorCircumstances {
  /** How often the request was sent before this error was final, from 1. */
  readonly attempts?: number;
  /** Of the part that failed, from 1. */
  readonly partNumber?: number;
  /** Of the upload that failed, when the service keeps its parts. */
  readonly uploadId?: string;
  /** What to type to go on where the upload ended; undefined when nothing was kept, or what was sent has no path. */
  readonly resumeCommand?: string;
  /** What to type to remove the parts that the service keeps; undefined when it keeps none. */
  readonly abortCommand?: string;
}

/** Plain values, for logs and for `--json`. */
export interface ErrorDescription extends ErrorCircumstances {
  readonly name: string;
  readonly code: string;
  readonly message: string;
  readonly status?: number;
  readonly requestId?: string;
  readonly ec?: string;
  readonly retryable: boolean;
}

export abstract class PartwiseError extends Error {
  /** Never changes its meaning between versions. Of the service's errors it is the service's own. */
  abstract readonly code: string;
  /** Whether the same may succeed when it is done again. */
  abstract readonly retryable: boolean;
  /** HTTP status, when the service answered. */
  readonly status: number | undefined;
  /** The service's id of the request, to ask its operator with. */
  readonly requestId: string | undefined;
  /** OSS's diagnosis code, such as 0042-00000104. */
  readonly ec: string | undefined;
  // Plain properties once they are known, so that whoever prints the error sees them.
  declare readonly attempts: number | undefined;
  declare readonly partNumber: number | undefined;
  declare readonly uploadId: string | undefined;
  declare readonly resumeCommand: string | undefined;
  declare readonly abortCommand: string | undefined;
  #circumstances: ErrorCircumstances = {};

  constructor(
    message: string,
    facts: {
      readonly cause?: unknown;
      readonly status?: number | undefined;
      readonly requestId?: string | undefined;
      readonly ec?: string | undefined;
    } = {},
  ) {
    super(message, facts.cause === undefined ? {} : { cause: facts.cause });
    this.status = facts.status;
    this.requestId = facts.requestId;
    this.ec = facts.ec;
  }

  /** Adds what is known here. What is known already, nearer to where it happened, stands. */
  addCircumstances(circumstances: ErrorCircumstances): this {
    this.#circumstances = { ...circumstances, ...this.#circumstances };
    return Object.assign(this, this.#circumstances);
  }

  toJSON(): ErrorDescription {
    const { name, code, message, status, requestId, ec, retryable } = this;
    const known = Object.entries({ status, requestId, ec }).filter(([, value]) => value !== undefined);
    return { name, code, message, ...Object.fromEntries(known), retryable, ...this.#circumstances };
  }
}
