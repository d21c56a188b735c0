// The conductor of an upload in parts. It decides nothing: upload-state.ts says what to do, this does it and reports
// back what happened.
import { present } from "../../protocol/fields/present.ts";
import type { TransferPlace } from "../flow/transfer-window.ts";
import { BufferPool } from "./buffer-pool.ts";
import { type CompletedUpload, completeParts, UploadGoneError } from "./complete-parts.ts";
import type { PartFeed } from "./part-feed.ts";
import type { PlannedPart } from "./part-plan.ts";
import { PartSender } from "./part-sender.ts";
import { removeUpload } from "./remove-upload.ts";
import { isGone } from "./resume-upload.ts";
import { BUFFERS_PER_BODY, READ_SIZE_BYTES } from "./source-body.ts";
import { decideTail, type TailDecision } from "./tail-duplication.ts";
import type { UploadCheckpoint } from "./upload-checkpoint.ts";
import type { JournaledPart, JournalHeader } from "./upload-journal.ts";
import { type UploadAction, type UploadFact, type UploadPhase, UploadState } from "./upload-state.ts";
import type { RunningStatistics } from "./upload-statistics.ts";
import type { UploadTask } from "./upload-task.ts";

export interface PartsUploadTask extends UploadTask {
  readonly checkpoint: UploadCheckpoint;
  /** An earlier run's upload to go on with. */
  readonly continued?: { readonly uploadId: string; readonly kept: readonly JournaledPart[] } | undefined;
  /** What the journal begins with; undefined for a source that could not be known again. */
  readonly newHeader: (uploadId: string) => JournalHeader | undefined;
  readonly keepsPartsOnFailure: boolean;
  readonly statistics: RunningStatistics;
}

export type PartsOutcome =
  | {
      readonly type: "made";
      readonly uploadId: string;
      readonly object: CompletedUpload;
      readonly parts: readonly JournaledPart[];
    }
  | {
      readonly type: "failed";
      readonly uploadId: string | undefined;
      readonly error: unknown;
      readonly arePartsLeft: boolean;
    };

/** Never rejects: a failure is an outcome, for the journal has to know whether parts are left. */
export function uploadInParts(task: PartsUploadTask): Promise<PartsOutcome> {
  return new PartsUpload(task).run();
}

interface RunningSender {
  readonly part: PlannedPart;
  readonly isDuplicate: boolean;
  readonly startedAtMs: number;
  readonly controller: AbortController;
}

interface Happening {
  readonly fact: UploadFact;
  /** For a part; given back if there is none to send. */
  readonly place?: TransferPlace | undefined;
}

class PartsUpload {
  readonly #task: PartsUploadTask;
  readonly #state: UploadState;
  readonly #sender: PartSender;
  readonly #senders = new Set<RunningSender>();
  /** Ends the calls that initiate and complete. */
  readonly #calls = new AbortController();
  /** Ends the wait for places: at the end, and with each pause. */
  #acquiring = new AbortController();
  #tail = new AbortController();
  #pool: BufferPool;
  #isFilling = false;
  #isReading = false;
  /** What happened while an action was being started, such as a pause by a listener. */
  readonly #happenings: Happening[] = [];
  #isTaking = false;
  #made: CompletedUpload | undefined;
  #finish: () => void = () => {};

  constructor(task: PartsUploadTask) {
    const { plan, keepsPartsOnFailure, checkpoint, statistics } = task;
    this.#task = task;
    this.#state = new UploadState(plan.parts.length, keepsPartsOnFailure ? "leave-parts" : "abort", {
      isOneShot: plan.feed !== undefined,
    });
    this.#sender = new PartSender(task, checkpoint, statistics);
    this.#pool = this.#newPool();
  }

  async run(): Promise<PartsOutcome> {
    const { control, reporter, continued } = this.#task;
    const stop = () => this.#userStops();
    reporter.onListenerFailure((error) => this.#take({ type: "failed", error }));
    await new Promise<void>((resolve) => {
      this.#finish = resolve;
      if (continued === undefined) {
        this.#start(this.#state.begin(), undefined);
      } else {
        this.#take({ type: "continued", uploadId: continued.uploadId, parts: continued.kept });
      }
      control.attach({
        pause: () => this.#take({ type: "pause" }),
        resume: () => this.#take({ type: "resume" }),
      });
      control.signal.addEventListener("abort", stop, { once: true });
      if (control.signal.aborted) {
        stop();
      }
    });
    control.signal.removeEventListener("abort", stop);
    return this.#outcome();
  }

  #outcome(): PartsOutcome {
    const { failure, arePartsLeft, uploadId, uploadedParts } = this.#state;
    if (failure !== undefined || this.#made === undefined || uploadId === undefined) {
      return { type: "failed", uploadId, error: failure?.error, arePartsLeft };
    }
    // Every part of this state was sent by PartSender or kept from a journal, so its size and CRC-64 are known.
    const parts = uploadedParts as readonly JournaledPart[];
    return { type: "made", uploadId, object: this.#made, parts };
  }

  #userStops(): void {
    const { signal, keepsParts } = this.#task.control;
    const onFailure = keepsParts === undefined ? undefined : keepsParts ? "leave-parts" : "abort";
    this.#take({ type: "failed", error: signal.reason, onFailure });
  }

  #take(fact: UploadFact, place?: TransferPlace): void {
    this.#happenings.push({ fact, place });
    if (this.#isTaking) {
      return;
    }
    this.#isTaking = true;
    for (let next = this.#happenings.shift(); next !== undefined; next = this.#happenings.shift()) {
      const { phase } = this.#state;
      const actions = this.#state.take(next.fact);
      this.#start(actions, next.place);
      this.#tellPhase(phase);
    }
    this.#isTaking = false;
    this.#feed();
    this.#fill();
    this.#watchTail();
  }

  /** Reads one part more than are being sent. */
  #feed(): void {
    const { feed } = this.#task.plan;
    if (feed !== undefined && !this.#isReading && this.#state.isWaitingForPart) {
      this.#isReading = true;
      void this.#readPart(feed);
    }
  }

  async #readPart(feed: PartFeed): Promise<void> {
    const { plan, reporter } = this.#task;
    let fact: UploadFact;
    try {
      const part = await feed.next();
      fact = { type: part === undefined ? "source-ended" : "part-read" };
      const { sizeBytes = plan.sizeBytes, partCount = plan.parts.length } = feed;
      reporter.progress.begin({ totalBytes: sizeBytes, partCount });
    } catch (error) {
      fact = { type: "failed", error };
    }
    this.#isReading = false;
    this.#take(fact);
  }

  #start(actions: readonly UploadAction[], place: TransferPlace | undefined): void {
    for (const action of actions) {
      this.#startOne(action, place);
    }
    if (!actions.some(({ type }) => type === "send-part")) {
      place?.release(0);
    }
  }

  #startOne(action: UploadAction, place: TransferPlace | undefined): void {
    switch (action.type) {
      case "initiate":
        void this.#initiate();
        return;
      case "send-part":
        if (place !== undefined) {
          void this.#send(action, place);
        }
        return;
      case "stop-part":
        this.#stopSenders(({ part }) => part.number === action.partNumber);
        return;
      case "stop-parts":
        this.#stopParts();
        return;
      case "complete":
        void this.#complete(action.uploadId);
        return;
      case "stop":
        this.#calls.abort();
        this.#stopParts();
        return;
      case "abort":
        void this.#abort(action.uploadId);
        return;
      case "finish":
        this.#acquiring.abort();
        this.#tail.abort();
        this.#finish();
        return;
      default:
        this.#tell(action);
    }
  }

  #tell(action: UploadAction): void {
    const { reporter } = this.#task;
    switch (action.type) {
      case "tell-paused":
        reporter.progress.enter("paused");
        reporter.tell({ type: "paused" });
        return;
      case "tell-resumed":
        reporter.progress.enter("uploading");
        reporter.tell({ type: "resumed" });
        return;
      case "tell-restarted":
        reporter.progress.keep({ partCount: 0, sizeBytes: 0 });
        reporter.tell({
          type: "restarted",
          reason: "the service has no such upload any more: it was removed or completed by someone else",
        });
        return;
      default:
        return;
    }
  }

  async #initiate(): Promise<void> {
    const { bucket, key, options, reporter, checkpoint, newHeader } = this.#task;
    const { objectHeaders, forbidOverwrite } = options;
    const signal = this.#calls.signal;
    try {
      reporter.progress.enter("initiating");
      const written = present({ objectHeaders, forbidOverwrite });
      const { uploadId } = await bucket.initMultipartUpload(key, { ...written, signal });
      const header = newHeader(uploadId);
      if (header !== undefined) {
        await checkpoint.begin(header);
      }
      this.#take({ type: "initiated", uploadId });
    } catch (error) {
      this.#take({ type: "initiate-failed", error });
    }
  }

  /** Asks for places one after another, so that uploads that share a window have turns. */
  #fill(): void {
    if (!this.#isFilling && this.#state.isWaitingForPlace) {
      this.#isFilling = true;
      void this.#fillPlaces(this.#acquiring.signal);
    }
  }

  async #fillPlaces(signal: AbortSignal): Promise<void> {
    try {
      while (this.#state.isWaitingForPlace) {
        const place = await this.#task.window.acquire(signal);
        this.#take({ type: "place" }, place);
      }
    } catch (error) {
      if (!signal.aborted) {
        this.#take({ type: "failed", error });
      }
    }
    this.#isFilling = false;
    this.#fill();
  }

  async #send(action: UploadAction & { readonly type: "send-part" }, place: TransferPlace): Promise<void> {
    const { uploadId, partNumber, isDuplicate } = action;
    const { reporter, clock, statistics } = this.#task;
    const part = this.#planned(partNumber);
    const controller = new AbortController();
    const sender = { part, isDuplicate, startedAtMs: clock.now(), controller };
    this.#senders.add(sender);
    statistics.noteRunning(this.#senders.size);
    if (isDuplicate) {
      statistics.duplicateCount += 1;
      statistics.duplicateBytes += part.end - part.start;
      reporter.tell({ type: "part-duplicated", partNumber });
    } else {
      reporter.progress.partStarted(partNumber);
    }
    const { signal } = controller;
    const pool = this.#pool;
    try {
      const sent = await this.#sender.send({ uploadId, part, isDuplicate, place, pool, signal });
      this.#senders.delete(sender);
      if (this.#state.phase === "restarting") {
        // It has arrived in an upload that is gone.
        reporter.progress.partFailed(partNumber);
      } else if (!this.#state.isUploaded(partNumber)) {
        const { sizeBytes } = sent.part;
        reporter.progress.partDone(partNumber, sizeBytes);
        const { attempts, tookMs } = sent;
        reporter.tell({ type: "part-done", partNumber, sizeBytes, attempts, tookMs });
      }
      this.#take({ type: "part-uploaded", part: sent.part });
    } catch (error) {
      this.#senders.delete(sender);
      this.#take(endOf(partNumber, error, signal));
      if (!this.#state.isBeingSent(partNumber)) {
        reporter.progress.partFailed(partNumber);
      }
    }
    if (this.#state.isUploaded(partNumber) && !this.#state.isBeingSent(partNumber)) {
      this.#task.plan.feed?.release(partNumber);
    }
  }

  #stopParts(): void {
    this.#acquiring.abort();
    this.#acquiring = new AbortController();
    this.#tail.abort();
    this.#stopSenders(() => true);
    // The old one goes with the bodies that still have its buffers.
    this.#pool = this.#newPool();
  }

  #stopSenders(isMeant: (sender: RunningSender) => boolean): void {
    for (const sender of this.#senders) {
      if (isMeant(sender)) {
        sender.controller.abort();
      }
    }
  }

  /** Looks whether a part is to be sent a second time, now or after a while. */
  #watchTail(): void {
    this.#tail.abort();
    if (!this.#state.isInTail) {
      return;
    }
    const decision = this.#decideTail();
    if (decision.type !== "leave") {
      this.#tail = new AbortController();
      void this.#duplicate(decision, this.#tail.signal);
    }
  }

  async #duplicate(decision: TailDecision, signal: AbortSignal): Promise<void> {
    const { window, clock } = this.#task;
    try {
      if (decision.type === "wait") {
        await clock.wait(decision.waitMs, signal);
      }
      const place = await window.acquire(signal);
      const now = this.#decideTail();
      if (now.type !== "duplicate" || signal.aborted) {
        place.release(0);
        return;
      }
      this.#take({ type: "tail", partNumber: now.partNumber }, place);
    } catch (error) {
      // What has happened meanwhile made it void, and has been followed by another look.
      if (!signal.aborted) {
        this.#take({ type: "failed", error });
      }
    }
  }

  #decideTail(): TailDecision {
    const { clock, plan, statistics } = this.#task;
    const nowMs = clock.now();
    // A loser that has yet to end is not slow: its part is there.
    const running = [...this.#senders]
      .filter(({ isDuplicate, part }) => !isDuplicate && !this.#state.isUploaded(part.number))
      .map(({ part, startedAtMs }) => ({
        partNumber: part.number,
        sizeBytes: part.end - part.start,
        ageMs: nowMs - startedAtMs,
        isDuplicated: [...this.#senders].some((other) => other.isDuplicate && other.part === part),
      }));
    return decideTail({
      running,
      finishedMs: statistics.partTimesMs,
      extraBytes: statistics.duplicateBytes,
      totalBytes: plan.sizeBytes,
    });
  }

  async #complete(uploadId: string): Promise<void> {
    const { source, checkpoint } = this.#task;
    try {
      await source.assertUnchanged();
      await checkpoint.noteCompleting();
      this.#made = await completeParts({
        ...this.#task,
        uploadId,
        parts: this.#state.uploadedParts as readonly JournaledPart[],
        signal: this.#calls.signal,
      });
      this.#take({ type: "completed" });
    } catch (error) {
      if (error instanceof UploadGoneError) {
        this.#take({ type: "upload-gone", error: error.cause });
        return;
      }
      const isUploadGone = error instanceof Error && "code" in error && error.code === "checksum-mismatch";
      this.#take({ type: "complete-failed", error, isUploadGone });
    }
  }

  async #abort(uploadId: string): Promise<void> {
    const isRemoved = await removeUpload(this.#task, uploadId);
    this.#take({ type: isRemoved ? "aborted" : "abort-failed" });
  }

  #tellPhase(before: UploadPhase): void {
    const { phase, uploadId, arePartsLeft } = this.#state;
    const isTold =
      phase === "uploading" || phase === "completing" || phase === "aborting" || phase === "failed";
    if (phase === before || !isTold) {
      return;
    }
    const left = phase === "failed" ? arePartsLeft : undefined;
    this.#task.reporter.progress.enter(phase, present({ uploadId, arePartsLeft: left }));
  }

  #planned(partNumber: number): PlannedPart {
    const part = this.#task.plan.parts[partNumber - 1];
    if (part === undefined) {
      throw new Error(`impossible: part ${partNumber} is not in the plan`);
    }
    return part;
  }

  #newPool(): BufferPool {
    // Allocated as they are needed. A body whose place is free for the next one has none any more.
    const bufferCountMax = this.#task.window.sizeMax * BUFFERS_PER_BODY;
    return new BufferPool({ bufferSizeBytes: READ_SIZE_BYTES, bufferCountMax });
  }
}

function endOf(partNumber: number, error: unknown, signal: AbortSignal): UploadFact {
  if (signal.aborted) {
    return { type: "part-stopped", partNumber };
  }
  return isGone(error)
    ? { type: "upload-gone", partNumber, error }
    : { type: "part-failed", partNumber, error };
}
