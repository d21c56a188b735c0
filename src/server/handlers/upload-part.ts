// Receives one part. The part becomes visible only when its bytes are durable and every digest agrees.
import { contentEtag } from "../../protocol/etag.ts";
import { present } from "../../protocol/fields/present.ts";
import { PART_SIZE_MAX_BYTES } from "../../protocol/limits.ts";
import type { uploadPart } from "../../protocol/operations/upload-part.ts";
import type { Handler } from "../handler.ts";
import { encryptionOutput } from "../object-attributes.ts";
import { receiveObject } from "../receive-object.ts";
import { requireUpload } from "../require-resources.ts";

export const handleUploadPart: Handler<typeof uploadPart> = async (input, context) => {
  const { store, dialect, now, body } = context;
  const { bucket, key, uploadId, partNumber, contentMd5, crc64: declaredCrc64 } = input;
  const upload = { bucket, key, uploadId };
  const { attributes } = await requireUpload(upload, context);

  const declared = present({ contentMd5, crc64: declaredCrc64, sizeMaxBytes: PART_SIZE_MAX_BYTES });
  const { blobId, sizeBytes, md5, md5Base64, crc64 } = await receiveObject(body, declared, store.blobs);
  await store.metadata.putPart(upload, { partNumber, blobId, sizeBytes, md5, crc64, createdAtMs: now() });

  const etag = contentEtag(md5, dialect);
  return { output: { etag, crc64, contentMd5: md5Base64, ...encryptionOutput(attributes) } };
};
