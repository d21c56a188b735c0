// What asks for something that this server does not do. Ignoring it would be a wrong success: an object stored in plain
// text that its owner believes encrypted, a callback that never comes, the current object deleted in place of an old
// version.
import { ServiceError } from "../protocol/errors/service-error.ts";
import { queryValue, type RequestMessage } from "../protocol/http-message.ts";

/** Of requests that write: headers, and the values of each that ask for what is so anyway. */
const UNIMPLEMENTED_HEADERS: ReadonlyMap<string, readonly string[]> = new Map([
  ["x-oss-callback", []],
  ["x-oss-callback-var", []],
  ["x-oss-object-acl", ["default", "private"]],
  ["x-oss-server-side-data-encryption", []],
  ["x-oss-server-side-encryption", []],
  ["x-oss-server-side-encryption-key-id", []],
  ["x-oss-tagging", []],
  ["x-oss-traffic-limit", []],
]);

/** The same in the fields of a form. */
const UNIMPLEMENTED_FIELDS: ReadonlyMap<string, readonly string[]> = new Map([
  ["callback", []],
  ["x-oss-object-acl", ["default", "private"]],
  ["x-oss-server-side-data-encryption", []],
  ["x-oss-server-side-encryption", []],
  ["x-oss-server-side-encryption-key-id", []],
  ["x-oss-tagging", []],
  ["x-oss-traffic-limit", []],
]);

/** The same in the query, for presigned URLs. */
const UNIMPLEMENTED_PARAMETERS: readonly string[] = ["callback", "callback-var", "x-oss-traffic-limit"];

/** @throws {ServiceError} NotImplemented, naming the header or the parameter */
export function refuseUnimplemented({ method, headers, query, form }: RequestMessage): void {
  assertCurrentVersion(queryValue(query, "versionId"));
  if (method !== "PUT" && method !== "POST") {
    return;
  }
  const header = Object.entries(headers).find(
    ([name, value]) => UNIMPLEMENTED_HEADERS.get(name)?.includes(value) === false,
  )?.[0];
  const parameter = UNIMPLEMENTED_PARAMETERS.find((name) => queryValue(query, name) !== undefined);
  const field = form?.fields.find(
    ([name, value]) => UNIMPLEMENTED_FIELDS.get(name.toLowerCase())?.includes(value) === false,
  )?.[0];
  const unimplemented = header ?? parameter ?? field;
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
