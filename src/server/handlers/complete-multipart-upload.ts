// Makes an object of an upload's parts. One transaction, no byte is copied: the object takes over the parts' blobs.
import { createHash } from "node:crypto";
import { percentEncodePath } from "../../protocol/addressing/percent-encoding.ts";
import { ServiceError } from "../../protocol/errors/service-error.ts";
import { multipartEtag } from "../../protocol/etag.ts";
import { present } from "../../protocol/fields/present.ts";
import { PAGE_SIZE_MAX, PART_SIZE_MIN_BYTES } from "../../protocol/limits.ts";
import type {
  CompletedPart,
  CompleteMultipartUploadInput,
  completeMultipartUpload,
} from "../../protocol/operations/complete-multipart-upload.ts";
import type { ObjectRecord, UploadId } from "../../storage/records.ts";
import { StorageError } from "../../storage/storage-error.ts";
import type { Handler } from "../handler.ts";
import { shownVersionId } from "../object-version.ts";
import { requireBucket, requireUpload } from "../require-resources.ts";
import type { RequestContext } from "../service-context.ts";

/** How often "all parts" is read again when a part changes between the reading and the transaction. */
const ALL_PARTS_ATTEMPTS_MAX = 5;

export const handleCompleteMultipartUpload: Handler<typeof completeMultipartUpload> = async (
  input,
  context,
) => {
  const { bucket, key, uploadId, encodingType } = input;
  const upload = { bucket, key, uploadId };
  const [bucketRecord] = await Promise.all([requireBucket(bucket, context), requireUpload(upload, context)]);

  const object =
    input.parts === "all"
      ? await completeAll(upload, input, context)
      : await complete(upload, input.parts, input, context);

  const location = `${context.bucketUrl}/${percentEncodePath(key)}`;
  const { etag, crc64 } = object;
  const versionId = shownVersionId(object, bucketRecord);
  return { output: present({ location, bucket, key, etag, crc64, encodingType, versionId }) };
};

async function completeAll(
  upload: UploadId,
  input: CompleteMultipartUploadInput,
  context: RequestContext,
): Promise<ObjectRecord> {
  for (let attempt = 1; ; attempt += 1) {
    const parts = await listAllParts(upload, context);
    try {
      return await complete(upload, parts, input, context);
    } catch (failure) {
      const isRaced = failure instanceof ServiceError && failure.code === "InvalidPart" && parts.length > 0;
      if (!isRaced || attempt === ALL_PARTS_ATTEMPTS_MAX) {
        throw failure;
      }
    }
  }
}

async function listAllParts(upload: UploadId, { store }: RequestContext): Promise<readonly CompletedPart[]> {
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
  upload: UploadId,
  parts: readonly CompletedPart[],
  input: CompleteMultipartUploadInput,
  { store, dialect, now }: RequestContext,
): Promise<ObjectRecord> {
  if (parts.length === 0) {
    throw new ServiceError("InvalidPart", { fields: { UploadId: upload.uploadId } });
  }
  const named = parts.map(({ partNumber, etag }) => ({ partNumber, md5: etag.toLowerCase() }));
  const md5Hex = (bytes: Uint8Array) => createHash("md5").update(bytes).digest("hex");
  try {
    return await store.metadata.completeUpload({
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
    });
  } catch (failure) {
    if (failure instanceof StorageError && failure.code === "part-mismatch") {
      throw invalidPart(Number(failure.fields.partNumber), parts, upload.uploadId);
    }
    throw failure;
  }
}

function invalidPart(partNumber: number, parts: readonly CompletedPart[], uploadId: string): ServiceError {
  const etag = parts.find((part) => part.partNumber === partNumber)?.etag ?? "";
  return new ServiceError("InvalidPart", {
    fields: { ETag: etag, PartNumber: String(partNumber), UploadId: uploadId },
  });
}
