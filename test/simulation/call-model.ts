// One call on the model, and what the service must answer to it.
import {
  bytesOf,
  type Call,
  fingerprint,
  type PartChoice,
  type Range,
  resolveRange,
} from "./service-calls.ts";
import { chosenParts, type ModelObject, Refusal, rangeOf, type ServiceModel } from "./service-model.ts";

/** What of an answer is compared, or the code of the refusal. */
export type Outcome = Readonly<Record<string, unknown>>;

export interface OpenSlot {
  readonly key: string;
  readonly uploadId: string;
}

export interface ModelContext {
  readonly model: ServiceModel;
  readonly slotOf: (slot: number) => OpenSlot;
  readonly nowMs: number;
  /** Of the upload that the service has opened in this call, for ids are its choice. */
  readonly newUploadId: string;
}

export function callModel(call: Call, context: ModelContext): Outcome {
  try {
    return answer(call, context) ?? {};
  } catch (refusal) {
    if (refusal instanceof Refusal) {
      return { refused: refusal.code };
    }
    throw refusal;
  }
}

function answer(call: Call, context: ModelContext): Outcome | undefined {
  const { model, slotOf, nowMs } = context;
  switch (call.call) {
    case "createBucket":
      return void model.createBucket();
    case "deleteBucket":
      return void model.deleteBucket();
    case "putObject": {
      const bytes = bytesOf(call.body);
      const { key, note } = call;
      const { etag, crc64 } = model.putObject(
        { key, note, bytes, modifiedAtMs: nowMs },
        call.forbidOverwrite,
      );
      return { etag, crc64 };
    }
    case "getObject":
      return readObject(model.getObject(call.key, call.condition), call.range, call.isStandard);
    case "headObject":
      return factsOf(model.getObject(call.key, call.condition));
    case "getObjectMeta": {
      const { etag, crc64, lastModified, sizeBytes } = factsOf(model.getObject(call.key, null));
      return { etag, crc64, lastModified, sizeBytes };
    }
    case "deleteObject":
      return void model.deleteObject(call.key);
    case "deleteObjects":
      for (const key of call.keys) {
        model.deleteObject(key);
      }
      return { deleted: call.keys };
    case "copyObject": {
      model.assertWritable(call.key, call.forbidOverwrite);
      const source = model.getObject(call.source, call.condition);
      const note = call.note === "" ? source.note : call.note;
      const copy = { key: call.key, note, bytes: source.bytes, modifiedAtMs: nowMs };
      const { etag, crc64 } = model.putObject(copy, call.forbidOverwrite);
      return { etag, crc64, lastModified: nowMs };
    }
    case "listObjects":
    case "listObjectsV2": {
      const { rows, commonPrefixes, last, isTruncated } = model.listObjects(call.page);
      const next = isTruncated && call.call === "listObjects" ? { next: last?.key } : {};
      return { objects: rows.map(summaryOf), commonPrefixes, isTruncated, ...next };
    }
    case "listUploads": {
      const marker = call.markerSlot < 0 ? "" : slotOf(call.markerSlot).uploadId;
      const { rows, commonPrefixes, last, isTruncated } = model.listUploads(call.page, marker);
      const uploads = rows.map(({ key, uploadId, initiatedAtMs }) => ({
        key,
        uploadId,
        initiated: initiatedAtMs,
      }));
      return { uploads, commonPrefixes, isTruncated, next: [last?.key ?? "", last?.uploadId ?? ""] };
    }
    case "initiate": {
      const { key, note } = call;
      model.assertWritable(key, call.forbidOverwrite);
      model.initiate({ key, note, uploadId: context.newUploadId, initiatedAtMs: nowMs });
      return { key };
    }
    case "uploadPart": {
      const { uploadId } = slotOf(call.slot);
      model.upload(uploadId);
      if (call.damage !== "none") {
        throw new Refusal(call.damage === "md5" ? "InvalidDigest" : "InvalidCRC64");
      }
      const { etag, crc64 } = model.putPart(uploadId, call.partNumber, bytesOf(call.body), nowMs);
      return { etag, crc64 };
    }
    case "uploadPartCopy": {
      const { uploadId } = slotOf(call.slot);
      model.upload(uploadId);
      const { bytes } = model.getObject(call.source, call.condition);
      const range = rangeOf(resolveRange(call.range, bytes.length), bytes.length, false);
      const copied = typeof range === "object" ? bytes.subarray(range.start, range.endExclusive) : bytes;
      const { etag, crc64 } = model.putPart(uploadId, call.partNumber, copied, nowMs);
      const contentRange = typeof range === "object" ? { ...range, totalSizeBytes: bytes.length } : undefined;
      return { etag, crc64, contentRange, lastModified: nowMs };
    }
    case "complete": {
      const { uploadId } = slotOf(call.slot);
      assertDocument(call.choice, uploadId, model);
      const options = { forbidOverwrite: call.forbidOverwrite, completedAtMs: nowMs };
      const { etag, crc64, key } = model.complete(uploadId, call.choice, options);
      return { etag, crc64, key };
    }
    case "abort":
      return void model.abort(slotOf(call.slot).uploadId);
    case "listParts": {
      const behind = model
        .partsOf(slotOf(call.slot).uploadId)
        .filter(({ partNumber }) => partNumber > call.afterPartNumber);
      const parts = behind.slice(0, call.limit);
      return {
        parts: parts.map(({ partNumber, etag, crc64, bytes, createdAtMs }) => {
          return { partNumber, etag, crc64, sizeBytes: bytes.length, lastModified: createdAtMs };
        }),
        next: parts.at(-1)?.partNumber ?? 0,
        isTruncated: behind.length > call.limit,
      };
    }
    case "restart":
      return undefined;
  }
}

/** What the list of parts says is looked at before the upload that it is for. */
function assertDocument(choice: PartChoice, uploadId: string, model: ServiceModel): void {
  const parts = model.findUpload(uploadId) === undefined ? [] : model.partsOf(uploadId);
  const namedCount = chosenParts(parts, choice).length;
  if (namedCount > 1 && choice === "reversed") {
    throw new Refusal("InvalidPartOrder");
  }
}

function readObject(object: ModelObject, range: Range, isStandard: boolean): Outcome {
  const { bytes } = object;
  const served = rangeOf(resolveRange(range, bytes.length), bytes.length, isStandard);
  if (served === "unsatisfiable") {
    throw new Refusal("InvalidRange");
  }
  if (served === "whole") {
    return { ...factsOf(object), bytes: fingerprint(bytes), contentRange: undefined };
  }
  return {
    ...factsOf(object),
    bytes: fingerprint(bytes.subarray(served.start, served.endExclusive)),
    contentRange: served,
  };
}

function factsOf({ bytes, etag, crc64, type, note, modifiedAtMs }: ModelObject): Outcome {
  return { sizeBytes: bytes.length, etag, crc64, type, note, lastModified: modifiedAtMs };
}

function summaryOf({ key, bytes, etag, type, modifiedAtMs }: ModelObject): Outcome {
  return { key, sizeBytes: bytes.length, etag, type, lastModified: modifiedAtMs };
}
