// What an upload is asked to do and what comes of it: the words that upload.ts shares with its two ways of sending.
import type { ObjectHeaders } from "../../protocol/fields/object-headers.ts";
import type { Clock } from "../clock.ts";
import type { TransferConcurrency } from "../flow/transfer-concurrency.ts";
import type { TransferWindow } from "../flow/transfer-window.ts";
import type { RetryBudget } from "../retry-budget.ts";
import type { ByteSource } from "./byte-source.ts";
import type { UploadedPart } from "./part-info.ts";
import type { UploadPlan } from "./plan-upload.ts";
import type { UploadCalls } from "./upload-calls.ts";
import type { UploadControl } from "./upload-control.ts";
import type { UploadEvent } from "./upload-event.ts";
import type { UploadJournals } from "./upload-journal.ts";
import type { ProgressListener } from "./upload-progress.ts";
import type { UploadReporter } from "./upload-reporter.ts";

export interface UploadOptions {
  /**
   * Bytes, PART_SIZE_MIN_BYTES … PART_SIZE_MAX_BYTES. Default: chosen by the size and by what earlier uploads measured,
   * 256 KiB to 8 MiB below 8 GB; see choose-part-size.ts. Doubled until 10,000 parts suffice; of a stream of unknown
   * length 8 MiB, doubled after each thousand parts.
   */
  readonly partSize?: number | undefined;
  /**
   * How many parts are sent at a time. By default, and with "auto", what all transfers of the client share; a number or
   * bounds are for this upload alone. Each part under way takes 2 MiB of memory.
   */
  readonly concurrency?: TransferConcurrency | undefined;
  /** Bytes; smaller sources go in one piece. Default 8 MiB; 0: all but an empty one go in parts. */
  readonly multipartThreshold?: number | undefined;
  /** Of a stream, if it is known: it then has to have exactly as many bytes. Other sources know it themselves. */
  readonly sizeBytes?: number | undefined;
  /** What the object will carry. Default: the content type by the end of its key. */
  readonly objectHeaders?: ObjectHeaders | undefined;
  /** Fails with FileAlreadyExists when the object is there. */
  readonly forbidOverwrite?: boolean | undefined;
  /** Its abort closes the connections at once; the upload rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Called often, between other work: return soon. What it throws ends the upload. */
  readonly onProgress?: ProgressListener | undefined;
  /** Everything that happens, progress included. What it throws ends the upload. */
  readonly onEvent?: ((event: UploadEvent) => void) | undefined;
  /**
   * Whether to go on with what an earlier run left, and to note what this one does: in the platform's journals, in a
   * folder of them (Node), or in others. Default: true for sources that can be known again, such as files, where the
   * platform has journals.
   */
  readonly checkpoint?: UploadJournals | boolean | string | undefined;
  /**
   * How the whole object is checked when it is there: its CRC-64 as the service says it (the default); all its bytes,
   * read back; or not. Each part is checked in any case.
   */
  readonly verify?: "crc64" | "none" | "readback" | undefined;
  /** Keep the parts of an upload that fails, for a later one to go on with; default: whether it has a journal. */
  readonly leavePartsOnError?: boolean | undefined;
}

export interface UploadResult {
  readonly bucket: string;
  readonly key: string;
  readonly etag: string;
  /** CRC-64/XZ of the source's bytes. The service has confirmed it, unless it tells no CRC. */
  readonly crc64: bigint;
  readonly sizeBytes: number;
  /** Of a bucket that keeps versions. */
  readonly versionId?: string;
  readonly method: "multipart" | "put";
  /** What was used, perhaps doubled; of a stream that of the first part; of an object in one piece its size. */
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

export interface UploadTask {
  readonly bucket: UploadCalls;
  readonly key: string;
  readonly source: ByteSource;
  readonly options: UploadOptions;
  readonly plan: UploadPlan;
  readonly window: TransferWindow;
  readonly clock: Clock;
  readonly control: UploadControl;
  readonly reporter: UploadReporter;
  readonly retryBudget: RetryBudget;
}
