// The port through which an upload looks at what it has written. It is given to an upload, rather than imported, so that
// a page that reads no objects does not load what reads them.
import type { Clock } from "../clock.ts";
import type { TransferWindow } from "../flow/transfer-window.ts";
import type { UploadPlan } from "./plan-upload.ts";
import type { UploadCalls } from "./upload-calls.ts";
import type { JournaledPart } from "./upload-journal.ts";

export interface ReadBackTask {
  readonly bucket: UploadCalls;
  readonly clock: Clock;
  readonly key: string;
  readonly plan: UploadPlan;
  readonly window: TransferWindow;
}

/**
 * @param parts      one for each planned part, in order
 * @param versionId  of the object that was made, where there are versions
 * @throws {ClientError} checksum-mismatch, which names every part that differs; nothing is deleted
 */
export type ReadBack = (
  task: ReadBackTask,
  parts: readonly Pick<JournaledPart, "crc64" | "sizeBytes">[],
  versionId: string | undefined,
  signal: AbortSignal,
) => Promise<void>;
