// An upload in parts from its earlier runs to its end: what they left is looked for, the rest is sent, the outcome is
// checked, and the journal is kept or removed as the outcome asks for.
import { PartwiseError } from "../../protocol/errors/partwise-error.ts";
import type { ObjectHeaders } from "../../protocol/fields/object-headers.ts";
import { present } from "../../protocol/fields/present.ts";
import type { Platform } from "../platform.ts";
import { type EarlierRun, findEarlierUpload } from "./find-earlier-upload.ts";
import { journalsOf } from "./journals-of.ts";
import type { UploadPlan } from "./plan-upload.ts";
import { isGone } from "./resume-upload.ts";
import { unmetWishes } from "./unmet-wishes.ts";
import { UploadCheckpoint } from "./upload-checkpoint.ts";
import { CLEAN_UP_MAX_MS, type PartsOutcome, uploadInParts } from "./upload-in-parts.ts";
import type { JournalHeader, JournalTarget } from "./upload-journal.ts";
import type { UploadResult } from "./upload-result.ts";
import type { RunningStatistics } from "./upload-statistics.ts";
import type { UploadTask } from "./upload-task.ts";
import { wishesOf } from "./upload-wishes.ts";
import { wholeOf } from "./whole-of-parts.ts";

export interface CheckpointTask extends UploadTask {
  readonly target: JournalTarget;
  readonly openJournals: Platform<never>["openJournals"];
  readonly startMd5: Platform<never>["startMd5"];
  readonly statistics: RunningStatistics;
}

/** Tells its plan, and rejects with what ended it; a `PartwiseError` then has the id of the upload that is left. */
export async function uploadWithCheckpoint(task: CheckpointTask): Promise<Omit<UploadResult, "statistics">> {
  const { options, openJournals, source, target, reporter } = task;
  const { journals, isResuming } = journalsOf(options.checkpoint, openJournals, source);
  const checkpoint = await UploadCheckpoint.open(journals, target, reporter);
  try {
    // What the service has can be compared only with bytes that can be read at any place.
    const mayResume = isResuming && task.plan.feed === undefined;
    return await upload(task, checkpoint, { isResuming: mayResume, hasJournal: journals !== undefined });
  } finally {
    // What is to be forgotten was removed before; to close it again does nothing.
    await checkpoint.close();
  }
}

async function upload(
  task: CheckpointTask,
  checkpoint: UploadCheckpoint,
  { isResuming, hasJournal }: { readonly isResuming: boolean; readonly hasJournal: boolean },
): Promise<Omit<UploadResult, "statistics">> {
  const { options, source, target, clock } = task;
  const wishes = wishesOf(options);
  const newHeader = (uploadId: string, partSizeBytes: number): JournalHeader | undefined =>
    source.identity && {
      target,
      source: source.identity,
      uploadId,
      partSizeBytes,
      startedAtMs: clock.now(),
      wishes,
    };
  const found = await findEarlierUpload({ ...task, checkpoint, wishes, newHeader, isResuming }).catch(
    async (error: unknown) => {
      if (task.control.keepsParts === false) {
        await forgetEarlier(task, checkpoint);
      }
      throw error;
    },
  );
  const earlier = found.type === "none" ? undefined : found.earlier;
  const plan = earlier?.plan ?? task.plan;
  tellPlan(task, plan);
  tellContinued(task, earlier);
  const outcome: PartsOutcome =
    found.type === "made"
      ? { type: "made", uploadId: found.earlier.uploadId, object: found.object, parts: found.earlier.kept }
      : await uploadInParts({
          ...task,
          plan,
          checkpoint,
          continued: earlier,
          newHeader: (uploadId) => newHeader(uploadId, plan.partSizeBytes),
          keepsPartsOnFailure: options.leavePartsOnError ?? hasJournal,
        });
  if (outcome.type === "failed") {
    throw await failureOf(checkpoint, outcome);
  }
  await checkpoint.remove();
  return verified(task, plan, earlier, outcome);
}

async function verified(
  task: CheckpointTask,
  plan: UploadPlan,
  earlier: EarlierRun | undefined,
  { object, parts, uploadId }: PartsOutcome & { readonly type: "made" },
): Promise<Omit<UploadResult, "statistics">> {
  const { bucket, key, options, control, reporter } = task;
  const { sizeBytes, partSizeBytes, reasons } = plan;
  const sorted = parts.toSorted((left, right) => left.partNumber - right.partNumber);
  if (earlier?.resumed.found === "service" && options.objectHeaders !== undefined) {
    await warnOfHeaders(task, options.objectHeaders);
  }
  if (options.verify === "readback") {
    reporter.progress.enter("verifying");
    await task.readBack?.({ ...task, plan }, sorted, object.versionId, control.signal);
  }
  return present({
    bucket: bucket.name,
    key,
    etag: object.etag,
    versionId: object.versionId,
    crc64: wholeOf(sorted)?.crc64 ?? 0n,
    sizeBytes,
    method: "multipart" as const,
    partSizeBytes,
    partCount: plan.parts.length,
    parts: sorted,
    uploadId,
    resumed: earlier?.resumed,
    reasons,
  });
}

/** The user gave the upload up before it had gone on: what earlier runs sent of it goes, too. */
async function forgetEarlier({ bucket, key }: CheckpointTask, checkpoint: UploadCheckpoint): Promise<void> {
  if (checkpoint.earlier === undefined) {
    return;
  }
  try {
    const signal = AbortSignal.timeout(CLEAN_UP_MAX_MS);
    await bucket.abortMultipartUpload(key, checkpoint.earlier.header.uploadId, { signal });
  } catch (error) {
    if (!isGone(error)) {
      // The journal stays, so that a later run can still find the parts.
      return;
    }
  }
  await checkpoint.remove();
}

async function warnOfHeaders(
  { bucket, key, control, reporter }: CheckpointTask,
  objectHeaders: ObjectHeaders,
): Promise<void> {
  const { objectHeaders: stored } = await bucket.headObject(key, { signal: control.signal });
  const unmet = unmetWishes(objectHeaders, stored);
  if (unmet.length > 0) {
    reporter.tell({
      type: "warning",
      code: "headers-differ",
      message: `${key} went on from an upload that was begun with other headers, and carries those: ${unmet.join(", ")} differ`,
    });
  }
}

async function failureOf(
  checkpoint: UploadCheckpoint,
  { error, arePartsLeft, uploadId }: PartsOutcome & { readonly type: "failed" },
): Promise<unknown> {
  if (!arePartsLeft) {
    await checkpoint.remove();
    return error;
  }
  if (error instanceof PartwiseError) {
    error.addCircumstances(present({ uploadId }));
  }
  return error;
}

function tellPlan(
  { reporter }: CheckpointTask,
  { sizeBytes, partSizeBytes, parts, reasons, feed }: UploadPlan,
): void {
  const known = feed ?? { sizeBytes, partCount: parts.length };
  reporter.progress.begin({ totalBytes: known.sizeBytes ?? 0, partCount: known.partCount ?? 0 });
  reporter.tell({
    type: "planned",
    method: "multipart",
    sizeBytes: known.sizeBytes,
    partSizeBytes,
    partCount: known.partCount,
    reasons,
  });
}

function tellContinued({ reporter }: CheckpointTask, earlier: EarlierRun | undefined): void {
  if (earlier === undefined) {
    return;
  }
  const { uploadId, resumed } = earlier;
  reporter.progress.keep({ partCount: resumed.keptPartCount, sizeBytes: resumed.keptBytes });
  reporter.tell({ type: "continued", uploadId, ...resumed });
}
