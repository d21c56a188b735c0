// 204 whether or not the object was there.
import { present } from "../../protocol/fields/present.ts";
import type { deleteObject } from "../../protocol/operations/delete-object.ts";
import type { Handler } from "../handler.ts";
import { shownVersionId } from "../object-version.ts";

export const handleDeleteObject: Handler<typeof deleteObject> = async (
  { bucket, key, versionId },
  { store, now },
) => {
  const [outcome] = await store.metadata.deleteObjects(bucket, [present({ key, versionId })], now());
  if (outcome?.marker !== undefined) {
    return { output: { versionId: outcome.marker.versionId, isDeleteMarker: true } };
  }
  // Without a version to delete and without a marker, the bucket keeps no versions.
  if (versionId === undefined || outcome?.removed === undefined) {
    return { output: {} };
  }
  const { removed } = outcome;
  return {
    output: present({
      versionId: shownVersionId(removed, await store.metadata.getBucket(bucket)),
      isDeleteMarker: removed.type === "DeleteMarker" ? (true as const) : undefined,
    }),
  };
};
