import { present } from "../../protocol/fields/present.ts";
import type { putSymlink } from "../../protocol/operations/put-symlink.ts";
import type { Handler } from "../handler.ts";
import { attributesOf } from "../object-attributes.ts";
import { shownVersionId } from "../object-version.ts";
import { publishLink } from "../publish-object.ts";
import { requireWritable } from "../require-resources.ts";

export const handlePutSymlink: Handler<typeof putSymlink> = async (input, context) => {
  const { bucket, key, target, forbidOverwrite = false } = input;
  const bucketRecord = await requireWritable({ bucket, key, forbidOverwrite }, context);
  const attributes = attributesOf(input, bucketRecord, context);
  const standard = { ...attributes.standard, symlinkTarget: target };
  const place = { bucket, key, forbidOverwrite, attributes: { ...attributes, standard } };
  const link = await publishLink(place, target, context);
  return { output: present({ etag: link.etag, versionId: shownVersionId(link, bucketRecord) }) };
};
