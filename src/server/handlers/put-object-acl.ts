import { present } from "../../protocol/fields/present.ts";
import type { putObjectAcl } from "../../protocol/operations/put-object-acl.ts";
import { changeObject } from "../change-object.ts";
import type { Handler } from "../handler.ts";
import { requireBucket } from "../require-resources.ts";

export const handlePutObjectAcl: Handler<typeof putObjectAcl> = async ({ objectAcl, ...id }, context) => {
  const { versioning } = await requireBucket(id.bucket, context);
  const { versionId } = await changeObject(id, () => ({ acl: objectAcl }), context);
  return { output: present({ versionId: versioning && versionId }) };
};
