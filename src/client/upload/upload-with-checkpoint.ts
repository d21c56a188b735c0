// An upload in parts from its earlier runs to its end: what they left is looked for, the rest is sent, the outcome is
// checked, and the journal is kept or removed as the outcome asks for.
import { PartwiseError } from "../../protocol/errors/partwise-error.ts";
import { present } from "../../protocol/fields/present.ts";
import type { GoodputMemory } from "../flow/goodput-memory.ts";
import { journalsOf } from "./journals-of.ts";
import { keepMeasured } from "./keep-measured.ts";
import { PartCutting } from "./part-cutting.ts";
import type { UploadPlan } from "./plan-upload.ts";
import type { RunningMd5 } from "./range-digest.ts";
import type { UploadCheckpoint } from "./upload-checkpoint.ts";
import { type PartsOutcome, uploadInParts } from "./upload-in-parts.ts";
import type { JournalTarget, UploadJournals } from "./upload-journal.ts";
import type { EarlierOutcome, EarlierRun, RecoverableTask, UploadRecovery } from "./upload-recovery.ts";
import type { UploadResult, Verification } from "./upload-result.ts";
import type { RunningStatistics } from "./upload-statistics.ts";
import { wholeOf } from "./whole-of-parts.ts";

export interface CheckpointTask extends RecoverableTask {
  readonly target: JournalTarget;
  readonly openJournals: ((folder?: string) => UploadJournals) | undefined;
  readonly startMd5: (() => RunningMd5) | undefined;
  readonly statistics: RunningStatistics;
  readonly memory: GoodputMemory | undefined;
}

/** What keeps a journal and goes on with an earlier run; undefined in an upload that does neither. */
interface Memory {
  readonly recovery: UploadRecovery | undefined;
  readonly checkpoint: UploadCheckpoint | undefined;
}

/** Tells its plan, and rejects with what ended it; a `PartwiseError` then has the id of the upload that is left. */
export async function uploadWithCheckpoint(task: CheckpointTask): Promise<Omit<UploadResult, "statistics">> {
  const { options, openJournals, source, target, reporter, clock } = task;
  const { journals, isResuming } = journalsOf(options.checkpoint, openJournals, source);
  // What the service has can be compared only with bytes that can be read at any place.
  const mayResume = isResuming && task.plan.feed === undefined;
  const { identity } = source;
  const recovery = journals !== undefined || mayResume ? await recoveryFor(task) : undefined;
  const checkpoint =
    journals &&
    identity &&
    (await recovery?.openCheckpoint(journals, { target, identity, options, clock, reporter }));
  try {
    const found = await recovery?.findEarlierUpload({ ...task, checkpoint, isResuming: mayResume });
    const made = await upload(task, { recovery, checkpoint }, found ?? { type: "none" });
    await keepMeasured(task.memory, task);
    return made;
  } finally {
    // What is to be forgotten was removed before; to close it again does nothing.
    await checkpoint?.close();
  }
}

/** Without it the upload goes on as if it were the first, and what an earlier run left stays for a later one. */
async function recoveryFor({ loadRecovery, reporter }: CheckpointTask): Promise<UploadRecovery | undefined> {
  try {
    return await loadRecovery();
  } catch (error) {
    reporter.tell({
      type: "warning",
      code: "journal-unwritable",
      message: `the upload goes on without a journal: ${error instanceof Error ? error.message : error}`,
    });
    return undefined;
  }
}

async function upload(
  task: CheckpointTask,
  { recovery, checkpoint }: Memory,
  found: EarlierOutcome,
): Promise<Omit<UploadResult, "statistics">> {
  const { options, source } = task;
  const earlier = found.type === "none" ? undefined : found.earlier;
  const plan = earlier?.plan ?? task.plan;
  tellPlan(task, plan);
  tellContinued(task, earlier);
  // What is far away is copied by the service, whose network is not ours.
  const mayCutAnew = options.partSize === undefined && plan.feed === undefined && source.isFarAway !== true;
  const cutting = new PartCutting(plan, { mayCutAnew });
  const outcome: PartsOutcome =
    found.type === "made"
      ? { type: "made", uploadId: found.earlier.uploadId, object: found.object, parts: found.earlier.kept }
      : await uploadInParts({
          ...task,
          plan,
          cutting,
          checkpoint,
          continued: earlier,
          // Nothing that was sent is thrown away unless somebody asks for it.
          keepsPartsOnFailure: options.leavePartsOnError ?? true,
        });
  if (outcome.type === "failed") {
    throw await failureOf(task, checkpoint, outcome);
  }
  await checkpoint?.remove();
  return verified(task, recovery, { plan, cutting, earlier, outcome });
}

async function verified(
  task: CheckpointTask,
  recovery: UploadRecovery | undefined,
  {
    plan,
    cutting,
    earlier,
    outcome,
  }: {
    readonly plan: UploadPlan;
    readonly cutting: PartCutting;
    readonly earlier: EarlierRun | undefined;
    readonly outcome: PartsOutcome & { readonly type: "made" };
  },
): Promise<Omit<UploadResult, "statistics">> {
  const { object, parts, uploadId } = outcome;
  const { bucket, key, options, control, reporter } = task;
  const { sizeBytes, partSizeBytes, reasons } = plan;
  const sorted = parts.toSorted((left, right) => left.partNumber - right.partNumber);
  if (earlier?.resumed.found === "service" && options.objectHeaders !== undefined) {
    await recovery?.warnOfHeaders(task, options.objectHeaders);
  }
  if (options.verify === "readback") {
    reporter.progress.enter("verifying");
    await task.readBack?.(
      { ...task, plan: { ...plan, parts: cutting.parts } },
      sorted,
      object.versionId,
      control.signal,
    );
  }
  return present({
    bucket: bucket.name,
    key,
    etag: object.etag,
    versionId: object.versionId,
    crc64: wholeOf(sorted)?.crc64 ?? 0n,
    verified: verificationsOf(task, object.isConfirmed),
    sizeBytes,
    method: "multipart" as const,
    partSizeBytes,
    partCount: cutting.parts.length,
    parts: sorted,
    uploadId,
    // An upload that had to begin anew has kept nothing.
    resumed: earlier?.uploadId === uploadId ? earlier.resumed : undefined,
    reasons: [...reasons, ...cutting.reasons],
  });
}

function verificationsOf(
  { options, statistics }: CheckpointTask,
  isConfirmed: boolean,
): readonly Verification[] {
  const { confirmedCount, unconfirmedCount } = statistics;
  const areParts = confirmedCount > 0 && unconfirmedCount === 0;
  const told: readonly Verification[] = isConfirmed ? ["crc64"] : areParts ? ["parts-crc64"] : [];
  return options.verify === "readback" ? [...told, "readback"] : told;
}

async function failureOf(
  task: CheckpointTask,
  checkpoint: UploadCheckpoint | undefined,
  { error, arePartsLeft, uploadId }: PartsOutcome & { readonly type: "failed" },
): Promise<unknown> {
  if (!arePartsLeft) {
    await checkpoint?.remove();
    return error;
  }
  // The reason of the user's signal may be other uploads' too; this one's progress tells its id.
  const { signal, keepsParts } = task.control;
  const isOthersToo = error === signal.reason && keepsParts === undefined;
  if (error instanceof PartwiseError && uploadId !== undefined && !isOthersToo) {
    error.addCircumstances({ uploadId, ...task.commandsFor?.(task, uploadId) });
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
