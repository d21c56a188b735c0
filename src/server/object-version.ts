// Which version of an object a request gets to see, and what its answer says about it.
import { serviceError } from "../protocol/errors/known-error.ts";
import { present } from "../protocol/fields/present.ts";
import { NULL_VERSION_ID } from "../protocol/fields/version-id.ts";
import type { Headers, Method } from "../protocol/http-message.ts";
import type {
  BucketRecord,
  DeleteMarkerRecord,
  ObjectId,
  ObjectRecord,
  VersionRecord,
} from "../storage/records.ts";

/** The id alone of whatever names an object, for the store. */
export function objectIdOf({ bucket, key, versionId }: ObjectId): ObjectId {
  return present({ bucket, key, versionId });
}

/**
 * The version that the store found, if it can be read: a delete marker cannot.
 *
 * @param id      what was asked for
 * @param method  the request's, for the error
 * @throws {ServiceError} NoSuchKey, NoSuchVersion, MethodNotAllowed
 */
export function readableVersion(
  found: VersionRecord | undefined,
  { key, versionId }: ObjectId,
  method: Method,
): ObjectRecord {
  if (found === undefined) {
    throw versionId === undefined
      ? serviceError("NoSuchKey", { fields: { Key: key } })
      : serviceError("NoSuchVersion", { fields: { Key: key, VersionId: versionId } });
  }
  if (found.type !== "DeleteMarker") {
    return found;
  }
  const headers = deleteMarkerHeaders(found);
  if (versionId === undefined) {
    throw serviceError("NoSuchKey", { fields: { Key: key }, headers });
  }
  // Whoever names a delete marker can do nothing with it but delete it.
  throw serviceError("MethodNotAllowed", {
    fields: { Method: method, ResourceType: "DeleteMarker" },
    headers: { ...headers, allow: "DELETE" },
  });
}

/**
 * What answers call the version: nothing in a bucket that never had versions, where every id is `null`.
 *
 * @param bucket  as it was about when the version was found; undefined when it is gone
 */
export function shownVersionId(
  { versionId }: Pick<VersionRecord, "versionId">,
  bucket: Pick<BucketRecord, "versioning"> | undefined,
): string | undefined {
  return versionId === NULL_VERSION_ID && bucket?.versioning === undefined ? undefined : versionId;
}

function deleteMarkerHeaders({ versionId }: DeleteMarkerRecord): Headers {
  return { "x-oss-delete-marker": "true", "x-oss-version-id": versionId };
}
