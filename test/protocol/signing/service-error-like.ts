// What a test expects of a ServiceError, for assert.rejects and assert.throws.
import { ServiceError } from "../../../src/protocol/errors/service-error.ts";

export interface ExpectedServiceError {
  readonly code: string;
  readonly status: number;
  readonly message?: string;
  readonly fields?: Readonly<Record<string, string>>;
  readonly ec?: string;
}

/** Whether an error is a ServiceError with all that is expected; the order of the fields counts. */
export function serviceErrorLike(expected: ExpectedServiceError): (error: unknown) => boolean {
  return (error) =>
    error instanceof ServiceError &&
    Object.entries(expected).every(
      ([name, value]) => JSON.stringify(Reflect.get(error, name)) === JSON.stringify(value),
    );
}
