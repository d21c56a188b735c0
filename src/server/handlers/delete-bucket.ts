// Only an empty bucket goes: no object, no open upload.
import type { deleteBucket } from "../../protocol/operations/delete-bucket.ts";
import type { Handler } from "../handler.ts";

export const handleDeleteBucket: Handler<typeof deleteBucket> = async ({ bucket }, { store }) => {
  await store.metadata.deleteBucket(bucket);
  return { output: {} };
};
