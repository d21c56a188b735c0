import { present } from "../../protocol/fields/present.ts";
import type { putObjectAcl } from "../../protocol/operations/put-object-acl.ts";
import { changeObject } from "../change-object.ts";
import type { Handler } from "../handler.ts";
import { shownVersionId } from "../object-version.ts";
import { requireBucket } from "../require-resources.ts";

export const handlePutObjectAcl: Handler<typeof putObjectAcl> = async ({ objectAcl, ...id }, context) => {
  const bucket = await requireBucket(id.bucket, context);
  const object = await changeObject(id, () => ({ acl: objectAcl }), context);
  return { output: present({ versionId: shownVersionId(object, bucket) }) };
};
