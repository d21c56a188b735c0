import { ServiceError } from "../../protocol/errors/service-error.ts";
import { present } from "../../protocol/fields/present.ts";
import type { putObjectAcl } from "../../protocol/operations/put-object-acl.ts";
import type { Handler } from "../handler.ts";
import { requireBucket, requireObject } from "../require-resources.ts";

export const handlePutObjectAcl: Handler<typeof putObjectAcl> = async (input, context) => {
  const { objectAcl, ...id } = input;
  const { versioning } = await requireBucket(id.bucket, context);
  await requireObject(id, context);
  const object = await context.store.metadata.changeObject(id, { acl: objectAcl });
  if (object === undefined) {
    throw new ServiceError("NoSuchKey", { fields: { Key: id.key } });
  }
  return { output: present({ versionId: versioning && object.versionId }) };
};
