// A copy of an object that this server has; onto itself with REPLACE it changes the metadata.
import { contentEtag } from "../../protocol/etag.ts";
import { PUT_OBJECT_SIZE_MAX_BYTES } from "../../protocol/limits.ts";
import type { copyObject } from "../../protocol/operations/copy-object.ts";
import type { ObjectAttributes } from "../../storage/records.ts";
import { copyBytes, openCopySource } from "../copy-source-object.ts";
import type { Handler } from "../handler.ts";
import { lastModifiedOf } from "../object-answer.ts";
import { attributesOf } from "../object-attributes.ts";
import { publishObject } from "../publish-object.ts";
import { requireWritable } from "../require-resources.ts";

export const handleCopyObject: Handler<typeof copyObject> = async (input, context) => {
  const { bucket, key, forbidOverwrite = false } = input;
  await requireWritable({ bucket, key, forbidOverwrite }, context);
  const source = await openCopySource(input.source, input.conditions, context);

  const whole = { start: 0, endExclusive: source.object.sizeBytes };
  const copy = await copyBytes(
    source,
    whole,
    { sizeMaxBytes: PUT_OBJECT_SIZE_MAX_BYTES, trafficLimit: input.trafficLimit },
    context,
  );
  const attributes =
    input.metadataDirective === "REPLACE"
      ? attributesOf(input.objectHeaders)
      : withStorageClass(source.object.attributes, input.objectHeaders?.storageClass);
  const etag = contentEtag(copy.md5, context.dialect);
  const object = await publishObject({ bucket, key, etag, attributes, forbidOverwrite }, copy, context);

  return { output: { etag, lastModified: lastModifiedOf(object), crc64: copy.crc64 } };
};

/** A copy with the source's headers may still be of another storage class. */
function withStorageClass(attributes: ObjectAttributes, storageClass: string | undefined): ObjectAttributes {
  if (storageClass === undefined) {
    return attributes;
  }
  return { ...attributes, standard: { ...attributes.standard, storageClass } };
}
