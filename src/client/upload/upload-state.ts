// The course of an upload in parts, without any act: what has happened → what to do next. The conductor in
// upload-in-parts.ts does it and reports back. The same facts always give the same actions, and going on with an
// earlier run is one more fact. Each fact about a part costs the same, however many parts there are.
import type { UploadedPart } from "./part-info.ts";
import { PartLedger } from "./part-ledger.ts";
import type { OnFailure, UploadAction, UploadFact, UploadPhase } from "./upload-facts.ts";

/** A service that forgets upload after upload will not take this one either. */
const RESTART_COUNT_MAX = 1;

const STOP: UploadAction = { type: "stop" };
const FINISH: UploadAction = { type: "finish" };

export class UploadState {
  readonly #ledger: PartLedger;
  readonly #isOneShot: boolean;
  /** Whether more parts may come. */
  #isOpen: boolean;
  #onFailure: OnFailure;
  #phase: UploadPhase = "initiating";
  #uploadId: string | undefined;
  /** Whether the call that initiates or completes is under way. */
  #isCalling = false;
  #isPaused = false;
  #isPauseTold = false;
  /** Whether parts under way have yet to end before those that are not there are cut anew. */
  #isRecutting = false;
  #restartCount = 0;
  #failure: { readonly error: unknown } | undefined;
  #arePartsLeft = false;

  /**
   * @param partCount  1 … PART_COUNT_MAX
   * @param isOneShot  the source is cut while it is read, and gives no part twice; `partCount` is then 0
   */
  constructor(
    partCount: number,
    onFailure: OnFailure,
    { isOneShot = false }: { readonly isOneShot?: boolean } = {},
  ) {
    this.#isOneShot = isOneShot;
    this.#isOpen = isOneShot;
    this.#ledger = new PartLedger(partCount);
    this.#onFailure = onFailure;
  }

  get phase(): UploadPhase {
    return this.#phase;
  }

  get uploadId(): string | undefined {
    return this.#uploadId;
  }

  /** Why it failed: the first error; later ones follow from it. */
  get failure(): { readonly error: unknown } | undefined {
    return this.#failure;
  }

  /** Whether it failed and parts may be left with the service. */
  get arePartsLeft(): boolean {
    return this.#arePartsLeft;
  }

  /** Those that are there, by number. */
  get uploadedParts(): readonly UploadedPart[] {
    return this.#ledger.uploadedParts;
  }

  /** Of the parts that are there the highest number; 0 when none is. */
  get highestUploaded(): number {
    return this.#ledger.highestUploaded;
  }

  /**
   * No part with a higher number is there, nor was it begun since parts were last cut; undefined while no part may be
   * begun.
   */
  get highestBegun(): number | undefined {
    return this.#isSending ? this.#ledger.highestBegun : undefined;
  }

  /** How many requests with parts are under way. */
  get senderCount(): number {
    return this.#ledger.senderCount;
  }

  /** Whether a place would be used. */
  get isWaitingForPlace(): boolean {
    return this.#isSending && this.#ledger.hasWaiting;
  }

  /** Whether all that is left to do is under way, so that places are free for a second sending. */
  get isInTail(): boolean {
    return this.#isSending && !this.#isOpen && !this.#ledger.hasWaiting && this.senderCount > 0;
  }

  /** Whether the next part is to be read: there is none that waits to be sent. */
  get isWaitingForPart(): boolean {
    return this.#isSending && this.#isOpen && !this.#ledger.hasWaiting;
  }

  isBeingSent(partNumber: number): boolean {
    return this.#ledger.isBeingSent(partNumber);
  }

  isUploaded(partNumber: number): boolean {
    return this.#ledger.isUploaded(partNumber);
  }

  /** The actions with which to begin a new upload. */
  begin(): readonly UploadAction[] {
    return this.#initiate();
  }

  /** Facts that make no sense in the phase, such as the end of a completion after the upload's, change nothing. */
  take(fact: UploadFact): readonly UploadAction[] {
    switch (fact.type) {
      case "initiated":
      case "continued":
        return this.#begun(fact.uploadId, fact.type === "continued" ? fact.parts : []);
      case "place":
        return this.isWaitingForPlace ? [this.#send(this.#ledger.startNext(), false)] : [];
      case "tail":
        return this.#tail(fact.partNumber);
      case "part-uploaded":
        return this.#partUploaded(fact.part);
      case "part-stopped":
        return this.#partEnded(fact.partNumber, undefined);
      case "part-failed":
        return this.#partEnded(fact.partNumber, fact);
      case "upload-gone":
        return this.#uploadGone(fact.partNumber, fact.error);
      case "part-read":
        this.#ledger.add();
        return [];
      case "parts-too-large":
        return this.#shrink();
      case "recut":
        this.#ledger.recut(fact.keptCount, fact.partCount);
        return [];
      case "source-ended":
        this.#isOpen = false;
        return this.#settle();
      case "initiate-failed":
        return this.#initiateFailed(fact.error);
      case "complete-failed":
        return this.#completeFailed(fact.error, fact.isUploadGone);
      case "completed":
        return this.#completed();
      case "pause":
        return this.#pause();
      case "resume":
        return this.#resume();
      case "failed":
        return this.#fail(fact.error, fact.onFailure);
      case "aborted":
      case "abort-failed":
        return this.#aborted(fact.type === "aborted");
    }
  }

  get #isSending(): boolean {
    return this.#phase === "uploading" && !this.#isPaused && !this.#isRecutting;
  }

  get #isOver(): boolean {
    return this.#phase === "completed" || this.#phase === "aborting" || this.#phase === "failed";
  }

  #initiate(): readonly UploadAction[] {
    this.#phase = "initiating";
    this.#isCalling = true;
    return [{ type: "initiate" }];
  }

  #begun(uploadId: string, kept: readonly UploadedPart[]): readonly UploadAction[] {
    if (this.#phase !== "initiating" && this.#phase !== "stopping") {
      return [];
    }
    this.#isCalling = false;
    this.#uploadId = uploadId;
    this.#ledger.keep(kept);
    if (this.#phase === "initiating") {
      this.#phase = "uploading";
    }
    return this.#settle();
  }

  #send(partNumber: number, isDuplicate: boolean): UploadAction {
    return { type: "send-part", uploadId: this.#uploadId ?? "", partNumber, isDuplicate };
  }

  #tail(partNumber: number): readonly UploadAction[] {
    if (!this.isInTail || !this.#ledger.isSentOnce(partNumber)) {
      return [];
    }
    this.#ledger.startSender(partNumber);
    return [this.#send(partNumber, true)];
  }

  #partUploaded(part: UploadedPart): readonly UploadAction[] {
    this.#ledger.endSender(part.partNumber);
    if (this.#phase !== "restarting") {
      this.#ledger.note(part);
    }
    const losers: readonly UploadAction[] = this.#ledger.isBeingSent(part.partNumber)
      ? [{ type: "stop-part", partNumber: part.partNumber }]
      : [];
    return [...losers, ...this.#settle()];
  }

  /** @param failure  undefined when it was told to end */
  #partEnded(partNumber: number, failure: { readonly error: unknown } | undefined): readonly UploadAction[] {
    this.#ledger.endSender(partNumber);
    const isMissing = this.#ledger.giveBack(partNumber);
    return isMissing && failure !== undefined && this.#phase === "uploading"
      ? this.#fail(failure.error)
      : this.#settle();
  }

  /** What follows from what has ended. */
  #settle(): readonly UploadAction[] {
    if (this.senderCount > 0 || this.#isCalling) {
      return [];
    }
    if (this.#phase === "stopping") {
      return this.#cleanUp();
    }
    if (this.#phase === "restarting") {
      this.#ledger.forgetAll();
      return this.#initiate();
    }
    if (this.#phase !== "uploading") {
      return [];
    }
    if (this.#isRecutting) {
      this.#isRecutting = false;
      return [{ type: "recut" }, ...this.#settle()];
    }
    if (this.#isPaused) {
      const isNews = !this.#isPauseTold;
      this.#isPauseTold = true;
      return isNews ? [{ type: "tell-paused" }] : [];
    }
    return !this.#isOpen && this.#ledger.isComplete ? this.#complete() : [];
  }

  #complete(): readonly UploadAction[] {
    this.#phase = "completing";
    this.#isCalling = true;
    return [{ type: "complete", uploadId: this.#uploadId ?? "", parts: this.uploadedParts }];
  }

  // The user's wish to stop came too late if the object was made meanwhile.
  #completed(): readonly UploadAction[] {
    if (!this.#isCalling) {
      return [];
    }
    this.#isCalling = false;
    this.#failure = undefined;
    this.#phase = "completed";
    return [FINISH];
  }

  #initiateFailed(error: unknown): readonly UploadAction[] {
    this.#isCalling = false;
    this.#failure ??= { error };
    return this.#isOver ? [] : this.#end({ arePartsLeft: false });
  }

  #completeFailed(error: unknown, isUploadGone: boolean): readonly UploadAction[] {
    if (!this.#isCalling) {
      return [];
    }
    this.#isCalling = false;
    if (isUploadGone) {
      this.#failure = { error };
      return this.#end({ arePartsLeft: false });
    }
    return this.#phase === "stopping" ? this.#settle() : this.#fail(error);
  }

  #uploadGone(partNumber: number | undefined, error: unknown): readonly UploadAction[] {
    this.#isCalling = false;
    if (partNumber !== undefined) {
      this.#ledger.endSender(partNumber);
    }
    if (this.#phase !== "uploading" && this.#phase !== "completing") {
      return this.#settle();
    }
    this.#uploadId = undefined;
    if (this.#isOneShot || this.#restartCount >= RESTART_COUNT_MAX) {
      return this.#fail(error);
    }
    this.#restartCount += 1;
    this.#phase = "restarting";
    const stop: readonly UploadAction[] = this.senderCount > 0 ? [{ type: "stop-parts" }] : [];
    return [{ type: "tell-restarted", error }, ...stop, ...this.#settle()];
  }

  #shrink(): readonly UploadAction[] {
    if (!this.#isSending) {
      return [];
    }
    this.#isRecutting = true;
    return this.senderCount > 0 ? [{ type: "stop-parts" }] : this.#settle();
  }

  #pause(): readonly UploadAction[] {
    if (this.#isPaused || this.#isOver) {
      return [];
    }
    this.#isPaused = true;
    const isToStop = this.#phase === "uploading" && this.senderCount > 0;
    return isToStop ? [{ type: "stop-parts" }] : this.#settle();
  }

  #resume(): readonly UploadAction[] {
    if (!this.#isPaused) {
      return [];
    }
    this.#isPaused = false;
    const told: readonly UploadAction[] = this.#isPauseTold ? [{ type: "tell-resumed" }] : [];
    this.#isPauseTold = false;
    return [...told, ...this.#settle()];
  }

  #fail(error: unknown, onFailure: OnFailure = this.#onFailure): readonly UploadAction[] {
    if (this.#isOver || this.#phase === "stopping") {
      return [];
    }
    this.#onFailure = onFailure;
    this.#failure = { error };
    this.#phase = "stopping";
    return [STOP, ...this.#settle()];
  }

  #cleanUp(): readonly UploadAction[] {
    if (this.#uploadId === undefined) {
      return this.#end({ arePartsLeft: false });
    }
    if (this.#onFailure === "leave-parts") {
      return this.#end({ arePartsLeft: true });
    }
    this.#phase = "aborting";
    return [{ type: "abort", uploadId: this.#uploadId }];
  }

  #aborted(isRemoved: boolean): readonly UploadAction[] {
    return this.#phase === "aborting" ? this.#end({ arePartsLeft: !isRemoved }) : [];
  }

  #end({ arePartsLeft }: { readonly arePartsLeft: boolean }): readonly UploadAction[] {
    this.#phase = "failed";
    this.#arePartsLeft = arePartsLeft;
    return [FINISH];
  }
}
