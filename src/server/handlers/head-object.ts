import { present } from "../../protocol/fields/present.ts";
import type { headObject } from "../../protocol/operations/head-object.ts";
import type { Handler } from "../handler.ts";
import { assertConditions, objectMetadataOf } from "../object-answer.ts";
import { shownVersionId } from "../object-version.ts";
import { requireBucket, requireObject } from "../require-resources.ts";
import { describeThroughLink } from "../symlink.ts";

export const handleHeadObject: Handler<typeof headObject> = async (input, context) => {
  const [found, bucket] = await Promise.all([
    requireObject(input, context),
    requireBucket(input.bucket, context),
  ]);
  const object = await describeThroughLink(found, context);
  assertConditions(input.conditions, object);
  const metadata = objectMetadataOf(object, context.now());
  return { output: present({ ...metadata, versionId: shownVersionId(object, bucket) }) };
};
