// An object into another, without its bytes passing through here: in one call while it is small, else in parts that the
// service copies side by side, which goes on where it was when it was interrupted.

import { ServiceError } from "../../protocol/errors/service-error.ts";
import { quoteEtag } from "../../protocol/etag.ts";
import type { CopySource } from "../../protocol/fields/copy-source.ts";
import { present } from "../../protocol/fields/present.ts";
import type { Tags } from "../../protocol/fields/tagging.ts";
import type { CopyObjectInput, CopyObjectOutput } from "../../protocol/operations/copy-object.ts";
import type { GetObjectInput } from "../../protocol/operations/get-object.ts";
import type { HeadObjectOutput } from "../../protocol/operations/head-object.ts";
import type {
  UploadPartCopyInput,
  UploadPartCopyOutput,
} from "../../protocol/operations/upload-part-copy.ts";
import type { Options } from "../bucket-options.ts";
import { ClientError } from "../client-error.ts";
import type { DownloadedObject } from "../downloaded-object.ts";
import type { UploadCalls } from "../upload/upload-calls.ts";
import type { UploadHandle } from "../upload/upload-handle.ts";
import type { UploadOptions } from "../upload/upload-options.ts";
import type { UploadResult } from "../upload/upload-result.ts";
import { copiedSource } from "./copied-source.ts";

export interface CopyOptions
  extends Omit<UploadOptions, "multipartThreshold" | "objectHeaders" | "sizeBytes" | "tags" | "verify"> {
  /** Bytes; smaller objects are copied in one call. Default 64 MiB, at most 1 GiB. */
  readonly multipartThreshold?: number | undefined;
  /** What the copy carries instead of the source's own headers. */
  readonly objectHeaders?: UploadOptions["objectHeaders"];
  /** The copy's tags instead of the source's own. */
  readonly tags?: Tags | undefined;
}

export interface CopyResult extends Pick<UploadResult, "bucket" | "etag" | "key" | "resumed" | "sizeBytes"> {
  /** Of the copy; undefined from a service that tells none. */
  readonly crc64?: bigint;
  readonly versionId?: string;
  readonly method: "copy" | "multipart";
  readonly partCount: number;
}

export interface CopyMeans {
  /** Of the bucket that is copied into. */
  readonly calls: UploadCalls;
  head(source: CopySource, signal: AbortSignal | undefined): Promise<HeadObjectOutput>;
  tagsOf(source: CopySource, signal: AbortSignal | undefined): Promise<Tags>;
  read(input: GetObjectInput): Promise<DownloadedObject>;
  copyObject(
    key: string,
    source: CopySource,
    options: Options<CopyObjectInput, "source">,
  ): Promise<CopyObjectOutput>;
  uploadPartCopy(
    key: string,
    uploadId: string,
    partNumber: number,
    source: CopySource,
    options: Options<UploadPartCopyInput, "partNumber" | "source" | "uploadId">,
  ): Promise<UploadPartCopyOutput>;
  upload(
    open: () => Promise<ReturnType<typeof copiedSource>>,
    options: UploadOptions,
    calls: UploadCalls,
  ): UploadHandle;
}

const MULTIPART_THRESHOLD_BYTES: number = 64 * 1024 * 1024;

/** What one CopyObject may copy. Source: OSS API, CopyObject. */
const COPY_OBJECT_SIZE_MAX_BYTES: number = 1024 * 1024 * 1024;

/** The service copies a part in about the time that a request takes, so that large ones cost nothing. */
const PART_SIZE_BYTES: number = 32 * 1024 * 1024;

/**
 * @throws {ServiceError} NoSuchKey, FileAlreadyExists …
 * @throws {ClientError} object-changed, checksum-mismatch, upload-locked
 * @throws {RangeError} if an option is outside its range
 */
export async function copyObject(
  means: CopyMeans,
  key: string,
  source: CopySource,
  options: CopyOptions = {},
): Promise<CopyResult> {
  const { multipartThreshold = MULTIPART_THRESHOLD_BYTES, signal } = options;
  const head = await means.head(source, signal);
  const result =
    head.sizeBytes < Math.min(multipartThreshold, COPY_OBJECT_SIZE_MAX_BYTES)
      ? await copyInOneCall(means, key, source, { head, options })
      : await copyInParts(means, key, source, { head, options });
  if (head.crc64 !== undefined && result.crc64 !== undefined && head.crc64 !== result.crc64) {
    throw new ClientError(
      "checksum-mismatch",
      `oss://${means.calls.name}/${key} is not what oss://${source.bucket}/${source.key} is: its CRC-64 is ` +
        `${result.crc64}, not ${head.crc64}; copy it again`,
    );
  }
  return result;
}

interface Wanted {
  readonly head: HeadObjectOutput;
  readonly options: CopyOptions;
}

async function copyInOneCall(
  { calls, ...means }: CopyMeans,
  key: string,
  source: CopySource,
  { head, options }: Wanted,
): Promise<CopyResult> {
  const { objectHeaders, tags, objectAcl, forbidOverwrite, signal } = options;
  const { etag, crc64, versionId } = await unchanged(source, () =>
    means.copyObject(key, source, {
      ...present({ objectHeaders, tags, objectAcl, forbidOverwrite }),
      ...(objectHeaders === undefined ? {} : { metadataDirective: "REPLACE" }),
      ...(tags === undefined ? {} : { taggingDirective: "REPLACE" }),
      conditions: { ifMatch: quoteEtag(head.etag) },
      signal,
    }),
  );
  const { sizeBytes } = head;
  return present({
    bucket: calls.name,
    key,
    etag,
    crc64,
    versionId,
    sizeBytes,
    method: "copy" as const,
    partCount: 1,
  });
}

async function copyInParts(
  means: CopyMeans,
  key: string,
  source: CopySource,
  { head, options }: Wanted,
): Promise<CopyResult> {
  // An upload takes over nothing by itself, as CopyObject does.
  const hasTags = (head.taggingCount ?? 0) > 0;
  const tags = options.tags ?? (hasTags ? await means.tagsOf(source, options.signal) : undefined);
  // Where its bytes are kept is the copy's own affair, with CopyObject too.
  const { storageClass: _class, serverSideEncryption: _encryption, ...inherited } = head.objectHeaders;
  const objectHeaders = options.objectHeaders ?? inherited;
  const { read } = means;
  const open = async () => copiedSource({ source, head, read });
  const partSize = options.partSize ?? PART_SIZE_BYTES;
  const wishes = { ...options, partSize, objectHeaders, tags, multipartThreshold: 0 };
  const result = await means.upload(open, wishes, copyingCalls(means, source, head.etag));
  const { bucket, etag, crc64, versionId, sizeBytes, resumed, partCount } = result;
  const method = "multipart" as const;
  return present({ bucket, key, etag, crc64, versionId, sizeBytes, resumed, partCount, method });
}

/** The calls of an upload, of which the one that sends a part has the service copy it. */
function copyingCalls({ calls, uploadPartCopy }: CopyMeans, source: CopySource, etag: string): UploadCalls {
  return {
    name: calls.name,
    initMultipartUpload: (...args) => calls.initMultipartUpload(...args),
    completeMultipartUpload: (...args) => calls.completeMultipartUpload(...args),
    abortMultipartUpload: (...args) => calls.abortMultipartUpload(...args),
    putObject: (...args) => calls.putObject(...args),
    headObject: (...args) => calls.headObject(...args),
    listParts: (...args) => calls.listParts(...args),
    listMultipartUploads: (...args) => calls.listMultipartUploads(...args),
    async uploadPart(key, uploadId, partNumber, { start, end }, { signal, onSent }) {
      const copied = await unchanged(source, () =>
        uploadPartCopy(key, uploadId, partNumber, source, {
          sourceRange: { start, end: end - 1 },
          conditions: { ifMatch: quoteEtag(etag) },
          signal,
        }),
      );
      if (copied.crc64 === undefined) {
        throw new ClientError(
          "answer-unusable",
          `the service does not tell the CRC-64 of part ${partNumber} of ${key}, so the copy cannot be checked`,
        );
      }
      onSent?.(end - start);
      return { etag: copied.etag, crc64: copied.crc64, sizeBytes: end - start, isConfirmed: true };
    },
  };
}

async function unchanged<Output>(source: CopySource, copy: () => Promise<Output>): Promise<Output> {
  try {
    return await copy();
  } catch (error) {
    if (error instanceof ServiceError && error.status === 412) {
      throw new ClientError(
        "object-changed",
        `oss://${source.bucket}/${source.key} was replaced while it was copied; copy it again`,
        { cause: error, requestId: error.requestId },
      );
    }
    throw error;
  }
}
