// The conductor of an upload in parts. It decides nothing: upload-state.ts says what to do, this does it and reports
// back what happened.
import { combineCrc64 } from "../../protocol/crc64/combine-crc64.ts";
import { present } from "../../protocol/fields/present.ts";
import type { UploadedPart } from "./part-info.ts";
import { fittingPartSize, type PlannedPart, planParts } from "./part-plan.ts";
import { PartScheduler } from "./part-scheduler.ts";
import { sourceBody } from "./source-body.ts";
import { ProgressReporter } from "./upload-progress.ts";
import {
  newUpload,
  nextActions,
  stepUpload,
  type UploadAction,
  type UploadEvent,
  type UploadState,
} from "./upload-state.ts";
import type { UploadResult, UploadTask } from "./upload-task.ts";

export interface PartsUploadTask extends UploadTask {
  /** How many parts are sent at a time, 1 … CONCURRENCY_MAX. */
  readonly concurrency: number;
}

/** How long a failed upload may take to remove its parts before it reports them as left. */
const CLEAN_UP_MAX_MS = 10_000;

export function uploadInParts(task: PartsUploadTask): Promise<UploadResult> {
  return new PartsUpload(task).run();
}

class PartsUpload {
  readonly #task: PartsUploadTask;
  readonly #plan: readonly PlannedPart[];
  readonly #progress: ProgressReporter;
  readonly #scheduler: PartScheduler;
  readonly #stopper = new AbortController();
  /** Aborts when the user's does, and when the upload fails. */
  readonly #signal: AbortSignal;
  #state: UploadState;
  #etag = "";
  #finish: () => void = () => {};

  constructor(task: PartsUploadTask) {
    const { source, options, concurrency } = task;
    this.#task = task;
    this.#plan = planParts({ sizeBytes: source.sizeBytes, partSizeBytes: options.partSize });
    const totals = { totalBytes: source.sizeBytes, partCount: this.#plan.length };
    this.#progress = new ProgressReporter(totals, options.onProgress);
    this.#signal = AbortSignal.any([this.#stopper.signal, ...(options.signal ? [options.signal] : [])]);
    this.#scheduler = new PartScheduler(concurrency, this.#signal);
    this.#state = newUpload(this.#plan.length, options.leavePartsOnError ? "leave-parts" : "abort");
  }

  async run(): Promise<UploadResult> {
    await new Promise<void>((resolve) => {
      this.#finish = resolve;
      this.#act(nextActions(this.#state));
    });
    if (this.#state.failure !== undefined) {
      throw this.#state.failure.error;
    }
    return this.#result();
  }

  #dispatch(event: UploadEvent): void {
    const { phase } = this.#state;
    const { state, actions } = stepUpload(this.#state, event);
    this.#state = state;
    this.#act(actions);
    if (state.phase === phase) {
      return;
    }
    try {
      this.#reportPhase(state);
    } catch (error) {
      this.#dispatch({ type: "failed", error });
    }
  }

  #act(actions: readonly UploadAction[]): void {
    for (const action of actions) {
      this.#start(action);
    }
  }

  #start(action: UploadAction): void {
    switch (action.type) {
      case "initiate":
        void this.#initiate();
        return;
      case "start-part":
        void this.#uploadPart(action.uploadId, action.partNumber);
        return;
      case "complete":
        void this.#complete(action.uploadId, action.parts);
        return;
      case "stop":
        this.#stopper.abort();
        return;
      case "abort":
        void this.#abort(action.uploadId);
        return;
      case "finish":
        this.#finish();
    }
  }

  async #initiate(): Promise<void> {
    const { bucket, key, options } = this.#task;
    const { objectHeaders, forbidOverwrite } = options;
    try {
      this.#progress.enter("initiating");
      const written = present({ objectHeaders, forbidOverwrite });
      const { uploadId } = await bucket.initMultipartUpload(key, { ...written, signal: this.#signal });
      this.#dispatch({ type: "initiated", uploadId });
    } catch (error) {
      this.#dispatch({ type: "failed", error });
    }
  }

  async #uploadPart(uploadId: string, partNumber: number): Promise<void> {
    try {
      const part = await this.#scheduler.run(() => this.#sendPart(uploadId, partNumber));
      this.#progress.partDone(partNumber, part.sizeBytes ?? 0);
      this.#dispatch({ type: "part-uploaded", part });
    } catch (error) {
      this.#dispatch({ type: "part-failed", partNumber, error });
    }
  }

  async #sendPart(uploadId: string, partNumber: number): Promise<UploadedPart> {
    const { bucket, key, source, pool } = this.#task;
    this.#dispatch({ type: "part-started", partNumber });
    this.#progress.partStarted(partNumber);
    const { start, end } = partOf(this.#plan, partNumber);
    const body = sourceBody({ source, start, end, pool });
    try {
      // A change is found out now rather than after the rest of a large file.
      await source.assertUnchanged();
      const { etag, crc64, sizeBytes } = await bucket.uploadPart(key, uploadId, partNumber, body, {
        signal: this.#signal,
        onSent: (sentBytes) => this.#progress.partSent(partNumber, sentBytes),
      });
      return { partNumber, etag, crc64, sizeBytes };
    } catch (error) {
      this.#progress.partFailed(partNumber);
      throw error;
    }
  }

  async #complete(uploadId: string, parts: readonly UploadedPart[]): Promise<void> {
    const { bucket, key, source, options } = this.#task;
    const { forbidOverwrite } = options;
    try {
      await source.assertUnchanged();
      const written = present({ forbidOverwrite });
      const { etag } = await bucket.completeMultipartUpload(key, uploadId, parts, {
        ...written,
        signal: this.#signal,
      });
      this.#etag = etag;
      this.#dispatch({ type: "completed" });
    } catch (error) {
      this.#dispatch({ type: "failed", error });
    }
  }

  async #abort(uploadId: string): Promise<void> {
    const { bucket, key } = this.#task;
    try {
      await bucket.abortMultipartUpload(key, uploadId, { signal: AbortSignal.timeout(CLEAN_UP_MAX_MS) });
      this.#dispatch({ type: "aborted" });
    } catch {
      // The upload's own error is what the user must see; that parts are left goes with the progress.
      this.#dispatch({ type: "abort-failed" });
    }
  }

  #reportPhase({ phase, uploadId, arePartsLeft }: UploadState): void {
    if (phase === "stopping" || phase === "initiating") {
      return;
    }
    const name = phase === "completed" ? "done" : phase;
    this.#progress.enter(
      name,
      present({ uploadId, arePartsLeft: phase === "failed" ? arePartsLeft : undefined }),
    );
  }

  #result(): UploadResult {
    const { bucket, key, source, options } = this.#task;
    const { sizeBytes } = source;
    return present({
      bucket: bucket.name,
      key,
      etag: this.#etag,
      crc64: combinedCrc64(this.#state.parts),
      sizeBytes,
      method: "multipart" as const,
      partSizeBytes: fittingPartSize({ sizeBytes, partSizeBytes: options.partSize }),
      partCount: this.#plan.length,
      uploadId: this.#state.uploadId,
    });
  }
}

function partOf(plan: readonly PlannedPart[], partNumber: number): PlannedPart {
  const part = plan[partNumber - 1];
  if (part === undefined) {
    throw new Error(`impossible: part ${partNumber} is not in the plan of ${plan.length}`);
  }
  return part;
}

function combinedCrc64(parts: readonly (UploadedPart | undefined)[]): bigint {
  return parts.reduce((whole, part) => combineCrc64(whole, part?.crc64 ?? 0n, part?.sizeBytes ?? 0), 0n);
}
