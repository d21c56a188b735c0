// What is shown when a command fails: one line that says what happened, to what, and what to do; with --verbose the rest.
import { inspect } from "node:util";
import { type ErrorDescription, PartwiseError } from "../protocol/errors/partwise-error.ts";
import { ServiceError } from "../protocol/errors/service-error.ts";
import { commandName } from "./invocation.ts";

/** What can be done about an error of the service. */
const ADVICE: Readonly<Record<string, string>> = {
  AccessDenied: "check the key's permissions",
  BucketNotEmpty: `remove its objects (${commandName()} rm) and abort its open uploads (${commandName()} uploads abort) first`,
  InvalidAccessKeyId: "check the access key id, and that it belongs to this endpoint",
  NoSuchBucket: `create it with: ${commandName()} mb oss://BUCKET`,
  NoSuchKey: `list what is there with: ${commandName()} ls oss://BUCKET`,
  RequestTimeTooSkewed: "set this machine's clock right",
  SignatureDoesNotMatch: "check the access key secret and the region",
};

/** One line, without the stack. */
export function describeFailure(failure: unknown): string {
  if (failure instanceof ServiceError) {
    const advice = ADVICE[failure.code];
    const request = failure.requestId === undefined ? "" : ` (request ${failure.requestId})`;
    return `${failure.code}: ${failure.message}${request}${advice === undefined ? "" : `; ${advice}`}`;
  }
  return failure instanceof Error ? failure.message : String(failure);
}

/** The same as plain values, for programs; what is known of the error that another one passes on is among it. */
export function failureFacts(failure: unknown): Partial<ErrorDescription> & { readonly message: string } {
  const known = [failure, failure instanceof Error ? failure.cause : undefined].find(
    (error) => error instanceof PartwiseError,
  );
  const { name: _, ...facts } = known?.toJSON() ?? {};
  return { ...facts, message: describeFailure(failure) };
}

/** Everything that is known, over several lines. Errors carry no secrets. */
export function explainFailure(failure: unknown): string {
  return inspect(failure, { depth: 6, showHidden: false });
}
