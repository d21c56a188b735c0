import type { deleteObjectTagging } from "../../protocol/operations/delete-object-tagging.ts";
import { changeObject } from "../change-object.ts";
import type { Handler } from "../handler.ts";

export const handleDeleteObjectTagging: Handler<typeof deleteObjectTagging> = async (id, context) => {
  await changeObject(id, () => ({ tags: {} }), context);
  return { output: {} };
};
