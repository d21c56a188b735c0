// An object in one piece.
import { contentEtag } from "../../protocol/etag.ts";
import { present } from "../../protocol/fields/present.ts";
import { PUT_OBJECT_SIZE_MAX_BYTES } from "../../protocol/limits.ts";
import { type PutObjectOutput, putObject } from "../../protocol/operations/put-object.ts";
import { callBack } from "../callback/call-back.ts";
import { parseCallback } from "../callback/parse-callback.ts";
import type { Handler } from "../handler.ts";
import { limitAndTime } from "../limit-rate.ts";
import { attributesOf, encryptionOutput } from "../object-attributes.ts";
import { shownVersionId } from "../object-version.ts";
import { publishObject } from "../publish-object.ts";
import { receiveObject } from "../receive-object.ts";
import { requireWritable } from "../require-resources.ts";

export const handlePutObject: Handler<typeof putObject> = async (input, context) => {
  const { bucket, key, contentMd5, crc64, trafficLimit, forbidOverwrite = false } = input;
  const { store, dialect, body, rateClock, signal } = context;
  const bucketRecord = await requireWritable({ bucket, key, forbidOverwrite }, context);
  const attributes = attributesOf(input, bucketRecord, context);
  const callback = parseCallback(input);

  const declared = present({ contentMd5, crc64, sizeMaxBytes: PUT_OBJECT_SIZE_MAX_BYTES });
  const limit = { bitsPerSecond: trafficLimit, clock: rateClock, signal };
  const { body: limitedBody, delayMs } = limitAndTime(body, limit);
  const received = await receiveObject(limitedBody, declared, store.blobs);
  const etag = contentEtag(received.md5, dialect);
  const object = await publishObject({ bucket, key, etag, attributes, forbidOverwrite }, received, context);

  const output: PutObjectOutput = present({
    etag,
    crc64: received.crc64,
    contentMd5: received.md5Base64,
    ...encryptionOutput(attributes),
    versionId: shownVersionId(object, bucketRecord),
    qosDelayMs: delayMs(),
  });
  const { headers } = putObject.encodeResponse(output, dialect);
  const answer = await callBack(callback, { operation: putObject.name, object }, { headers, context });
  return { output: { ...output, ...answer } };
};
