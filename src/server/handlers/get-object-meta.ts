import type { getObjectMeta } from "../../protocol/operations/get-object-meta.ts";
import type { Handler } from "../handler.ts";
import { lastModifiedOf } from "../object-answer.ts";
import { requireObject } from "../require-resources.ts";

export const handleGetObjectMeta: Handler<typeof getObjectMeta> = async (input, context) => {
  const object = await requireObject(input, context);
  const { etag, sizeBytes, crc64 } = object;
  return { output: { etag, sizeBytes, crc64, lastModified: lastModifiedOf(object) } };
};
