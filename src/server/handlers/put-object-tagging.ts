import type { putObjectTagging } from "../../protocol/operations/put-object-tagging.ts";
import { changeObject } from "../change-object.ts";
import type { Handler } from "../handler.ts";

export const handlePutObjectTagging: Handler<typeof putObjectTagging> = async ({ tags, ...id }, context) => {
  await changeObject(id, () => ({ tags }), context);
  return { output: {} };
};
