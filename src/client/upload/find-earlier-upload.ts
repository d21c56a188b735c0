// What there is to go on with: the upload of the journal, else one that the service has and whose parts are the
// source's bytes. Tells what it finds, and makes the journal ready for what follows.
import { PartwiseError } from "../../protocol/errors/partwise-error.ts";
import { ServiceError } from "../../protocol/errors/service-error.ts";
import { ClientError } from "../client-error.ts";
import { findOpenUpload, type OpenUploadSearch, type StaleUpload } from "./find-open-upload.ts";
import { forgetEarlier } from "./forget-earlier.ts";
import { withPlace } from "./part-place.ts";
import { planContinuation } from "./plan-continuation.ts";
import { checkJournaledUpload } from "./resume-upload.ts";
import type { UploadCheckpoint } from "./upload-checkpoint.ts";
import type { JournaledPart } from "./upload-journal.ts";
import type { EarlierOutcome, FindEarlierTask } from "./upload-recovery.ts";
import type { ResumedFrom } from "./upload-result.ts";

/** Ids of stale uploads that a warning names. */
const NAMED_COUNT_MAX = 5;

export async function findEarlierUpload(task: FindEarlierTask): Promise<EarlierOutcome> {
  try {
    if (task.checkpoint?.earlier === undefined) {
      const isLookedFor = task.isResuming && task.source.isFarAway !== true;
      return isLookedFor ? await findByService(task) : { type: "none" };
    }
    task.reporter.progress.enter("resuming");
    return await findByJournal(task, task.checkpoint);
  } catch (error) {
    const leftId = task.control.keepsParts === false ? await forgetEarlier(task) : undefined;
    if (leftId !== undefined && error instanceof PartwiseError) {
      error.addCircumstances({ uploadId: leftId, ...task.commandsFor?.(task, leftId) });
    }
    throw error;
  }
}

async function findByJournal(task: FindEarlierTask, checkpoint: UploadCheckpoint): Promise<EarlierOutcome> {
  const { bucket, key, source, control, reporter } = task;
  const upload = checkpoint.earlier;
  if (upload === undefined || source.identity === undefined) {
    return { type: "none" };
  }
  const { signal } = control;
  const found = await checkJournaledUpload({
    calls: bucket,
    key,
    reporter,
    upload,
    source: source.identity,
    wishes: checkpoint.wishes,
    comparison: source.isFarAway === true ? undefined : { source, startMd5: task.startMd5, signal },
    signal,
  });
  if (found.type === "restart") {
    reporter.tell({ type: "restarted", reason: found.reason });
    return { type: "none" };
  }
  if (found.type === "continue") {
    await Promise.all(found.unjournaled.map((part) => checkpoint.addPart(part)));
  }
  const { uploadId } = upload.header;
  const { plan } = found;
  const kept = found.type === "done" ? upload.parts : found.kept;
  const earlier = { uploadId, plan, kept, resumed: resumedFrom("journal", kept) };
  return found.type === "done"
    ? { type: "made", earlier, object: { ...found.object, isConfirmed: true } }
    : { type: "continue", earlier };
}

async function findByService(task: FindEarlierTask): Promise<EarlierOutcome> {
  const { checkpoint, source } = task;
  const { found, staleUploads } = await search(task);
  warnOfStale(task, staleUploads);
  const plan = found && planContinuation(source.sizeBytes, found.partSizeBytes, found.recuts);
  if (found === undefined || plan === undefined) {
    return { type: "none" };
  }
  const { uploadId, partSizeBytes, recuts } = found;
  const parts = found.parts.map((part) =>
    withPlace(part, plan.parts[part.partNumber - 1]?.start ?? 0, partSizeBytes),
  );
  if (checkpoint !== undefined) {
    await checkpoint.begin(uploadId, partSizeBytes);
    await Promise.all([
      ...recuts.map((recut) => checkpoint.noteRecut(recut)),
      ...parts.map((part) => checkpoint.addPart(part)),
    ]);
  }
  return {
    type: "continue",
    earlier: { uploadId, plan, kept: parts, resumed: resumedFrom("service", parts) },
  };
}

async function search(task: FindEarlierTask): Promise<OpenUploadSearch> {
  const { bucket, key, source, startMd5, control, reporter } = task;
  const onProgress = () => {
    if (reporter.progress.progress.phase !== "resuming") {
      reporter.progress.enter("resuming");
    }
  };
  try {
    return await findOpenUpload({ calls: bucket, key, source, startMd5, signal: control.signal, onProgress });
  } catch (error) {
    // A service that does not list, or not to everybody, takes uploads all the same; and whoever signs for a page may
    // sign for its own key alone. If it signs nothing at all, the next request tells.
    const isRefused =
      error instanceof ServiceError
        ? !error.retryable
        : error instanceof ClientError && error.code === "credentials-unavailable";
    if (isRefused) {
      return { found: undefined, staleUploads: [] };
    }
    throw error;
  }
}

function warnOfStale({ key, reporter }: FindEarlierTask, stale: readonly StaleUpload[]): void {
  if (stale.length === 0) {
    return;
  }
  const known = stale.flatMap(({ heldBytes }) => (heldBytes === undefined ? [] : [heldBytes]));
  const heldBytes = known.reduce((sum, bytes) => sum + bytes, 0);
  const least = known.length < stale.length ? "at least " : "";
  const ids = stale.slice(0, NAMED_COUNT_MAX).map(({ uploadId }) => uploadId);
  const more = stale.length > ids.length ? ` and ${stale.length - ids.length} more` : "";
  reporter.tell({
    type: "warning",
    code: "stale-uploads",
    message: `unfinished uploads of ${key} hold ${least}${heldBytes} bytes, which are paid for until they are aborted: ${ids.join(", ")}${more}`,
  });
}

function resumedFrom(found: ResumedFrom["found"], kept: readonly JournaledPart[]): ResumedFrom {
  const keptBytes = kept.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  return { found, keptPartCount: kept.length, keptBytes };
}
