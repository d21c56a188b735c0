// What asks for something that this server does not do. Ignoring it would be a wrong success: an object stored in plain
// text that its owner believes encrypted, a callback that never comes, the current object deleted in place of an old
// version.
import { ServiceError } from "../protocol/errors/service-error.ts";
import { NULL_VERSION_ID } from "../protocol/fields/version-id.ts";
import { queryValue, type RequestMessage } from "../protocol/http-message.ts";

/** Of requests that write: headers, and the values of each that ask for what is so anyway. */
const UNIMPLEMENTED_HEADERS: ReadonlyMap<string, readonly string[]> = new Map([
  ["x-oss-callback", []],
  ["x-oss-callback-var", []],
  ["x-oss-object-acl", ["default", "private"]],
  ["x-oss-persistent-headers", []],
  ["x-oss-server-side-data-encryption", []],
  ["x-oss-server-side-encryption", []],
  ["x-oss-server-side-encryption-key-id", []],
  ["x-oss-traffic-limit", []],
]);

/** The same in the query, for presigned URLs. */
const UNIMPLEMENTED_PARAMETERS: readonly string[] = ["callback", "callback-var", "x-oss-traffic-limit"];

/** @throws {ServiceError} NotImplemented, naming the header or the parameter */
export function refuseUnimplemented({ method, headers, query }: RequestMessage): void {
  if (method !== "PUT" && method !== "POST") {
    return;
  }
  const header = Object.entries(headers).find(
    ([name, value]) => UNIMPLEMENTED_HEADERS.get(name)?.includes(value) === false,
  )?.[0];
  const parameter = UNIMPLEMENTED_PARAMETERS.find((name) => queryValue(query, name) !== undefined);
  const unimplemented = header ?? parameter;
  if (unimplemented !== undefined) {
    throw new ServiceError("NotImplemented", { fields: { Header: unimplemented } });
  }
}

/**
 * A version that is named where the operation takes none must not become a request about the current one.
 *
 * @param input  what the operation has read of the request
 * @throws {ServiceError} NotImplemented
 */
export function refuseIgnoredVersion({ query }: RequestMessage, input: object): void {
  const versionId = queryValue(query, "versionId");
  if (versionId !== undefined && versionId !== NULL_VERSION_ID && !("versionId" in input)) {
    throw new ServiceError("NotImplemented", { fields: { Header: "versionId" } });
  }
}
