// One call for a whole source: opened, planned, sent in parts side by side or in one piece, checked from end to end.
import { PART_SIZE_MAX_BYTES, PART_SIZE_MIN_BYTES } from "../../protocol/limits.ts";
import type { Caller } from "../call.ts";
import type { LinkMeasurement } from "../flow/link-measurement.ts";
import type { TransferWindow } from "../flow/transfer-window.ts";
import type { UploadPlatform } from "../platform.ts";
import { createRetryBudget } from "../retry-budget.ts";
import type { ByteSource } from "./byte-source.ts";
import { type CutSource, isOneShot, type OneShotSource } from "./one-shot-source.ts";
import { assertInRange } from "./part-plan.ts";
import { planUpload } from "./plan-upload.ts";
import type { ReadBack } from "./read-back-port.ts";
import type { UploadCalls } from "./upload-calls.ts";
import { UploadControl } from "./upload-control.ts";
import { type UploadHandle, uploadHandle } from "./upload-handle.ts";
import { uploadInOnePiece } from "./upload-in-one-piece.ts";
import type { JournalTarget } from "./upload-journal.ts";
import type { UploadOptions } from "./upload-options.ts";
import { UploadReporter } from "./upload-reporter.ts";
import type { UploadResult, UploadStatistics } from "./upload-result.ts";
import { RunningStatistics } from "./upload-statistics.ts";
import type { UploadTask } from "./upload-task.ts";

export interface UploadRequest {
  readonly bucket: UploadCalls;
  readonly key: string;
  readonly target: JournalTarget;
  /** Called once; the source is closed when the upload ends. */
  readonly open: () => Promise<ByteSource | OneShotSource>;
  /** What this client's calls share. */
  readonly caller: Pick<Caller, "clock" | "createWindow" | "memory" | "window">;
  readonly platform: Pick<
    UploadPlatform<never>,
    | "choosePartSize"
    | "createBodies"
    | "loadMultipart"
    | "loadRecovery"
    | "openJournals"
    | "startMd5"
    | "watchTail"
  >;
  readonly readBack: ReadBack | undefined;
  readonly options: UploadOptions;
}

/** For the retries of a stream of unknown length. */
const STREAM_PART_COUNT = 1_000;

/**
 * Sends a source as one object.
 *
 * A part that fails is sent again from its first byte. The source is compared with what it was when it was opened before
 * every part and before the object appears; every part's CRC-64 and the whole object's are compared with the service's.
 *
 * The handle's promise rejects with
 * - ClientError source-changed, source-unreadable, checksum-mismatch, upload-locked, cancelled; of streams also
 *   source-size-mismatch, stream-too-long
 * - ServiceError: what the service answered; TransportError: when it did not
 * - TypeError or RangeError if an option cannot be used
 * - the signal's reason after an abort
 * What is ours of these names the upload whose parts are kept and, in Node, what to type to go on or to remove them.
 */
export function startUpload(request: UploadRequest): UploadHandle {
  const { key, options } = request;
  const control = new UploadControl(options.signal);
  const reporter = new UploadReporter(options, (error) => control.stop(error));
  return uploadHandle({ key, result: runUpload(request, control, reporter), control, reporter });
}

async function runUpload(
  request: UploadRequest,
  control: UploadControl,
  reporter: UploadReporter,
): Promise<UploadResult> {
  const { clock, memory } = request.caller;
  const startedAtMs = clock.now();
  try {
    assertOptions(request);
    const window = windowOf(request);
    control.signal.throwIfAborted();
    const { source, plan } = await openSource(request, control.signal);
    try {
      const statistics = new RunningStatistics();
      const measured = await memory?.recall();
      const task = taskOf(request, { source, plan, measured, window }, control, reporter);
      const unwatch = task.window.watch((change) => reporter.tell({ type: "window", ...change }));
      if (measured !== undefined) {
        task.window.recall(measured);
      }
      try {
        const made = await uploadSource(request, task, statistics);
        const tookMs = clock.now() - startedAtMs;
        const result = { ...made, statistics: statisticsOf(statistics, task, made, tookMs) };
        reporter.done(result);
        return result;
      } finally {
        unwatch();
      }
    } finally {
      await source.close();
    }
  } catch (error) {
    reporter.failed(error);
    throw error;
  } finally {
    control.close();
  }
}

/** Opens what is to be sent. Of what can be read only once the first part is read: it may be all. */
async function openSource({ open, options }: UploadRequest, signal: AbortSignal): Promise<CutSource> {
  const { sizeBytes, partSize } = options;
  const opened = await open();
  return isOneShot(opened) ? opened.cut({ sizeBytes, partSizeBytes: partSize, signal }) : { source: opened };
}

function taskOf(
  request: UploadRequest,
  {
    source,
    plan: streamPlan,
    measured,
    window,
  }: CutSource & { readonly measured: LinkMeasurement | undefined; readonly window: TransferWindow },
  control: UploadControl,
  reporter: UploadReporter,
): UploadTask {
  const { bucket, key, options, readBack } = request;
  const { clock } = request.caller;
  const { choosePartSize, createBodies, watchTail } = request.platform;
  const { partSize, multipartThreshold } = options;
  const plan =
    streamPlan ??
    planUpload({
      sizeBytes: source.sizeBytes,
      partSize,
      multipartThreshold,
      measured,
      choosePartSize,
    });
  const retryBudget = createRetryBudget(plan.feed === undefined ? plan.parts.length : STREAM_PART_COUNT);
  return {
    bucket,
    key,
    source,
    options,
    plan,
    window,
    clock,
    control,
    reporter,
    retryBudget,
    createBodies,
    watchTail,
    readBack,
  };
}

type MadeUpload = Omit<UploadResult, "statistics">;

async function uploadSource(
  request: UploadRequest,
  task: UploadTask,
  statistics: RunningStatistics,
): Promise<MadeUpload> {
  if (task.plan.method === "multipart") {
    const { target, platform } = request;
    const { loadMultipart, loadRecovery, openJournals, startMd5 } = platform;
    const { uploadWithCheckpoint } = await loadMultipart();
    const { memory } = request.caller;
    return uploadWithCheckpoint({
      ...task,
      ...{ target, loadRecovery, openJournals, startMd5, statistics, memory },
    });
  }
  const { bucket, key, plan, options, control, reporter } = task;
  const { sizeBytes, reasons } = plan;
  reporter.progress.begin({ totalBytes: sizeBytes, partCount: 1 });
  reporter.tell({
    type: "planned",
    method: "put",
    sizeBytes,
    partSizeBytes: sizeBytes,
    partCount: 1,
    reasons,
  });
  const made = await uploadInOnePiece(task, statistics);
  if (options.verify === "readback") {
    reporter.progress.enter("verifying");
    await task.readBack?.(task, [{ sizeBytes, crc64: made.crc64 }], made.versionId, control.signal);
    made.verified.push("readback");
  }
  return {
    bucket: bucket.name,
    key,
    ...made,
    sizeBytes,
    method: "put",
    partSizeBytes: sizeBytes,
    partCount: 1,
    parts: [],
    reasons,
  };
}

/** A number, or bounds, are for this upload alone; all others share what the client's transfers find together. */
function windowOf({ options, caller }: UploadRequest): TransferWindow {
  const { concurrency = "auto" } = options;
  return concurrency === "auto" ? caller.window : caller.createWindow(concurrency, caller.clock);
}

function statisticsOf(
  { sentBytes, duplicateCount, runningCountMax }: RunningStatistics,
  { retryBudget }: UploadTask,
  { sizeBytes, resumed }: MadeUpload,
  tookMs: number,
): UploadStatistics {
  const neededBytes = sizeBytes - (resumed?.keptBytes ?? 0);
  return {
    tookMs,
    sentBytes,
    extraBytes: Math.max(0, sentBytes - neededBytes),
    retryCount: retryBudget.spent,
    duplicateCount,
    concurrency: runningCountMax,
  };
}

const verifications: readonly unknown[] = [undefined, "crc64", "none", "readback"];

/** @throws {TypeError} or {RangeError} */
function assertOptions({ readBack, options }: UploadRequest): void {
  const { partSize, multipartThreshold, verify } = options;
  if (multipartThreshold !== undefined) {
    assertInRange("multipartThreshold", multipartThreshold, 0, Number.MAX_SAFE_INTEGER);
  }
  if (partSize !== undefined) {
    assertInRange("partSize", partSize, PART_SIZE_MIN_BYTES, PART_SIZE_MAX_BYTES);
  }
  if (!verifications.includes(verify)) {
    throw new TypeError(`verify must be "crc64", "readback" or "none", but is ${JSON.stringify(verify)}`);
  }
  if (verify === "readback" && readBack === undefined) {
    throw new TypeError('verify "readback" needs a client that reads objects');
  }
}
