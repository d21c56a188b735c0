// Keys that are not there count as deleted. Quiet, the answer names none.
import type { deleteMultipleObjects } from "../../protocol/operations/delete-multiple-objects.ts";
import type { Handler } from "../handler.ts";

export const handleDeleteMultipleObjects: Handler<typeof deleteMultipleObjects> = async (
  input,
  { store },
) => {
  const { bucket, keys, quiet, encodingType } = input;
  await store.metadata.deleteObjects(bucket, keys);
  return { output: { deletedKeys: quiet ? [] : keys, ...(encodingType ? { encodingType } : {}) } };
};
