// One call for a whole source: opened, planned, sent in parts side by side or in one piece, checked from end to end.
import { PUT_OBJECT_SIZE_MAX_BYTES } from "../protocol/limits.ts";
import type { ObjectHeaders } from "../protocol/object-headers.ts";
import { BufferPool } from "./buffer-pool.ts";
import type { ByteSource } from "./byte-source.ts";
import { fittingPartSize, PART_SIZE_DEFAULT_BYTES } from "./part-plan.ts";
import { CONCURRENCY_MAX } from "./part-scheduler.ts";
import { BUFFERS_PER_BODY, READ_SIZE_BYTES } from "./source-body.ts";
import type { UploadCalls } from "./upload-calls.ts";
import { uploadInOnePiece } from "./upload-in-one-piece.ts";
import { uploadInParts } from "./upload-in-parts.ts";
import type { ProgressListener } from "./upload-progress.ts";

export interface UploadOptions {
  /** Bytes, PART_SIZE_MIN_BYTES … PART_SIZE_MAX_BYTES; default 8 MiB. Doubled until 10,000 parts suffice. */
  readonly partSize?: number | undefined;
  /** How many parts are sent at a time, 1 … CONCURRENCY_MAX; default 4. Each takes 2 MiB of memory. */
  readonly concurrency?: number | undefined;
  /** Bytes; smaller sources go in one piece. Default 8 MiB; 0: all but an empty one go in parts. */
  readonly multipartThreshold?: number | undefined;
  /** What the object will carry. Default: the content type by the end of its key. */
  readonly objectHeaders?: ObjectHeaders | undefined;
  /** Fails with FileAlreadyExists when the object is there. */
  readonly forbidOverwrite?: boolean | undefined;
  /** Its abort closes the connections at once and removes the parts; the upload rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Called often, between other work: return soon. What it throws ends the upload. */
  readonly onProgress?: ProgressListener | undefined;
  /** Keep the parts of an upload that fails; default false. `onProgress` tells the upload's id. */
  readonly leavePartsOnError?: boolean | undefined;
}

export interface UploadResult {
  readonly bucket: string;
  readonly key: string;
  readonly etag: string;
  /** CRC-64/XZ of the bytes sent. The service has confirmed it, unless it tells no CRC. */
  readonly crc64: bigint;
  readonly sizeBytes: number;
  readonly method: "multipart" | "put";
  /** What was used, perhaps doubled; of an object in one piece its size. */
  readonly partSizeBytes: number;
  readonly partCount: number;
  readonly uploadId?: string;
}

export interface UploadRequest {
  readonly bucket: UploadCalls;
  readonly key: string;
  /** Called once; the source is closed when the upload ends. */
  readonly open: () => Promise<ByteSource>;
  readonly options: UploadOptions;
}

const CONCURRENCY_DEFAULT = 4;

/**
 * Sends a source as one object.
 *
 * A part that fails is sent again from its first byte. The source is compared with what it was when it was opened before
 * the object appears; every part's CRC-64 and the whole object's are compared with the service's. When the upload fails
 * its parts are removed, unless `leavePartsOnError`.
 *
 * @throws {ClientError} source-changed, checksum-mismatch
 * @throws {ServiceError} what the service answered
 * @throws {TransportError} when it did not
 * @throws {RangeError} if an option is outside its range
 * @throws the signal's reason after an abort
 */
export async function uploadObject({ bucket, key, open, options }: UploadRequest): Promise<UploadResult> {
  const { concurrency = CONCURRENCY_DEFAULT, multipartThreshold = PART_SIZE_DEFAULT_BYTES } = options;
  assertInteger("concurrency", concurrency, 1, CONCURRENCY_MAX);
  assertInteger("multipartThreshold", multipartThreshold, 0, Number.MAX_SAFE_INTEGER);
  fittingPartSize({ sizeBytes: 0, partSizeBytes: options.partSize });
  options.signal?.throwIfAborted();

  const source = await open();
  try {
    const { sizeBytes } = source;
    const pool = new BufferPool({
      bufferSizeBytes: READ_SIZE_BYTES,
      bufferCountMax: concurrency * BUFFERS_PER_BODY,
    });
    const isSmall = sizeBytes === 0 || sizeBytes < multipartThreshold;
    if (isSmall && sizeBytes <= PUT_OBJECT_SIZE_MAX_BYTES) {
      return await uploadInOnePiece({ bucket, key, source, pool, options });
    }
    return await uploadInParts({ bucket, key, source, pool, options, concurrency });
  } finally {
    await source.close();
  }
}

function assertInteger(name: string, value: number, min: number, max: number): void {
  if (!Number.isSafeInteger(value) || value < min || value > max) {
    throw new RangeError(`${name} must be an integer from ${min} to ${max}, but is ${value}`);
  }
}
