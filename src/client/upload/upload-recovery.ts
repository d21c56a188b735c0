// The port to what most uploads never need: a journal, what an earlier run left, and what has become of a completion that
// had not the expected answer. Node has it there already; a page fetches it.
import type { ObjectHeaders } from "../../protocol/fields/object-headers.ts";
import type { UploadPlan } from "./plan-upload.ts";
import type { RunningMd5 } from "./range-digest.ts";
import type { CheckpointFacts, UploadCheckpoint } from "./upload-checkpoint.ts";
import type { JournaledPart, UploadJournals } from "./upload-journal.ts";
import type { ResumedFrom } from "./upload-result.ts";
import type { RunningStatistics } from "./upload-statistics.ts";
import type { UploadTask } from "./upload-task.ts";

export interface UploadRecovery {
  /**
   * @returns undefined if there can be no journal, which is told
   * @throws {ClientError} upload-locked
   */
  openCheckpoint(journals: UploadJournals, facts: CheckpointFacts): Promise<UploadCheckpoint | undefined>;
  findEarlierUpload(task: FindEarlierTask): Promise<EarlierOutcome>;
  /** Tells if the object does not carry what it was to carry. */
  warnOfHeaders(task: UploadTask, objectHeaders: ObjectHeaders): Promise<void>;
  /** @param error  NoSuchUpload, InvalidPart or checksum-mismatch */
  settleCompletion(task: CompletionTask, error: unknown): Promise<CompletedUpload>;
}

export interface RecoverableTask extends UploadTask {
  /** @throws {TransportError} when it cannot be had */
  readonly loadRecovery: () => Promise<UploadRecovery>;
}

export interface EarlierRun {
  readonly uploadId: string;
  readonly plan: UploadPlan;
  readonly kept: readonly JournaledPart[];
  readonly resumed: ResumedFrom;
}

export type EarlierOutcome =
  | { readonly type: "none" }
  | { readonly type: "continue"; readonly earlier: EarlierRun }
  /** The object is there already, whole; the answer to its completion was lost with the process. */
  | {
      readonly type: "made";
      readonly earlier: EarlierRun;
      readonly object: CompletedUpload;
    };

export interface FindEarlierTask extends UploadTask {
  /** Undefined without a journal. */
  readonly checkpoint: UploadCheckpoint | undefined;
  /** Whether what an earlier run left is looked for where no journal tells of it. */
  readonly isResuming: boolean;
  readonly startMd5: (() => RunningMd5) | undefined;
}

export interface CompletionTask extends UploadTask {
  readonly uploadId: string;
  readonly parts: readonly JournaledPart[];
  /** What an earlier run left, if this one goes on with it. */
  readonly continued?: Pick<EarlierRun, "kept" | "uploadId"> | undefined;
  readonly signal: AbortSignal;
  readonly statistics: RunningStatistics;
}

export interface CompletedUpload {
  readonly etag: string;
  readonly versionId?: string;
  /** Whether the service has told the CRC-64 of the whole, and it was compared. */
  readonly isConfirmed: boolean;
}
