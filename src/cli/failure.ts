// What is shown when a command fails: one line that says what happened, to what, and what to do; with --verbose the rest.
import { inspect } from "node:util";
import { type ErrorDescription, PartwiseError } from "../protocol/errors/partwise-error.ts";
import { ServiceError } from "../protocol/errors/service-error.ts";
import { commandName, typedConnection } from "./invocation.ts";

type Fields = ServiceError["fields"];

/** What can be done about an error of the service. */
const ADVICE: Readonly<Record<string, (fields: Fields) => string>> = {
  AccessDenied: () => "check the key's permissions",
  BucketNotEmpty: () =>
    `remove its objects (${commandName()} rm) and abort its open uploads (${commandName()} uploads abort) first`,
  InvalidAccessKeyId: () =>
    "check the access key id, that it belongs to this endpoint, and that a temporary key has its security token",
  NoSuchBucket: ({ BucketName = "BUCKET" }) =>
    `create it with: ${commandName()} mb${typedConnection()} oss://${BucketName}`,
  NoSuchKey: ({ Key = "" }) =>
    Key.endsWith("/")
      ? "for everything under it, add -r"
      : `list what is there with: ${commandName()} ls${typedConnection()} oss://BUCKET`,
  RequestTimeTooSkewed: () => "set this machine's clock right",
  SignatureDoesNotMatch: () => "check the access key secret and the region",
};

/** One line, without the stack. */
export function describeFailure(failure: unknown): string {
  if (failure instanceof ServiceError) {
    const advice = ADVICE[failure.code]?.(failure.fields);
    const { requestId } = failure;
    const facts = [
      ...subjectOf(failure.fields),
      ...(requestId === undefined ? [] : [`request ${requestId}`]),
    ];
    const known = facts.length === 0 ? "" : ` (${facts.join(", ")})`;
    return `${failure.code}: ${failure.message}${known}${advice === undefined ? "" : `; ${advice}`}`;
  }
  if (failure instanceof PartwiseError && failure.code === "region-unknown") {
    return `${failure.message.replace(/;.*/s, "")}; give --region NAME, such as cn-hangzhou, or set OSS_REGION`;
  }
  const message = failure instanceof Error ? failure.message : String(failure);
  const isUntrusted = failure instanceof PartwiseError && failure.code === "tls";
  return isUntrusted ? `${message}; an authority of your own is named by --ca-file FILE` : message;
}

/** What the error is about, as far as the service says it. What stood in an argument may be a secret, and is left out. */
function subjectOf({ BucketName, Key, ArgumentName }: Fields): readonly string[] {
  return [
    ...(BucketName === undefined ? [] : [`bucket ${BucketName}`]),
    ...(Key === undefined ? [] : [`key ${Key}`]),
    ...(ArgumentName === undefined ? [] : [`argument ${ArgumentName}`]),
  ];
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
