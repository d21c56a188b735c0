import { present } from "../../protocol/fields/present.ts";
import type { getObjectAcl } from "../../protocol/operations/get-object-acl.ts";
import type { Handler } from "../handler.ts";
import { requireBucket, requireObject } from "../require-resources.ts";

export const handleGetObjectAcl: Handler<typeof getObjectAcl> = async (input, context) => {
  const { versioning } = await requireBucket(input.bucket, context);
  const { attributes, versionId } = await requireObject(input, context);
  const grant = attributes.acl ?? "default";
  return { output: present({ owner: context.owner, grant, versionId: versioning && versionId }) };
};
