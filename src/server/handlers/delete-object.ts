// 204 whether or not the object was there.
import type { deleteObject } from "../../protocol/operations/delete-object.ts";
import type { Handler } from "../handler.ts";

export const handleDeleteObject: Handler<typeof deleteObject> = async ({ bucket, key }, { store, now }) => {
  await store.metadata.deleteObjects(bucket, [{ key }], now());
  return { output: {} };
};
