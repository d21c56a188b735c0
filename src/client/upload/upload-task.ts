// What the steps of one upload share.
import type { ErrorCircumstances } from "../../protocol/errors/partwise-error.ts";
import type { Clock } from "../clock.ts";
import type { TransferWindow } from "../flow/transfer-window.ts";
import type { UploadRetryBudget } from "../retry-budget.ts";
import type { ByteSource } from "./byte-source.ts";
import type { UploadPlan } from "./plan-upload.ts";
import type { ReadBack } from "./read-back-port.ts";
import type { CreateBodies } from "./source-body.ts";
import type { WatchTail } from "./tail-watch.ts";
import type { UploadCalls } from "./upload-calls.ts";
import type { UploadControl } from "./upload-control.ts";
import type { UploadOptions } from "./upload-options.ts";
import type { UploadReporter } from "./upload-reporter.ts";

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
  readonly retryBudget: UploadRetryBudget;
  readonly createBodies: CreateBodies;
  /** Undefined where no part is sent twice. */
  readonly watchTail: WatchTail | undefined;
  /** Undefined in clients that read no objects. */
  readonly readBack: ReadBack | undefined;
  /** Left out where nobody types commands. */
  readonly commandsFor?: CommandsFor | undefined;
}

/** What to type about an upload whose parts are kept. */
export type CommandsFor = (
  task: Pick<UploadTask, "bucket" | "key" | "source">,
  uploadId: string,
) => Pick<ErrorCircumstances, "abortCommand" | "resumeCommand">;
