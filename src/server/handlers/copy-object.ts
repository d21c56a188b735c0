// A copy of an object that this server has; onto itself with REPLACE it changes the metadata.
import { contentEtag } from "../../protocol/etag.ts";
import { present } from "../../protocol/fields/present.ts";
import { PUT_OBJECT_SIZE_MAX_BYTES } from "../../protocol/limits.ts";
import type { copyObject } from "../../protocol/operations/copy-object.ts";
import type { ObjectAttributes } from "../../storage/records.ts";
import { copyBytes, openCopySource } from "../copy-source-object.ts";
import type { Handler } from "../handler.ts";
import { lastModifiedOf } from "../object-answer.ts";
import { attributesOf } from "../object-attributes.ts";
import { shownVersionId } from "../object-version.ts";
import { publishObject } from "../publish-object.ts";
import { requireWritable } from "../require-resources.ts";

export const handleCopyObject: Handler<typeof copyObject> = async (input, context) => {
  const { bucket, key, forbidOverwrite = false } = input;
  const bucketRecord = await requireWritable({ bucket, key, forbidOverwrite }, context);
  const source = await openCopySource(input.source, input.conditions, context);

  const whole = { start: 0, endExclusive: source.object.sizeBytes };
  const copy = await copyBytes(source, whole, { sizeMaxBytes: PUT_OBJECT_SIZE_MAX_BYTES }, context);
  const attributes =
    input.metadataDirective === "REPLACE"
      ? attributesOf(input.objectHeaders)
      : withStorageClass(source.object.attributes, input.objectHeaders?.storageClass);
  const etag = contentEtag(copy.md5, context.dialect);
  const object = await publishObject({ bucket, key, etag, attributes, forbidOverwrite }, copy, context);

  return {
    output: present({
      etag,
      lastModified: lastModifiedOf(object),
      crc64: copy.crc64,
      versionId: shownVersionId(object, bucketRecord),
      sourceVersionId: source.versionId,
    }),
  };
};

/** A copy with the source's headers may still be of another storage class. */
function withStorageClass(attributes: ObjectAttributes, storageClass: string | undefined): ObjectAttributes {
  if (storageClass === undefined) {
    return attributes;
  }
  return { ...attributes, standard: { ...attributes.standard, storageClass } };
}
