// Bytes at the end of an object that was begun this way.
import { createHash } from "node:crypto";
import { present } from "../../protocol/fields/present.ts";
import { APPENDABLE_SIZE_MAX_BYTES } from "../../protocol/limits.ts";
import type { appendObject } from "../../protocol/operations/append-object.ts";
import { assertStillAllowed, whileAllowed } from "../assert-still-allowed.ts";
import type { Handler } from "../handler.ts";
import { limitAndTime } from "../limit-rate.ts";
import { attributesOf } from "../object-attributes.ts";
import { shownVersionId } from "../object-version.ts";
import { type ReceivedBlob, receiveObject } from "../receive-object.ts";
import { requireAppendable } from "../require-appendable.ts";

export const handleAppendObject: Handler<typeof appendObject> = async (input, context) => {
  const { bucket, key, positionBytes, contentMd5, crc64 } = input;
  const { blobs, metadata } = context.store;
  const bucketRecord = await requireAppendable({ bucket, key, positionBytes }, context);

  const attributes = attributesOf(input, bucketRecord, context);

  const sizeMaxBytes = APPENDABLE_SIZE_MAX_BYTES - positionBytes;
  const { body, rateClock, signal } = context;
  const limit = { bitsPerSecond: input.trafficLimit, clock: rateClock, signal };
  const { body: limitedBody, delayMs } = limitAndTime(body, limit);
  const declared = present({ contentMd5, crc64, sizeMaxBytes });
  const received = await receiveObject(limitedBody, declared, blobs);
  const { blobId, sizeBytes } = received;
  const rights = await assertStillAllowed(received, context);
  if (sizeBytes === 0) {
    // Nothing to append leaves nothing behind.
    await blobs.delete([blobId]);
  }
  const append = {
    ...{ bucket, key, positionBytes },
    ...(sizeBytes === 0 ? {} : { extent: { blobId, sizeBytes } }),
    crc64: received.crc64,
    etag: appendedEtag(received, positionBytes),
    attributes,
    ...present({ acl: input.objectAcl }),
    modifiedAtMs: context.now(),
  };
  const object = await whileAllowed(rights, context, (onlyWhile) =>
    metadata.appendObject({ ...append, ...onlyWhile }),
  );

  const { etag, crc64: crc64OfWhole, sizeBytes: nextPositionBytes } = object;
  const versionId = shownVersionId(object, bucketRecord);
  const qosDelayMs = delayMs();
  return { output: present({ etag, nextPositionBytes, crc64: crc64OfWhole, versionId, qosDelayMs }) };
};

/**
 * A new ETag for every append, which says nothing about the bytes: the MD5 of the whole would have to be computed over
 * the whole. It comes from the name of the appended blob, which is never used again. The zeros at its end are those of
 * the service's own samples. Source: OSS API, AppendObject.
 */
function appendedEtag({ blobId }: ReceivedBlob, positionBytes: number): string {
  const digest = createHash("md5").update(`${blobId}:${positionBytes}`).digest("hex");
  return `${digest.slice(0, 24).toUpperCase()}00000000`;
}
