// versionId: which of an object's versions is meant. Sources: OSS API, versioning; oss2's tests, which expect that an
// empty id is refused everywhere, and InvalidArgument for one that no service has ever given.
import { invalidArgument } from "../errors/service-error.ts";
import { type Query, queryValue } from "../http-message.ts";

/** The id of what was written while versioning was not, or no longer, enabled. */
export const NULL_VERSION_ID = "null";

/** Ids are opaque, but all that OSS gives begin alike; 1 KiB is far more than any of them has. */
const VERSION_ID = /^(?:null|CAE[\w.~+/=-]{1,1021})$/;

/**
 * The version that the query names, or undefined when it names none.
 *
 * @throws {ServiceError} InvalidArgument
 */
export function parseVersionId(query: Query): string | undefined {
  const versionId = queryValue(query, "versionId");
  if (versionId !== undefined) {
    assertVersionId({ name: "versionId", value: versionId });
  }
  return versionId;
}

/** @throws {ServiceError} InvalidArgument, naming the argument that carried it */
export function assertVersionId(argument: { readonly name: string; readonly value: string }): void {
  if (!VERSION_ID.test(argument.value)) {
    throw invalidArgument(argument, "Invalid version id specified");
  }
}
