import type { headObject } from "../../protocol/operations/head-object.ts";
import type { Handler } from "../handler.ts";
import { assertConditions, objectMetadataOf } from "../object-answer.ts";
import { requireObject } from "../require-resources.ts";
import { describeThroughLink } from "../symlink.ts";

export const handleHeadObject: Handler<typeof headObject> = async (input, context) => {
  const { bucket, key } = input;
  const object = await describeThroughLink(await requireObject({ bucket, key }, context), context);
  assertConditions(input.conditions, object);
  return { output: objectMetadataOf(object, context.now()) };
};
