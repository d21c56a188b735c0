// The conductor of an upload in parts. It decides nothing: upload-state.ts says what to do, this does it and reports
// back what happened.
import { ServiceError } from "../../protocol/errors/service-error.ts";
import { present } from "../../protocol/fields/present.ts";
import type { TransferPlace } from "../flow/transfer-window.ts";
import { CLEAN_UP_MAX_MS, tellPartsLeft } from "./clean-up.ts";
import { completeParts, UploadGoneError } from "./complete-parts.ts";
import { isGone } from "./is-gone.ts";
import type { PartCutting } from "./part-cutting.ts";
import type { PartFeed } from "./part-feed.ts";
import { PlaceSeeker } from "./place-seeker.ts";
import type { Recut } from "./recut.ts";
import { RunningParts } from "./running-parts.ts";
import type { TailSituation } from "./tail-duplication.ts";
import type { TailWatch } from "./tail-watch.ts";
import type { UploadCheckpoint } from "./upload-checkpoint.ts";
import type { UploadAction, UploadFact, UploadPhase } from "./upload-facts.ts";
import type { JournaledPart } from "./upload-journal.ts";
import type { CompletedUpload, RecoverableTask } from "./upload-recovery.ts";
import { UploadState } from "./upload-state.ts";
import type { RunningStatistics } from "./upload-statistics.ts";

export interface PartsUploadTask extends RecoverableTask {
  /** Undefined without a journal. */
  readonly checkpoint: UploadCheckpoint | undefined;
  /** An earlier run's upload to go on with. */
  readonly continued?: { readonly uploadId: string; readonly kept: readonly JournaledPart[] } | undefined;
  readonly keepsPartsOnFailure: boolean;
  readonly statistics: RunningStatistics;
  readonly cutting: PartCutting;
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

interface Happening {
  readonly fact: UploadFact;
  /** For a part; given back if there is none to send. */
  readonly place?: TransferPlace | undefined;
}

class PartsUpload {
  readonly #task: PartsUploadTask;
  readonly #state: UploadState;
  readonly #parts: RunningParts;
  /** Ends the calls that initiate and complete. */
  readonly #calls = new AbortController();
  readonly #seeker: PlaceSeeker;
  /** Undefined where no part is sent twice. */
  readonly #tail: TailWatch | undefined;
  #isReading = false;
  /** What happened while an action was being started, such as a pause by a listener. */
  readonly #happenings: Happening[] = [];
  #isTaking = false;
  #made: CompletedUpload | undefined;
  #finish: () => void = () => {};

  constructor(task: PartsUploadTask) {
    const { plan, cutting, keepsPartsOnFailure, window, clock } = task;
    this.#task = task;
    this.#state = new UploadState(cutting.parts.length, keepsPartsOnFailure ? "leave-parts" : "abort", {
      isOneShot: plan.feed !== undefined,
    });
    this.#parts = new RunningParts(
      task,
      this.#state,
      (fact) => this.#take(fact),
      (partNumber) => this.#partBroke(partNumber),
    );
    const onFailure = (error: unknown) => this.#take({ type: "failed", error });
    this.#seeker = new PlaceSeeker({
      window,
      isNeeded: () => this.#state.isWaitingForPlace,
      onPlace: (place) => this.#take({ type: "place" }, place),
      onFailure,
    });
    this.#tail = task.watchTail?.({
      window,
      clock,
      situation: () => this.#tailSituation(),
      onDue: (partNumber, place) => this.#take({ type: "tail", partNumber }, place),
      onFailure,
    });
  }

  async run(): Promise<PartsOutcome> {
    const { control, continued } = this.#task;
    const stop = () => this.#userStops();
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
    this.#grow();
    this.#feed();
    this.#seeker.seek();
    this.#tail?.look();
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
      const message = feed.takeWarning();
      if (message !== undefined) {
        reporter.tell({ type: "warning", code: "part-size-unmet", message });
      }
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
          this.#parts.start(action, place);
        }
        return;
      case "stop-part":
        this.#parts.stop(action.partNumber);
        return;
      case "stop-parts":
        this.#stopParts();
        return;
      case "recut":
        this.#recut();
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
        this.#seeker.stop();
        this.#tail?.stop();
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
        reporter.tell({ type: "restarted", reason: this.#restartReason(action.error) });
        return;
      default:
        return;
    }
  }

  #restartReason(error: unknown): string {
    const earlier = this.#task.continued?.uploadId;
    return error instanceof ServiceError && error.code === "InvalidPart"
      ? `a part that an earlier run sent is not there any more, or is another now; its upload ${earlier} is left as it is`
      : "the service has no such upload any more: it was removed or completed by someone else";
  }

  async #initiate(): Promise<void> {
    const { bucket, key, options, plan, reporter, checkpoint, cutting } = this.#task;
    const { objectHeaders, tags, forbidOverwrite } = options;
    const signal = this.#calls.signal;
    try {
      reporter.progress.enter("initiating");
      const written = present({ objectHeaders, tags, forbidOverwrite });
      const { uploadId } = await bucket.initMultipartUpload(key, { ...written, signal });
      checkpoint?.begin(uploadId, plan.partSizeBytes);
      // After a restart it goes on as it was cut.
      for (const recut of cutting.recuts) {
        void checkpoint?.noteRecut(recut);
      }
      this.#take({ type: "initiated", uploadId });
    } catch (error) {
      this.#take({ type: "initiate-failed", error });
    }
  }

  #partBroke(partNumber: number): void {
    const { cutting } = this.#task;
    cutting.partBroke(partNumber);
    if (cutting.isTooLarge(this.#state.highestUploaded)) {
      this.#take({ type: "parts-too-large" });
    }
  }

  /** While no part is under way, so that none of the old cut arrives under a number of the new one. */
  #recut(): void {
    this.#cutAnew("smaller", (cutting) => cutting.shrink(this.#state.highestUploaded));
  }

  /** What is under way stays what it is. */
  #grow(): void {
    const begunCount = this.#state.highestBegun;
    if (begunCount !== undefined) {
      this.#cutAnew("larger", (cutting) => cutting.grow(begunCount));
    }
  }

  #cutAnew(change: "larger" | "smaller", cut: (cutting: PartCutting) => Recut | undefined): void {
    const { cutting, checkpoint, retryBudget, statistics, reporter, plan } = this.#task;
    const countBefore = cutting.parts.length;
    const recut = cut(cutting);
    if (recut === undefined) {
      return;
    }
    const partCount = cutting.parts.length;
    // At once: nothing may be begun in between.
    this.#state.take({ type: "recut", keptCount: recut.fromPartNumber - 1, partCount });
    // Whatever is noted of the new parts comes after it, and says where they begin.
    void checkpoint?.noteRecut(recut);
    retryBudget.grow(Math.max(0, partCount - countBefore));
    // How long those of another size took says nothing about these.
    statistics.partTimesMs.length = 0;
    reporter.progress.begin({ totalBytes: plan.sizeBytes, partCount });
    const { fromPartNumber, partSizeBytes } = recut;
    const reason = cutting.reasons.at(-1) ?? "";
    reporter.tell({ type: "recut", change, fromPartNumber, partSizeBytes, partCount, reason });
  }

  #stopParts(): void {
    this.#seeker.stop();
    this.#tail?.stop();
    this.#parts.stopAll();
  }

  #tailSituation(): TailSituation | undefined {
    const { plan, statistics } = this.#task;
    return this.#state.isInTail
      ? {
          running: this.#parts.now,
          finishedMs: statistics.partTimesMs,
          extraBytes: statistics.duplicateBytes,
          totalBytes: plan.sizeBytes,
        }
      : undefined;
  }

  async #complete(uploadId: string): Promise<void> {
    const { source, checkpoint } = this.#task;
    try {
      await source.assertUnchanged();
      await checkpoint?.noteCompleting();
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
    const { bucket, key } = this.#task;
    try {
      await bucket.abortMultipartUpload(key, uploadId, { signal: AbortSignal.timeout(CLEAN_UP_MAX_MS) });
      this.#take({ type: "aborted" });
    } catch (error) {
      if (isGone(error)) {
        this.#take({ type: "aborted" });
        return;
      }
      tellPartsLeft(this.#task, uploadId, error);
      this.#take({ type: "abort-failed" });
    }
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
}
