import type { getObjectTagging } from "../../protocol/operations/get-object-tagging.ts";
import type { Handler } from "../handler.ts";
import { requireObject } from "../require-resources.ts";

export const handleGetObjectTagging: Handler<typeof getObjectTagging> = async (id, context) => {
  const { attributes } = await requireObject(id, context);
  return { output: { tags: attributes.tags } };
};
