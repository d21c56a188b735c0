// Which parts of an upload are there, which are being sent, and which wait. Every step costs the same, however many
// parts there are, but for those that look at all of them.
import type { UploadedPart } from "./part-info.ts";

export class PartLedger {
  /** By part index, which is the part's number less 1. */
  readonly #parts: (UploadedPart | undefined)[];
  #uploadedCount = 0;
  #highestUploaded = 0;
  /** Parts that nobody sends and that are not there. */
  #waitingCount: number;
  /** Every part below it was started or is there; but see `#returned`. */
  #cursor = 1;
  /** Parts that were started and stopped. */
  #returned: number[] = [];
  /** By part number, how many are sending it: 1, or 2 in the tail. */
  readonly #senders = new Map<number, number>();
  #senderCount = 0;

  /** @param partCount  0 … PART_COUNT_MAX */
  constructor(partCount: number) {
    this.#parts = Array.from({ length: partCount }, () => undefined);
    this.#waitingCount = partCount;
  }

  /** Those that are there, by number. */
  get uploadedParts(): readonly UploadedPart[] {
    return this.#parts.filter((part) => part !== undefined);
  }

  get isComplete(): boolean {
    return this.#uploadedCount === this.#parts.length;
  }

  /** Of those that are there; 0 when none is. */
  get highestUploaded(): number {
    return this.#highestUploaded;
  }

  /** No part with a higher number is there, nor was it ever started. */
  get highestBegun(): number {
    return Math.max(this.#highestUploaded, this.#cursor - 1);
  }

  get hasWaiting(): boolean {
    return this.#waitingCount > 0;
  }

  /** How many requests with parts are under way. */
  get senderCount(): number {
    return this.#senderCount;
  }

  isUploaded(partNumber: number): boolean {
    return this.#parts[partNumber - 1] !== undefined;
  }

  isBeingSent(partNumber: number): boolean {
    return this.#senders.has(partNumber);
  }

  /** Whether it is being sent once, and is not there. */
  isSentOnce(partNumber: number): boolean {
    return this.#senders.get(partNumber) === 1 && !this.isUploaded(partNumber);
  }

  /** One part more. */
  add(): void {
    this.#parts.push(undefined);
    this.#waitingCount += 1;
  }

  /** What follows the first `keptCount` parts is cut into others; none of it is there, and nobody sends any of it. */
  recut(keptCount: number, partCount: number): void {
    this.#waitingCount += partCount - this.#parts.length;
    this.#parts.length = keptCount;
    while (this.#parts.length < partCount) {
      this.#parts.push(undefined);
    }
    this.#cursor = Math.min(this.#cursor, keptCount + 1);
    this.#returned = this.#returned.filter((partNumber) => partNumber <= keptCount);
  }

  /** Begins with what an earlier run has left; before anything is sent. */
  keep(parts: readonly UploadedPart[]): void {
    for (const part of parts) {
      this.note(part);
    }
    this.#waitingCount = this.#parts.length - this.#uploadedCount;
  }

  /** The next part to send; one that was stopped first. To be asked only while some wait. */
  startNext(): number {
    this.#waitingCount -= 1;
    const partNumber = this.#returned.pop() ?? this.#advance();
    this.startSender(partNumber);
    return partNumber;
  }

  startSender(partNumber: number): void {
    this.#senders.set(partNumber, (this.#senders.get(partNumber) ?? 0) + 1);
    this.#senderCount += 1;
  }

  endSender(partNumber: number): void {
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

  /** The part is there. */
  note(part: UploadedPart): void {
    if (!this.isUploaded(part.partNumber)) {
      this.#uploadedCount += 1;
    }
    this.#parts[part.partNumber - 1] = part;
    this.#highestUploaded = Math.max(this.#highestUploaded, part.partNumber);
  }

  /** Puts a part back whose last sender has ended, unless it is there. @returns whether it was put back */
  giveBack(partNumber: number): boolean {
    if (this.isUploaded(partNumber) || this.isBeingSent(partNumber)) {
      return false;
    }
    this.#waitingCount += 1;
    this.#returned.push(partNumber);
    return true;
  }

  /** The service has lost them all; nobody sends any. */
  forgetAll(): void {
    this.#parts.fill(undefined);
    this.#uploadedCount = 0;
    this.#highestUploaded = 0;
    this.#waitingCount = this.#parts.length;
    this.#cursor = 1;
    this.#returned = [];
  }

  #advance(): number {
    while (this.isUploaded(this.#cursor)) {
      this.#cursor += 1;
    }
    this.#cursor += 1;
    return this.#cursor - 1;
  }
}
