import { present } from "../../protocol/fields/present.ts";
import type { headObject } from "../../protocol/operations/head-object.ts";
import type { Handler } from "../handler.ts";
import { assertConditions, objectMetadataOf } from "../object-answer.ts";
import { shownVersionId } from "../object-version.ts";
import { requireBucket, requireObject } from "../require-resources.ts";

export const handleHeadObject: Handler<typeof headObject> = async (input, context) => {
  const [object, bucket] = await Promise.all([
    requireObject(input, context),
    requireBucket(input.bucket, context),
  ]);
  assertConditions(input.conditions, object);
  return { output: present({ ...objectMetadataOf(object), versionId: shownVersionId(object, bucket) }) };
};
