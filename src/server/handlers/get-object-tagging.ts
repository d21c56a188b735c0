import { present } from "../../protocol/fields/present.ts";
import type { getObjectTagging } from "../../protocol/operations/get-object-tagging.ts";
import type { Handler } from "../handler.ts";
import { shownVersionId } from "../object-version.ts";
import { requireBucket, requireObject } from "../require-resources.ts";

export const handleGetObjectTagging: Handler<typeof getObjectTagging> = async (id, context) => {
  const bucket = await requireBucket(id.bucket, context);
  const object = await requireObject(id, context);
  return { output: present({ tags: object.attributes.tags, versionId: shownVersionId(object, bucket) }) };
};
