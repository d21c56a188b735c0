// Keys that are not there count as deleted. Quiet, the answer names none.
import type { deleteMultipleObjects } from "../../protocol/operations/delete-multiple-objects.ts";
import type { Handler } from "../handler.ts";

export const handleDeleteMultipleObjects: Handler<typeof deleteMultipleObjects> = async (
  input,
  { store, now },
) => {
  const { bucket, keys, quiet, encodingType } = input;
  const deletions = keys.map((key) => ({ key }));
  await store.metadata.deleteObjects(bucket, deletions, now());
  return { output: { deletedKeys: quiet ? [] : keys, ...(encodingType ? { encodingType } : {}) } };
};
