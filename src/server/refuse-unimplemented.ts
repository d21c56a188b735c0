// What asks for something that this server does not do. Ignoring it would be a wrong success: an object stored in plain
// text that its owner believes encrypted, a callback that never comes, the current object deleted in place of an old
// version.
import { ServiceError } from "../protocol/errors/service-error.ts";
import { queryValue, type RequestMessage } from "../protocol/http-message.ts";
import type { AnyOperation } from "../protocol/operation.ts";

/** Of requests that write: headers, and the values of each that ask for what is so anyway. */
const UNIMPLEMENTED_HEADERS: ReadonlyMap<string, readonly string[]> = new Map([
  ["x-oss-object-acl", ["default", "private"]],
  ["x-oss-server-side-data-encryption", []],
  ["x-oss-server-side-encryption", []],
  ["x-oss-server-side-encryption-key-id", []],
  ["x-oss-tagging", []],
]);

/** The protocol refuses it there itself, whatever the server implements. */
const PART_OPERATIONS: readonly string[] = ["UploadPart", "UploadPartCopy"];

/** Of requests that write, other than the three that have a callback. Source: OSS API, Callback. */
const CALLBACK_HEADERS: readonly string[] = ["x-oss-callback", "x-oss-callback-var"];
const CALLBACK_PARAMETERS: readonly string[] = ["callback", "callback-var"];
const CALLBACK_OPERATIONS: readonly string[] = ["CompleteMultipartUpload", "PostObject", "PutObject"];

/** @throws {ServiceError} NotImplemented, naming the header or the parameter */
export function refuseUnimplemented(
  { method, headers, query }: RequestMessage,
  operation: Pick<AnyOperation, "name">,
): void {
  assertCurrentVersion(queryValue(query, "versionId"));
  if (method !== "PUT" && method !== "POST") {
    return;
  }
  const header = Object.entries(headers).find(
    ([name, value]) =>
      UNIMPLEMENTED_HEADERS.get(name)?.includes(value) === false &&
      !(name === "x-oss-server-side-encryption" && PART_OPERATIONS.includes(operation.name)),
  )?.[0];
  const callback = CALLBACK_OPERATIONS.includes(operation.name)
    ? undefined
    : (CALLBACK_HEADERS.find((name) => headers[name] !== undefined) ??
      CALLBACK_PARAMETERS.find((name) => queryValue(query, name) !== undefined));
  const unimplemented = header ?? callback;
  if (unimplemented !== undefined) {
    throw new ServiceError("NotImplemented", { fields: { Header: unimplemented } });
  }
}

/**
 * There are no versions here. The only one of an object is called `null`, as in a bucket that never had versioning.
 *
 * @throws {ServiceError} NotImplemented
 */
export function assertCurrentVersion(versionId: string | undefined): void {
  if (versionId !== undefined && versionId !== "" && versionId !== "null") {
    throw new ServiceError("NotImplemented", { fields: { Header: "versionId" } });
  }
}
