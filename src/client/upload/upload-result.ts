// What comes of an upload: plain values.
import type { UploadedPart } from "./part-info.ts";

export interface UploadResult {
  readonly bucket: string;
  readonly key: string;
  readonly etag: string;
  /** CRC-64/XZ of the source's bytes. */
  readonly crc64: bigint;
  /** How it was made sure that the service has these bytes; empty where nothing could be compared. */
  readonly verified: readonly Verification[];
  readonly sizeBytes: number;
  /** Of a bucket that keeps versions. */
  readonly versionId?: string;
  readonly method: "multipart" | "put";
  /** What was used, perhaps doubled; of a stream, and of parts that were cut anew, that of the first; of an object in one piece its size. */
  readonly partSizeBytes: number;
  readonly partCount: number;
  /** By number; none of an object in one piece. */
  readonly parts: readonly UploadedPart[];
  readonly uploadId?: string;
  /** When an earlier run's parts were kept. */
  readonly resumed?: ResumedFrom;
  readonly statistics: UploadStatistics;
  /** Why it was cut as it was. */
  readonly reasons: readonly string[];
}

export type Verification =
  /** The service has told the CRC-64 of the whole object, and it is this one. */
  | "crc64"
  /** It has told that of each part alone. */
  | "parts-crc64"
  /** The whole was read back and is equal. */
  | "readback";

export interface ResumedFrom {
  readonly found: "journal" | "service";
  readonly keptPartCount: number;
  readonly keptBytes: number;
}

export interface UploadStatistics {
  /** From the call of `upload` to its end. */
  readonly tookMs: number;
  /** Bytes of bodies that connections have taken. */
  readonly sentBytes: number;
  /** How many of them were not needed: of failed attempts, of duplicates, of what a pause cut off. */
  readonly extraBytes: number;
  readonly retryCount: number;
  /** Parts that were sent a second time because the first took long. */
  readonly duplicateCount: number;
  /** The most parts that were under way at a time. */
  readonly concurrency: number;
}
