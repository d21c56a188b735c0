// An object in one piece.
import { contentEtag } from "../../protocol/etag.ts";
import { present } from "../../protocol/fields/present.ts";
import { PUT_OBJECT_SIZE_MAX_BYTES } from "../../protocol/limits.ts";
import type { putObject } from "../../protocol/operations/put-object.ts";
import type { Handler } from "../handler.ts";
import { attributesOf } from "../object-attributes.ts";
import { shownVersionId } from "../object-version.ts";
import { publishObject } from "../publish-object.ts";
import { receiveObject } from "../receive-object.ts";
import { requireWritable } from "../require-resources.ts";

export const handlePutObject: Handler<typeof putObject> = async (input, context) => {
  const { bucket, key, contentMd5, crc64, forbidOverwrite = false } = input;
  const bucketRecord = await requireWritable({ bucket, key, forbidOverwrite }, context);

  const declared = present({ contentMd5, crc64, sizeMaxBytes: PUT_OBJECT_SIZE_MAX_BYTES });
  const received = await receiveObject(context.body, declared, context.store.blobs);
  const etag = contentEtag(received.md5, context.dialect);
  const attributes = attributesOf(input, bucketRecord);
  const object = await publishObject({ bucket, key, etag, attributes, forbidOverwrite }, received, context);

  const versionId = shownVersionId(object, bucketRecord);
  return { output: present({ etag, crc64: received.crc64, contentMd5: received.md5Base64, versionId }) };
};
