// Objects and versions that are not there count as deleted. Quiet, the answer names none.
import type { DeletedObject } from "../../protocol/fields/deleted-object.ts";
import { present } from "../../protocol/fields/present.ts";
import type {
  deleteMultipleObjects,
  ObjectToDelete,
} from "../../protocol/operations/delete-multiple-objects.ts";
import type { DeletionOutcome } from "../../storage/metadata-store.ts";
import { deletionAccess } from "../access.ts";
import type { Handler } from "../handler.ts";

export const handleDeleteMultipleObjects: Handler<typeof deleteMultipleObjects> = async (
  input,
  { store, now, assertPoliciesAllow },
) => {
  const { bucket, objects, quiet, encodingType } = input;
  // One that may not be deleted saves all: the answer has no place for errors.
  await assertPoliciesAllow(objects.map((object) => deletionAccess({ bucket, ...object })));
  const outcomes = await store.metadata.deleteObjects(bucket, objects, now());
  const deleted = objects.map((object, index) => deletedObject(object, outcomes[index] ?? {}));
  return { output: present({ deleted: quiet ? [] : deleted, encodingType }) };
};

/** What was asked for; then the marker that is new, or the one that was asked for. */
function deletedObject(
  { key, versionId }: ObjectToDelete,
  { marker, removed }: DeletionOutcome,
): DeletedObject {
  const isMarkerRemoved = versionId !== undefined && removed?.type === "DeleteMarker";
  return present({
    key,
    versionId,
    deleteMarkerVersionId: marker?.versionId ?? (isMarkerRemoved ? versionId : undefined),
  });
}
