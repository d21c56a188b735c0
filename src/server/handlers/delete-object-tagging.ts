import { present } from "../../protocol/fields/present.ts";
import type { deleteObjectTagging } from "../../protocol/operations/delete-object-tagging.ts";
import { changeObject } from "../change-object.ts";
import type { Handler } from "../handler.ts";
import { shownVersionId } from "../object-version.ts";
import { requireBucket } from "../require-resources.ts";

export const handleDeleteObjectTagging: Handler<typeof deleteObjectTagging> = async (id, context) => {
  const bucket = await requireBucket(id.bucket, context);
  const object = await changeObject(id, () => ({ tags: {} }), context);
  return { output: present({ versionId: shownVersionId(object, bucket) }) };
};
