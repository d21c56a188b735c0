// One call for a whole source: opened, planned, sent in parts side by side or in one piece, checked from end to end.
import {
  PART_SIZE_MAX_BYTES,
  PART_SIZE_MIN_BYTES,
  PUT_OBJECT_SIZE_MAX_BYTES,
} from "../../protocol/limits.ts";
import { BufferPool } from "./buffer-pool.ts";
import type { ByteSource } from "./byte-source.ts";
import { PART_SIZE_DEFAULT_BYTES } from "./part-plan.ts";
import { CONCURRENCY_MAX } from "./part-scheduler.ts";
import { BUFFERS_PER_BODY, READ_SIZE_BYTES } from "./source-body.ts";
import type { UploadCalls } from "./upload-calls.ts";
import { uploadInOnePiece } from "./upload-in-one-piece.ts";
import { uploadInParts } from "./upload-in-parts.ts";
import type { UploadOptions, UploadResult } from "./upload-task.ts";

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
  const {
    partSize = PART_SIZE_DEFAULT_BYTES,
    concurrency = CONCURRENCY_DEFAULT,
    multipartThreshold = PART_SIZE_DEFAULT_BYTES,
  } = options;
  assertInteger("concurrency", concurrency, 1, CONCURRENCY_MAX);
  assertInteger("multipartThreshold", multipartThreshold, 0, Number.MAX_SAFE_INTEGER);
  assertInteger("partSize", partSize, PART_SIZE_MIN_BYTES, PART_SIZE_MAX_BYTES);
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
