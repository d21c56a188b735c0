import { present } from "../../protocol/fields/present.ts";
import type { getObjectAcl } from "../../protocol/operations/get-object-acl.ts";
import type { Handler } from "../handler.ts";
import { shownVersionId } from "../object-version.ts";
import { requireBucket, requireObject } from "../require-resources.ts";

export const handleGetObjectAcl: Handler<typeof getObjectAcl> = async (input, context) => {
  const bucket = await requireBucket(input.bucket, context);
  const object = await requireObject(input, context);
  const grant = object.attributes.acl ?? "default";
  const versionId = shownVersionId(object, bucket);
  return { output: present({ owner: context.owner, grant, versionId }) };
};
