import { present } from "../../protocol/fields/present.ts";
import type { getObjectMeta } from "../../protocol/operations/get-object-meta.ts";
import type { Handler } from "../handler.ts";
import { lastModifiedOf } from "../object-answer.ts";
import { shownVersionId } from "../object-version.ts";
import { requireBucket, requireObject } from "../require-resources.ts";

export const handleGetObjectMeta: Handler<typeof getObjectMeta> = async (input, context) => {
  const [object, bucket] = await Promise.all([
    requireObject(input, context),
    requireBucket(input.bucket, context),
  ]);
  const { etag, sizeBytes, crc64 } = object;
  const versionId = shownVersionId(object, bucket);
  return { output: present({ etag, sizeBytes, crc64, lastModified: lastModifiedOf(object), versionId }) };
};
