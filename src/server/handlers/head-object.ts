import type { headObject } from "../../protocol/operations/head-object.ts";
import type { Handler } from "../handler.ts";
import { assertConditions, objectMetadataOf } from "../object-answer.ts";
import { requireOpenedObject } from "../require-resources.ts";
import { seeThroughLink } from "../symlink.ts";

export const handleHeadObject: Handler<typeof headObject> = async (input, context) => {
  const { bucket, key } = input;
  const { object } = await seeThroughLink(await requireOpenedObject({ bucket, key }, context), context);
  assertConditions(input.conditions, object);
  return { output: objectMetadataOf(object, context.now()) };
};
