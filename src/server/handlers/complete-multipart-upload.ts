// Makes an object of an upload's parts. One transaction, no byte is copied: the object takes over the parts' blobs.
import { createHash } from "node:crypto";
import { percentEncodePath } from "../../protocol/addressing/percent-encoding.ts";
import { serviceError } from "../../protocol/errors/known-error.ts";
import { ServiceError } from "../../protocol/errors/service-error.ts";
import { multipartEtag } from "../../protocol/etag.ts";
import { malformedPartList } from "../../protocol/fields/part-list.ts";
import { present } from "../../protocol/fields/present.ts";
import { PAGE_SIZE_MAX, PART_SIZE_MIN_BYTES } from "../../protocol/limits.ts";
import {
  type CompletedPart,
  type CompleteMultipartUploadInput,
  type CompleteMultipartUploadOutput,
  completeMultipartUpload,
} from "../../protocol/operations/complete-multipart-upload.ts";
import type { ObjectRecord, UploadId, UploadRecord } from "../../storage/records.ts";
import { StorageError } from "../../storage/storage-error.ts";
import { whileAllowed } from "../assert-still-allowed.ts";
import { callBack } from "../callback/call-back.ts";
import { parseCallback } from "../callback/parse-callback.ts";
import type { Handler } from "../handler.ts";
import { objectMetadataOf } from "../object-answer.ts";
import { encryptionOutput } from "../object-attributes.ts";
import { shownVersionId } from "../object-version.ts";
import { fingerprintOf, repeatedCompletion } from "../repeated-completion.ts";
import { requireBucket, requireUpload } from "../require-resources.ts";
import type { RequestContext } from "../service-context.ts";
import { md5OfParts } from "../take-part.ts";

/** How often "all parts" is read again when a part changes between the reading and the transaction. */
const ALL_PARTS_ATTEMPTS_MAX = 5;

export const handleCompleteMultipartUpload: Handler<typeof completeMultipartUpload> = async (
  input,
  context,
) => {
  const { bucket, key, encodingType } = input;
  const [bucketRecord, upload] = await Promise.all([
    requireBucket(bucket, context),
    openUpload(input, context),
  ]);
  const callback = parseCallback(input);

  const object = await completed(upload, input, context);

  const location = `${context.bucketUrl}/${percentEncodePath(key)}`;
  const { etag, crc64 } = object;
  const inHeaders = present({
    etag,
    crc64,
    contentMd5: objectMetadataOf(object, context.now()).contentMd5,
    versionId: shownVersionId(object, bucketRecord),
    ...encryptionOutput(object.attributes),
  });
  const output: CompleteMultipartUploadOutput = present({
    location,
    bucket,
    key,
    ...inHeaders,
    encodingType,
  });
  const { name, encodeResponse } = completeMultipartUpload;
  const { headers } = encodeResponse(output, context.dialect);
  const { callbackBody } = await callBack(callback, { operation: name, object }, { headers, context });
  return { output: callbackBody === undefined ? output : { ...inHeaders, callbackBody } };
};

/** @returns why it is not open, where it is not */
async function openUpload(
  { bucket, key, uploadId }: UploadId,
  context: RequestContext,
): Promise<StorageError | UploadRecord> {
  try {
    return await requireUpload({ bucket, key, uploadId }, context);
  } catch (failure) {
    if (failure instanceof StorageError && failure.code === "upload-missing") {
      return failure;
    }
    throw failure;
  }
}

/** The upload may be gone before, or go while it is looked at, by another request or by this very one, sent before. */
async function completed(
  upload: StorageError | UploadRecord,
  input: CompleteMultipartUploadInput,
  context: RequestContext,
): Promise<ObjectRecord> {
  const { parts } = input;
  try {
    if (upload instanceof StorageError) {
      throw upload;
    }
    return parts === "all"
      ? await completeAll(upload, input, context)
      : await completeNamed(upload, parts, input, context);
  } catch (refusal) {
    return repeatedCompletion(refusal, { upload: input, parts }, context);
  }
}

/**
 * The Go SDK completes an upload of an empty stream with an empty list, and its tests expect an object of 0 bytes. Of an
 * upload that has parts an empty list says nothing, and must not lose them.
 */
async function completeNamed(
  upload: UploadRecord,
  parts: readonly CompletedPart[],
  input: CompleteMultipartUploadInput,
  context: RequestContext,
): Promise<ObjectRecord> {
  if (parts.length === 0 && (await hasParts(upload, context))) {
    throw malformedPartList("The document lists no parts, but the upload has some.");
  }
  return await complete(upload, parts, input, context);
}

async function hasParts(upload: UploadRecord, { store }: RequestContext): Promise<boolean> {
  const page = await store.metadata.listParts(upload, { afterPartNumber: 0, limit: 1 });
  return page.parts.length > 0;
}

async function completeAll(
  upload: UploadRecord,
  input: CompleteMultipartUploadInput,
  context: RequestContext,
): Promise<ObjectRecord> {
  for (let attempt = 1; ; attempt += 1) {
    const parts = await listAllParts(upload, context);
    if (parts.length === 0) {
      throw serviceError("InvalidPart", { fields: { UploadId: upload.uploadId } });
    }
    try {
      return await complete(upload, parts, input, context);
    } catch (failure) {
      const isRaced = failure instanceof ServiceError && failure.code === "InvalidPart";
      if (!isRaced || attempt === ALL_PARTS_ATTEMPTS_MAX) {
        throw failure;
      }
    }
  }
}

async function listAllParts(
  upload: UploadRecord,
  { store }: RequestContext,
): Promise<readonly CompletedPart[]> {
  const parts: CompletedPart[] = [];
  for (let isTruncated = true; isTruncated; ) {
    const page = await store.metadata.listParts(upload, {
      afterPartNumber: parts.at(-1)?.partNumber ?? 0,
      limit: PAGE_SIZE_MAX,
    });
    parts.push(...page.parts.map(({ partNumber, md5 }) => ({ partNumber, etag: md5 })));
    isTruncated = page.isTruncated;
  }
  return parts;
}

async function complete(
  upload: UploadRecord,
  parts: readonly CompletedPart[],
  input: CompleteMultipartUploadInput,
  context: RequestContext,
): Promise<ObjectRecord> {
  const { store, dialect, now } = context;
  const named = parts.map(({ partNumber, etag }) => ({ partNumber, md5: etag.toLowerCase() }));
  const md5 = await md5OfParts(upload, named, context);
  const md5Hex = (bytes: Uint8Array) => createHash("md5").update(bytes).digest("hex");
  const completion = {
    upload,
    parts: named,
    etag: multipartEtag(
      named.map(({ md5 }) => md5),
      dialect,
      md5Hex,
    ),
    partSizeMinBytes: PART_SIZE_MIN_BYTES,
    forbidOverwrite: input.forbidOverwrite ?? false,
    completedAtMs: now(),
    // A part that came since all parts were read was acknowledged: it must not be left out.
    unnamedParts: input.parts === "all" ? ("refuse" as const) : ("drop" as const),
    fingerprint: fingerprintOf(input.parts),
    ...present({ md5, acl: input.objectAcl }),
  };
  // The document was long perhaps, and others were served while it was read.
  const rights = await context.authorizeAgain();
  try {
    return await whileAllowed(rights, context, (onlyWhile) =>
      store.metadata.completeUpload({ ...completion, ...onlyWhile }),
    );
  } catch (failure) {
    if (failure instanceof StorageError && failure.code === "part-mismatch") {
      throw invalidPart(Number(failure.fields.partNumber), parts, upload.uploadId);
    }
    throw failure;
  }
}

function invalidPart(partNumber: number, parts: readonly CompletedPart[], uploadId: string): ServiceError {
  const etag = parts.find((part) => part.partNumber === partNumber)?.etag ?? "";
  return serviceError("InvalidPart", {
    fields: { ETag: etag, PartNumber: String(partNumber), UploadId: uploadId },
  });
}
