// A small source needs one request. A pause ends it, and it is sent again from its first byte.
import { present } from "../../protocol/fields/present.ts";
import { transferFailureOf } from "../flow/transfer-failure.ts";
import type { RequestBody } from "../request-body.ts";
import type { Verification } from "./upload-result.ts";
import type { RunningStatistics } from "./upload-statistics.ts";
import type { UploadTask } from "./upload-task.ts";

const ONLY_PART = 1;

export interface MadeInOnePiece {
  readonly etag: string;
  readonly crc64: bigint;
  readonly versionId?: string;
  readonly verified: Verification[];
}

/** @throws the control signal's reason after an abort */
export async function uploadInOnePiece(
  task: UploadTask,
  statistics: RunningStatistics,
): Promise<MadeInOnePiece> {
  const { control, reporter } = task;
  const attempt = new PausableAttempt();
  const stop = () => attempt.stop(control.signal.reason);
  control.signal.addEventListener("abort", stop, { once: true });
  control.attach(attempt);
  if (control.signal.aborted) {
    stop();
  }
  try {
    for (;;) {
      if (attempt.isPaused) {
        reporter.progress.enter("paused");
        reporter.tell({ type: "paused" });
        await attempt.whenResumed();
        reporter.tell({ type: "resumed" });
      }
      const made = await sendOnce(task, attempt, statistics);
      if (made !== undefined) {
        return made;
      }
    }
  } finally {
    control.signal.removeEventListener("abort", stop);
  }
}

/** @returns undefined when a pause ended it */
async function sendOnce(
  task: UploadTask,
  attempt: PausableAttempt,
  statistics: RunningStatistics,
): Promise<MadeInOnePiece | undefined> {
  const { bucket, key, source, options, reporter, window, retryBudget } = task;
  const { objectHeaders, tags, objectAcl, forbidOverwrite } = options;
  const signal = attempt.begin();
  reporter.progress.enter("uploading");
  let sentBefore = 0;
  try {
    const place = await window.acquire(signal);
    reporter.progress.partStarted(ONLY_PART);
    const end = statistics.began();
    try {
      const { etag, crc64, versionId, isConfirmed } = await bucket.putObject(
        key,
        checkedBody(task, attempt),
        {
          ...present({ objectHeaders, tags, objectAcl, forbidOverwrite }),
          signal,
          retryBudget,
          onSent: (sentBytes) => {
            const byteCount = Math.max(0, sentBytes - sentBefore);
            sentBefore = sentBytes;
            statistics.sentBytes += byteCount;
            place.sent(byteCount);
            reporter.progress.partSent(ONLY_PART, sentBytes);
          },
          onRetry: ({ error, attempt: attemptNumber, waitMs }) => {
            place.failed(transferFailureOf(error));
            reporter.tell({ type: "retry", attempt: attemptNumber, waitMs, code: error.code });
          },
        },
      );
      place.release(source.sizeBytes);
      reporter.progress.partDone(ONLY_PART, source.sizeBytes);
      const verified: Verification[] = isConfirmed ? ["crc64"] : [];
      return present({ etag, crc64, versionId, verified });
    } finally {
      end();
      place.release(0);
    }
  } catch (error) {
    reporter.progress.partFailed(ONLY_PART);
    if (attempt.wasPaused(signal)) {
      return undefined;
    }
    throw attempt.endOf(signal, error);
  }
}

// The object appears with its last byte, so the source is looked at before that byte goes, and no pause ends the request
// after that.
function checkedBody({ source, createBodies }: UploadTask, attempt: PausableAttempt): RequestBody {
  const { sizeBytes } = source;
  const body = createBodies(1)(source, 0, sizeBytes);
  return {
    sizeBytes,
    async *chunks() {
      attempt.mayBePaused = true;
      if (attempt.isPaused) {
        // It came too late for the attempt before.
        attempt.pause();
      }
      let position = 0;
      for await (const chunk of body.chunks()) {
        position += chunk.byteLength;
        if (position === sizeBytes) {
          await source.assertUnchanged();
          attempt.mayBePaused = false;
        }
        yield chunk;
      }
      if (sizeBytes === 0) {
        await source.assertUnchanged();
        attempt.mayBePaused = false;
      }
    },
  };
}

class PausableAttempt {
  isPaused = false;
  mayBePaused = true;
  #controller = new AbortController();
  #stopped: { readonly reason: unknown } | undefined;
  #wake: () => void = () => {};

  begin(): AbortSignal {
    if (this.#stopped === undefined) {
      this.#controller = new AbortController();
    }
    return this.#controller.signal;
  }

  pause(): void {
    this.isPaused = true;
    if (this.mayBePaused) {
      this.#controller.abort();
    }
  }

  resume(): void {
    this.isPaused = false;
    this.#wake();
  }

  /** For good. */
  stop(reason: unknown): void {
    this.#stopped = { reason };
    this.#controller.abort(reason);
    this.#wake();
  }

  wasPaused(signal: AbortSignal): boolean {
    return signal.aborted && this.#stopped === undefined;
  }

  /** Why it ended: of one that was paused first and then stopped, the latter. */
  endOf(signal: AbortSignal, error: unknown): unknown {
    return signal.aborted && this.#stopped !== undefined ? this.#stopped.reason : error;
  }

  /** @throws the reason when the upload is stopped meanwhile */
  async whenResumed(): Promise<void> {
    while (this.isPaused && this.#stopped === undefined) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    if (this.#stopped !== undefined) {
      throw this.#stopped.reason;
    }
  }
}
