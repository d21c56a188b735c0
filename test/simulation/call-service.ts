// The same call on the real service, through our client's four steps, and what of the answer is compared.
import { createHash } from "node:crypto";
import { type Answer, type Caller, call as callOperation } from "../../src/client/call.ts";
import { bytesBody } from "../../src/client/request-body.ts";
import { crc64 } from "../../src/protocol/crc64/crc64.ts";
import { ServiceError } from "../../src/protocol/errors/service-error.ts";
import type { Conditions } from "../../src/protocol/fields/conditions.ts";
import type { ObjectMetadata } from "../../src/protocol/fields/object-metadata.ts";
import type { ObjectSummary } from "../../src/protocol/fields/object-summary.ts";
import { abortMultipartUpload } from "../../src/protocol/operations/abort-multipart-upload.ts";
import {
  type CompletedPart,
  completeMultipartUpload,
} from "../../src/protocol/operations/complete-multipart-upload.ts";
import { copyObject } from "../../src/protocol/operations/copy-object.ts";
import { deleteBucket } from "../../src/protocol/operations/delete-bucket.ts";
import { deleteMultipleObjects } from "../../src/protocol/operations/delete-multiple-objects.ts";
import { deleteObject } from "../../src/protocol/operations/delete-object.ts";
import { getObject } from "../../src/protocol/operations/get-object.ts";
import { getObjectMeta } from "../../src/protocol/operations/get-object-meta.ts";
import { headObject } from "../../src/protocol/operations/head-object.ts";
import { initiateMultipartUpload } from "../../src/protocol/operations/initiate-multipart-upload.ts";
import { listMultipartUploads } from "../../src/protocol/operations/list-multipart-uploads.ts";
import { listObjects } from "../../src/protocol/operations/list-objects.ts";
import { listObjectsV2 } from "../../src/protocol/operations/list-objects-v2.ts";
import { listParts } from "../../src/protocol/operations/list-parts.ts";
import { putBucket } from "../../src/protocol/operations/put-bucket.ts";
import { putObject } from "../../src/protocol/operations/put-object.ts";
import { uploadPart } from "../../src/protocol/operations/upload-part.ts";
import { uploadPartCopy } from "../../src/protocol/operations/upload-part-copy.ts";
import type { OpenSlot, Outcome } from "./call-model.ts";
import {
  bytesOf,
  type Call,
  type Condition,
  fingerprint,
  type Page,
  type PartChoice,
  type Range,
  resolveRange,
} from "./service-calls.ts";
import { chosenParts, type ModelObject, type ServiceModel } from "./service-model.ts";

export interface ServiceCallContext {
  readonly caller: Caller;
  readonly bucket: string;
  /** As it was before the call: it gives the ETags and times that the call names. */
  readonly model: ServiceModel;
  readonly slotOf: (slot: number) => OpenSlot;
  /** Closes the server and its store and opens them again over what is on the disk. */
  readonly restart: () => Promise<void>;
}

const encodingType = "url";
const absentEtag = "0".repeat(32);

export async function callService(call: Call, context: ServiceCallContext): Promise<Outcome> {
  try {
    return (await answer(call, context)) ?? {};
  } catch (error) {
    if (error instanceof ServiceError && error.status < 500) {
      return { refused: error.code };
    }
    throw error;
  }
}

async function answer(call: Call, context: ServiceCallContext): Promise<Outcome | undefined> {
  const { caller, bucket, model, slotOf } = context;
  switch (call.call) {
    case "createBucket":
      return void (await callOperation(caller, putBucket, { bucket }));
    case "deleteBucket":
      return void (await callOperation(caller, deleteBucket, { bucket }));
    case "putObject": {
      const { key, forbidOverwrite } = call;
      const input = { bucket, key, forbidOverwrite, objectHeaders: headersOf(call.note) };
      const { output } = await callOperation(caller, putObject, input, {
        body: bytesBody(bytesOf(call.body)),
      });
      return { etag: output.etag, crc64: output.crc64 };
    }
    case "getObject": {
      const { key, range, isStandard } = call;
      const input = {
        bucket,
        key,
        ...readingOf(call, model, key),
        ...rangeInput("range", range, model.find(key)),
      };
      const asked = isStandard ? { ...input, rangeBehavior: "standard" as const } : input;
      const got = await callOperation(caller, getObject, asked);
      const { contentRange } = got.output;
      return {
        ...factsOf(got.output),
        bytes: fingerprint(await bodyOf(got)),
        contentRange: contentRange && spanOf(contentRange),
      };
    }
    case "headObject": {
      const input = { bucket, key: call.key, ...readingOf(call, model, call.key) };
      return factsOf((await callOperation(caller, headObject, input)).output);
    }
    case "getObjectMeta": {
      const { output } = await callOperation(caller, getObjectMeta, { bucket, key: call.key });
      const { etag, crc64: sum, lastModified, sizeBytes } = output;
      return { etag, crc64: sum, lastModified: lastModified.getTime(), sizeBytes };
    }
    case "deleteObject":
      return void (await callOperation(caller, deleteObject, { bucket, key: call.key }));
    case "deleteObjects": {
      const objects = call.keys.map((key) => ({ key }));
      const input = { bucket, objects, quiet: false, encodingType } as const;
      const { output } = await callOperation(caller, deleteMultipleObjects, input);
      return { deleted: output.deleted.map(({ key }) => key) };
    }
    case "copyObject": {
      const { key, note, forbidOverwrite } = call;
      const replacing = { metadataDirective: "REPLACE", objectHeaders: headersOf(note) } as const;
      const source = { bucket, key: call.source };
      const input = { bucket, key, source, forbidOverwrite, ...readingOf(call, model, call.source) };
      const asked = note === "" ? input : { ...input, ...replacing };
      const { output } = await callOperation(caller, copyObject, asked);
      return { etag: output.etag, crc64: output.crc64, lastModified: output.lastModified.getTime() };
    }
    case "listObjects": {
      const { after, ...page } = call.page;
      const input = { bucket, ...pageInput(page), marker: after, maxKeys: page.limit, encodingType } as const;
      const { output } = await callOperation(caller, listObjects, input);
      const next = output.nextMarker === undefined ? {} : { next: output.nextMarker };
      return { ...listedOf(output), ...next };
    }
    case "listObjectsV2": {
      const { after, ...page } = call.page;
      const start = after === "" ? {} : { startAfter: after };
      const input = { bucket, ...pageInput(page), ...start, maxKeys: page.limit, encodingType } as const;
      return listedOf((await callOperation(caller, listObjectsV2, input)).output);
    }
    case "listUploads": {
      const { after, ...page } = call.page;
      const uploadIdMarker = call.markerSlot < 0 ? "" : slotOf(call.markerSlot).uploadId;
      const marker = { keyMarker: after, uploadIdMarker };
      const input = { bucket, ...pageInput(page), ...marker, maxUploads: page.limit, encodingType } as const;
      const { output } = await callOperation(caller, listMultipartUploads, input);
      const uploads = output.uploads.map(({ key, uploadId, initiated }) => {
        return { key, uploadId, initiated: initiated.getTime() };
      });
      const { commonPrefixes, isTruncated, nextKeyMarker, nextUploadIdMarker } = output;
      return { uploads, commonPrefixes, isTruncated, next: [nextKeyMarker, nextUploadIdMarker] };
    }
    case "initiate": {
      const { key, forbidOverwrite } = call;
      const input = {
        bucket,
        key,
        forbidOverwrite,
        objectHeaders: headersOf(call.note),
        encodingType,
      } as const;
      const { output } = await callOperation(caller, initiateMultipartUpload, input);
      return { key: output.key, uploadId: output.uploadId };
    }
    case "uploadPart": {
      const bytes = bytesOf(call.body);
      const input = {
        bucket,
        ...slotOf(call.slot),
        partNumber: call.partNumber,
        ...damageOf(call.damage, bytes),
      };
      const { output } = await callOperation(caller, uploadPart, input, { body: bytesBody(bytes) });
      return { etag: output.etag, crc64: output.crc64 };
    }
    case "uploadPartCopy": {
      const source = { bucket, key: call.source };
      const target = { bucket, ...slotOf(call.slot), partNumber: call.partNumber, source };
      const input = {
        ...target,
        ...readingOf(call, model, call.source),
        ...rangeInput("sourceRange", call.range, model.find(call.source)),
      };
      const { output } = await callOperation(caller, uploadPartCopy, input);
      const { etag, crc64: sum, contentRange, lastModified } = output;
      return { etag, crc64: sum, contentRange, lastModified: lastModified.getTime() };
    }
    case "complete": {
      const slot = slotOf(call.slot);
      const parts = call.choice === "all" ? "all" : completedParts(slot.uploadId, call.choice, model);
      const input = { bucket, ...slot, parts, forbidOverwrite: call.forbidOverwrite, encodingType } as const;
      const { output } = await callOperation(caller, completeMultipartUpload, input);
      return { etag: output.etag, crc64: output.crc64, key: output.key };
    }
    case "abort":
      return void (await callOperation(caller, abortMultipartUpload, { bucket, ...slotOf(call.slot) }));
    case "listParts": {
      const { limit, afterPartNumber } = call;
      const page = { maxParts: limit, partNumberMarker: afterPartNumber };
      const input = { bucket, ...slotOf(call.slot), ...page, encodingType } as const;
      const { output } = await callOperation(caller, listParts, input);
      return {
        parts: output.parts.map((part) => ({ ...part, lastModified: part.lastModified.getTime() })),
        next: output.nextPartNumberMarker,
        isTruncated: output.isTruncated,
      };
    }
    case "restart":
      return void (await context.restart());
  }
}

function completedParts(uploadId: string, choice: PartChoice, model: ServiceModel): readonly CompletedPart[] {
  const open = model.findUpload(uploadId) === undefined ? [] : model.partsOf(uploadId);
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

function damageOf(damage: "crc64" | "md5" | "none", bytes: Uint8Array) {
  if (damage === "none") {
    return {};
  }
  return damage === "crc64"
    ? { crc64: crc64(bytes) ^ 1n }
    : { contentMd5: createHash("md5").update(bytes).update("more").digest("base64") };
}

function readingOf(
  { condition }: { readonly condition: Condition | null },
  model: ServiceModel,
  key: string,
) {
  const conditions = condition && conditionOf(condition, model, key);
  return conditions === null ? {} : { conditions };
}

function conditionOf({ name, offset }: Condition, model: ServiceModel, key: string): Conditions {
  const object = model.find(key);
  if (name === "ifMatch" || name === "ifNoneMatch") {
    return { [name]: offset === 0 ? (object?.etag ?? absentEtag) : absentEtag };
  }
  return { [name]: new Date((object?.modifiedAtMs ?? 0) + offset * 1_000) };
}

function rangeInput(name: "range" | "sourceRange", range: Range, object: ModelObject | undefined) {
  const resolved = resolveRange(range, object?.bytes.length ?? 0);
  return resolved.start === undefined && resolved.end === undefined ? {} : { [name]: resolved };
}

function pageInput({ prefix, delimiter }: Omit<Page, "after">) {
  return { prefix, delimiter };
}

function headersOf(note: string) {
  return { userMetadata: { note } };
}

function factsOf({
  sizeBytes,
  etag,
  crc64: sum,
  type,
  objectHeaders,
  lastModified,
}: ObjectMetadata): Outcome {
  const note = objectHeaders.userMetadata?.note ?? "";
  return { sizeBytes, etag, crc64: sum, type, note, lastModified: lastModified.getTime() };
}

function listedOf(output: {
  readonly objects: readonly ObjectSummary[];
  readonly commonPrefixes: readonly string[];
  readonly isTruncated: boolean;
}): Outcome {
  const objects = output.objects.map(({ key, sizeBytes, etag, type, lastModified }) => {
    return { key, sizeBytes, etag, type, lastModified: lastModified.getTime() };
  });
  return { objects, commonPrefixes: output.commonPrefixes, isTruncated: output.isTruncated };
}

function spanOf({ start, endExclusive }: { readonly start: number; readonly endExclusive: number }) {
  return { start, endExclusive };
}

async function bodyOf({ response }: Answer<unknown>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of response.body) {
    chunks.push(Buffer.from(chunk));
  }
  return Buffer.concat(chunks);
}
