// What an upload is asked to do and what comes of it: the words that upload.ts shares with its two ways of sending.
import type { ObjectHeaders } from "../../protocol/fields/object-headers.ts";
import type { BufferPool } from "./buffer-pool.ts";
import type { ByteSource } from "./byte-source.ts";
import type { UploadCalls } from "./upload-calls.ts";
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

export interface UploadTask {
  readonly bucket: UploadCalls;
  readonly key: string;
  readonly source: ByteSource;
  readonly pool: BufferPool;
  readonly options: UploadOptions;
}
