// The calls of multipart uploads on the service.
import { call as callOperation } from "../../src/client/call.ts";
import { bytesBody } from "../../src/client/request-body.ts";
import { abortMultipartUpload } from "../../src/protocol/operations/abort-multipart-upload.ts";
import {
  type CompletedPart,
  completeMultipartUpload,
} from "../../src/protocol/operations/complete-multipart-upload.ts";
import { initiateMultipartUpload } from "../../src/protocol/operations/initiate-multipart-upload.ts";
import { listParts } from "../../src/protocol/operations/list-parts.ts";
import { uploadPart } from "../../src/protocol/operations/upload-part.ts";
import { uploadPartCopy } from "../../src/protocol/operations/upload-part-copy.ts";
import type { ServiceAnswers } from "./call-context.ts";
import { bytesOf, resolvePartNumber } from "./call-values.ts";
import { chosenParts } from "./model-uploads.ts";
import type { PartChoice, UploadCalls } from "./service-calls.ts";
import {
  absentEtag,
  damageOf,
  encodingType,
  headersOf,
  namedVersion,
  rangeInput,
  readingOf,
} from "./service-inputs.ts";
import type { ServiceModel } from "./service-model.ts";

export const serviceUploads: ServiceAnswers<UploadCalls> = {
  initiate: async ({ key, note, tags, isSequential, forbidOverwrite }, { caller, bucket }) => {
    const described = { tags, objectHeaders: headersOf(note), sequential: isSequential };
    const input = { bucket, key, forbidOverwrite, ...described, encodingType } as const;
    const { output } = await callOperation(caller, initiateMultipartUpload, input);
    return { key: output.key, uploadId: output.uploadId };
  },
  uploadPart: async (call, { caller, bucket, model, slotOf }) => {
    const bytes = bytesOf(call.body);
    const slot = slotOf(call.slot);
    const partNumber = resolvePartNumber(call.partNumber, slot.uploadId, model);
    const input = { bucket, ...slot, partNumber, ...damageOf(call.damage, bytes) };
    const { output } = await callOperation(caller, uploadPart, input, { body: bytesBody(bytes) });
    return { etag: output.etag, crc64: output.crc64 };
  },
  uploadPartCopy: async (call, context) => {
    const { caller, bucket, model, slotOf } = context;
    const slot = slotOf(call.slot);
    const source = namedVersion(call.source, context);
    const object = model.find(source.key, source.versionId);
    const input = {
      ...{ bucket, ...slot, partNumber: resolvePartNumber(call.partNumber, slot.uploadId, model), source },
      ...readingOf(call.condition, object),
      ...rangeInput("sourceRange", call.range, object),
    };
    const { output } = await callOperation(caller, uploadPartCopy, input);
    const { etag, crc64, contentRange, lastModified, sourceVersionId } = output;
    return { etag, crc64, contentRange, lastModified: lastModified.getTime(), sourceVersionId };
  },
  complete: async ({ slot: number, choice, forbidOverwrite }, { caller, bucket, model, slotOf }) => {
    const slot = slotOf(number);
    const parts = choice === "all" ? "all" : completedParts(slot.uploadId, choice, model);
    const input = { bucket, ...slot, parts, forbidOverwrite, encodingType } as const;
    const { output } = await callOperation(caller, completeMultipartUpload, input);
    const { etag, crc64, key, contentMd5, versionId } = output;
    return { etag, crc64, key, contentMd5, versionId };
  },
  abort: async ({ slot }, { caller, bucket, slotOf }) =>
    void (await callOperation(caller, abortMultipartUpload, { bucket, ...slotOf(slot) })),
  listParts: async ({ slot, limit, afterPartNumber }, { caller, bucket, slotOf }) => {
    const page = { maxParts: limit, partNumberMarker: afterPartNumber };
    const input = { bucket, ...slotOf(slot), ...page, encodingType } as const;
    const { output } = await callOperation(caller, listParts, input);
    return {
      parts: output.parts.map((part) => ({ ...part, lastModified: part.lastModified.getTime() })),
      next: output.nextPartNumberMarker,
      isTruncated: output.isTruncated,
    };
  },
};

function completedParts(uploadId: string, choice: PartChoice, model: ServiceModel): readonly CompletedPart[] {
  const open = model.findParts(uploadId);
  const named = chosenParts(open, choice).map(({ partNumber, etag }) => ({ partNumber, etag }));
  const last = named.at(-1);
  switch (choice) {
    case "reversed":
      return named.toReversed();
    case "wrong ETag":
      return [...named.slice(0, -1), { partNumber: last?.partNumber ?? 1, etag: absentEtag }];
    case "absent":
      return [...named, { partNumber: 7, etag: absentEtag }].toSorted((a, b) => a.partNumber - b.partNumber);
    default:
      return named;
  }
}
