// Receives one part. The part becomes visible only when its bytes are durable and every digest agrees.
import { contentEtag } from "../../protocol/etag.ts";
import { present } from "../../protocol/fields/present.ts";
import { PART_SIZE_MAX_BYTES } from "../../protocol/limits.ts";
import type { uploadPart } from "../../protocol/operations/upload-part.ts";
import type { Handler } from "../handler.ts";
import { limitAndTime } from "../limit-rate.ts";
import { encryptionOutput } from "../object-attributes.ts";
import { receiveObject } from "../receive-object.ts";
import { requireUpload } from "../require-resources.ts";
import { takePart } from "../take-part.ts";

export const handleUploadPart: Handler<typeof uploadPart> = async (input, context) => {
  const { store, dialect, body, rateClock, signal } = context;
  const { bucket, key, uploadId, partNumber, contentMd5, crc64, trafficLimit } = input;
  const upload = await requireUpload({ bucket, key, uploadId }, context);

  const declared = present({ contentMd5, crc64, sizeMaxBytes: PART_SIZE_MAX_BYTES });
  const limit = { bitsPerSecond: trafficLimit, clock: rateClock, signal };
  const { body: limitedBody, delayMs } = limitAndTime(body, limit);
  const part = await takePart(
    upload,
    partNumber,
    (digest) => receiveObject(limitedBody, declared, store.blobs, digest),
    context,
  );

  const etag = contentEtag(part.md5, dialect);
  const sums = { etag, crc64: part.crc64, contentMd5: part.md5Base64 };
  const qosDelayMs = delayMs();
  return { output: present({ ...sums, ...encryptionOutput(upload.attributes), qosDelayMs }) };
};
