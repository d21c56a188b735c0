// The calls of multipart uploads on the model.
import type { ModelAnswers } from "./call-context.ts";
import { bytesOf, resolvePartNumber, resolveRange, resolveVersion } from "./call-values.ts";
import { assertUndamaged, rangeOf } from "./model-checks.ts";
import { Refusal } from "./model-records.ts";
import { chosenParts, sortedParts } from "./model-uploads.ts";
import type { PartChoice, UploadCalls } from "./service-calls.ts";
import type { ServiceModel } from "./service-model.ts";

export const modelUploads: ModelAnswers<UploadCalls> = {
  initiate: ({ key, note, tags, isSequential, forbidOverwrite }, { model, nowMs }) => {
    model.assertWritable(key, forbidOverwrite);
    const uploadId = model.initiate({ key, note, tags, isSequential, initiatedAtMs: nowMs });
    return { key, uploadId };
  },
  uploadPart: (call, { model, slotOf, nowMs }) => {
    const { uploadId } = slotOf(call.slot);
    const partNumber = resolvePartNumber(call.partNumber, uploadId, model);
    model.uploads.assertInSequence(uploadId, partNumber);
    assertUndamaged(call.damage);
    const { etag, crc64 } = model.uploads.putPart(uploadId, partNumber, bytesOf(call.body), nowMs);
    return { etag, crc64 };
  },
  uploadPartCopy: (call, { model, slotOf, nowMs }) => {
    const { uploadId } = slotOf(call.slot);
    const partNumber = resolvePartNumber(call.partNumber, uploadId, model);
    model.uploads.require(uploadId);
    const sourceId = resolveVersion(call.source.key, call.source.version, model);
    const source = model.getSource(call.source.key, sourceId, call.condition);
    const { bytes } = source;
    model.uploads.assertInSequence(uploadId, partNumber);
    const range = rangeOf(resolveRange(call.range, bytes.length), bytes.length, false);
    const copied = typeof range === "object" ? bytes.subarray(range.start, range.endExclusive) : bytes;
    const { etag, crc64 } = model.uploads.putPart(uploadId, partNumber, copied, nowMs);
    const contentRange = typeof range === "object" ? { ...range, totalSizeBytes: bytes.length } : undefined;
    return { etag, crc64, contentRange, lastModified: nowMs, sourceVersionId: model.shown(source) };
  },
  complete: (call, { model, slotOf, nowMs }) => {
    const { uploadId } = slotOf(call.slot);
    assertDocument(call.choice, uploadId, model);
    const options = { forbidOverwrite: call.forbidOverwrite, completedAtMs: nowMs };
    const object = model.complete(uploadId, call.choice, options);
    const { etag, crc64, key, contentMd5 } = object;
    return { etag, crc64, key, contentMd5, versionId: model.shown(object) };
  },
  abort: ({ slot }, { model, slotOf }) => void model.uploads.close(slotOf(slot).uploadId),
  listParts: ({ slot, limit, afterPartNumber }, { model, slotOf }) => {
    const stored = sortedParts(model.uploads.require(slotOf(slot).uploadId));
    const behind = stored.filter(({ partNumber }) => partNumber > afterPartNumber);
    const parts = behind.slice(0, limit);
    return {
      parts: parts.map(({ partNumber, etag, crc64, bytes, createdAtMs }) => {
        return { partNumber, etag, crc64, sizeBytes: bytes.length, lastModified: createdAtMs };
      }),
      next: parts.at(-1)?.partNumber ?? 0,
      isTruncated: behind.length > limit,
    };
  },
};

/** What the list of parts says is looked at before the upload that it is for. */
function assertDocument(choice: PartChoice, uploadId: string, model: ServiceModel): void {
  if (choice === "reversed" && chosenParts(model.findParts(uploadId), choice).length > 1) {
    throw new Refusal("InvalidPartOrder");
  }
}
