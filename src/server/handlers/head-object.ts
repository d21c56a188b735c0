import type { headObject } from "../../protocol/operations/head-object.ts";
import type { Handler } from "../handler.ts";
import { assertConditions, objectMetadataOf } from "../object-answer.ts";
import { requireObject } from "../require-resources.ts";

export const handleHeadObject: Handler<typeof headObject> = async (input, context) => {
  const object = await requireObject(input, context);
  assertConditions(input.conditions, object);
  return { output: objectMetadataOf(object) };
};
