// The course of an upload in parts, without any act: what has happened → what to do next. The conductor in
// upload-in-parts.ts does it and reports back. The same facts always give the same actions, and going on with an
// earlier run is one more fact. Each fact about a part costs the same, however many parts there are.
import type { UploadedPart } from "./part-info.ts";

export type UploadPhase =
  | "initiating"
  | "uploading"
  | "completing"
  | "completed"
  /** The service has no such upload any more; what is under way for it has yet to end before a new one begins. */
  | "restarting"
  /** It has failed; parts that are under way have yet to end, for one that arrives after the abort would stay. */
  | "stopping"
  | "aborting"
  | "failed";

/** What to do with the parts when the upload fails. */
export type OnFailure = "abort" | "leave-parts";

export type UploadFact =
  | { readonly type: "initiated"; readonly uploadId: string }
  /** Instead of initiating: an earlier run's upload, with the parts of it that count. */
  | { readonly type: "continued"; readonly uploadId: string; readonly parts: readonly UploadedPart[] }
  /** There is room for one more part. */
  | { readonly type: "place" }
  /** There is room, nothing waits for it, and this part takes so long that it is worth sending twice. */
  | { readonly type: "tail"; readonly partNumber: number }
  | { readonly type: "part-uploaded"; readonly part: UploadedPart }
  /** It ended because it was told to. */
  | { readonly type: "part-stopped"; readonly partNumber: number }
  | { readonly type: "part-failed"; readonly partNumber: number; readonly error: unknown }
  /** The service answered, to a part or to the completion, that it has no such upload. */
  | { readonly type: "upload-gone"; readonly partNumber?: number | undefined; readonly error: unknown }
  /** One more part has come of a source that is cut while it is read. */
  | { readonly type: "part-read" }
  /** There will be no more of them. */
  | { readonly type: "source-ended" }
  | { readonly type: "initiate-failed"; readonly error: unknown }
  /** `isUploadGone`: the object was made, and is not what it should be. */
  | { readonly type: "complete-failed"; readonly error: unknown; readonly isUploadGone: boolean }
  | { readonly type: "completed" }
  | { readonly type: "pause" }
  | { readonly type: "resume" }
  /** Whatever else ends the upload, such as its user; `onFailure` then overrides what was said at the start. */
  | { readonly type: "failed"; readonly error: unknown; readonly onFailure?: OnFailure | undefined }
  | { readonly type: "aborted" }
  | { readonly type: "abort-failed" };

export type UploadAction =
  | { readonly type: "initiate" }
  | {
      readonly type: "send-part";
      readonly uploadId: string;
      readonly partNumber: number;
      readonly isDuplicate: boolean;
    }
  /** End whoever still sends this part: it is there. */
  | { readonly type: "stop-part"; readonly partNumber: number }
  /** End all parts under way; they will be asked for again. */
  | { readonly type: "stop-parts" }
  | { readonly type: "complete"; readonly uploadId: string; readonly parts: readonly UploadedPart[] }
  | { readonly type: "tell-paused" }
  | { readonly type: "tell-resumed" }
  | { readonly type: "tell-restarted"; readonly error: unknown }
  /** End what is under way: the parts, and the call that initiates or completes. */
  | { readonly type: "stop" }
  | { readonly type: "abort"; readonly uploadId: string }
  /** Nothing more will happen. */
  | { readonly type: "finish" };

/** A service that forgets upload after upload will not take this one either. */
const RESTART_COUNT_MAX = 1;

const STOP: UploadAction = { type: "stop" };
const FINISH: UploadAction = { type: "finish" };

export class UploadState {
  readonly #parts: (UploadedPart | undefined)[];
  readonly #isOneShot: boolean;
  /** Whether more parts may come. */
  #isOpen: boolean;
  #onFailure: OnFailure;
  #phase: UploadPhase = "initiating";
  #uploadId: string | undefined;
  #uploadedCount = 0;
  /** Parts that nobody sends and that are not there. */
  #queuedCount: number;
  /** Every part below it was started or is there; but see `#returned`. */
  #cursor = 1;
  /** Parts that were started and stopped. */
  #returned: number[] = [];
  /** By part number, how many are sending it: 1, or 2 in the tail. */
  readonly #senders = new Map<number, number>();
  #senderCount = 0;
  /** Whether the call that initiates or completes is under way. */
  #isCalling = false;
  #isPaused = false;
  #isPauseTold = false;
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
    this.#parts = Array.from({ length: partCount }, () => undefined);
    this.#queuedCount = partCount;
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
    return this.#parts.filter((part) => part !== undefined);
  }

  /** How many requests with parts are under way. */
  get senderCount(): number {
    return this.#senderCount;
  }

  /** Whether a place would be used. */
  get isWaitingForPlace(): boolean {
    return this.#isSending && this.#queuedCount > 0;
  }

  /** Whether all that is left to do is under way, so that places are free for a second sending. */
  get isInTail(): boolean {
    return this.#isSending && !this.#isOpen && this.#queuedCount === 0 && this.#senderCount > 0;
  }

  /** Whether the next part is to be read: there is none that waits to be sent. */
  get isWaitingForPart(): boolean {
    return this.#isSending && this.#isOpen && this.#queuedCount === 0;
  }

  isBeingSent(partNumber: number): boolean {
    return this.#senders.has(partNumber);
  }

  isUploaded(partNumber: number): boolean {
    return this.#parts[partNumber - 1] !== undefined;
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
        return this.isWaitingForPlace ? [this.#send(this.#nextPart(), false)] : [];
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
        this.#parts.push(undefined);
        this.#queuedCount += 1;
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
    return this.#phase === "uploading" && !this.#isPaused;
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
    for (const part of kept) {
      this.#note(part);
    }
    this.#queuedCount = this.#parts.length - this.#uploadedCount;
    if (this.#phase === "initiating") {
      this.#phase = "uploading";
    }
    return this.#settle();
  }

  #nextPart(): number {
    this.#queuedCount -= 1;
    const returned = this.#returned.pop();
    if (returned !== undefined) {
      return returned;
    }
    while (this.#parts[this.#cursor - 1] !== undefined) {
      this.#cursor += 1;
    }
    this.#cursor += 1;
    return this.#cursor - 1;
  }

  #send(partNumber: number, isDuplicate: boolean): UploadAction {
    this.#senders.set(partNumber, (this.#senders.get(partNumber) ?? 0) + 1);
    this.#senderCount += 1;
    return { type: "send-part", uploadId: this.#uploadId ?? "", partNumber, isDuplicate };
  }

  #tail(partNumber: number): readonly UploadAction[] {
    const isAlone = this.#senders.get(partNumber) === 1 && this.#parts[partNumber - 1] === undefined;
    return this.isInTail && isAlone ? [this.#send(partNumber, true)] : [];
  }

  #partUploaded(part: UploadedPart): readonly UploadAction[] {
    this.#dropSender(part.partNumber);
    if (this.#phase !== "restarting") {
      this.#note(part);
    }
    const losers: readonly UploadAction[] = this.#senders.has(part.partNumber)
      ? [{ type: "stop-part", partNumber: part.partNumber }]
      : [];
    return [...losers, ...this.#settle()];
  }

  /** @param failure  undefined when it was told to end */
  #partEnded(partNumber: number, failure: { readonly error: unknown } | undefined): readonly UploadAction[] {
    this.#dropSender(partNumber);
    const isMissing = this.#parts[partNumber - 1] === undefined && !this.#senders.has(partNumber);
    if (isMissing) {
      this.#queuedCount += 1;
      this.#returned.push(partNumber);
    }
    return isMissing && failure !== undefined && this.#phase === "uploading"
      ? this.#fail(failure.error)
      : this.#settle();
  }

  #note(part: UploadedPart): void {
    const partIndex = part.partNumber - 1;
    if (this.#parts[partIndex] === undefined) {
      this.#uploadedCount += 1;
    }
    this.#parts[partIndex] = part;
  }

  #dropSender(partNumber: number): void {
    const count = this.#senders.get(partNumber) ?? 0;
    if (count === 0) {
      throw new Error(`impossible: part ${partNumber} ended, which nobody was sending`);
    }
    this.#senderCount -= 1;
    if (count === 1) {
      this.#senders.delete(partNumber);
      return;
    }
    this.#senders.set(partNumber, count - 1);
  }

  /** What follows from what has ended. */
  #settle(): readonly UploadAction[] {
    if (this.#senderCount > 0 || this.#isCalling) {
      return [];
    }
    if (this.#phase === "stopping") {
      return this.#cleanUp();
    }
    if (this.#phase === "restarting") {
      this.#forgetParts();
      return this.#initiate();
    }
    if (this.#phase !== "uploading") {
      return [];
    }
    if (this.#isPaused) {
      const isNews = !this.#isPauseTold;
      this.#isPauseTold = true;
      return isNews ? [{ type: "tell-paused" }] : [];
    }
    return !this.#isOpen && this.#uploadedCount === this.#parts.length ? this.#complete() : [];
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
      this.#dropSender(partNumber);
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
    const stop: readonly UploadAction[] = this.#senderCount > 0 ? [{ type: "stop-parts" }] : [];
    return [{ type: "tell-restarted", error }, ...stop, ...this.#settle()];
  }

  /** They went with the upload. */
  #forgetParts(): void {
    this.#parts.fill(undefined);
    this.#uploadedCount = 0;
    this.#queuedCount = this.#parts.length;
    this.#cursor = 1;
    this.#returned = [];
  }

  #pause(): readonly UploadAction[] {
    if (this.#isPaused || this.#isOver) {
      return [];
    }
    this.#isPaused = true;
    const isToStop = this.#phase === "uploading" && this.#senderCount > 0;
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
