// What all transfers of a window show about the way to its host, one after the other.
import type { LinkMeasurement } from "./link-measurement.ts";
import type { TransferFailure } from "./transfer-window.ts";

/** The weight of the newest part in a moving average. */
const NEWEST_WEIGHT = 0.1;

/** Fewer parts than this show nothing. */
const PART_COUNT_MIN = 4;

/** What was lost before these last bytes, or twice as many, is forgotten by half. */
const MEMORY_BYTES: number = 256 * 1024 * 1024;

/** A transfer that has ended; of 0 bytes when nothing came of it. */
export interface ObservedPart {
  readonly sizeBytes: number;
  /** From the beginning of the attempt that succeeded. */
  readonly tookMs: number;
  /** From its last byte to its answer. */
  readonly answerMs: number;
  /** Places in use at its end. */
  readonly concurrency: number;
  /** Whether those are all: the last parts of an upload have the link for themselves, and show nothing typical. */
  readonly isFull: boolean;
}

export class LinkObserver {
  #partCount = 0;
  #goodput = 0;
  #concurrency = 0;
  #partCostMs = Number.POSITIVE_INFINITY;
  #carriedBytes = 0;
  #lostCount = 0;

  get measured(): LinkMeasurement | undefined {
    if (this.#partCount < PART_COUNT_MIN) {
      return undefined;
    }
    return {
      connectionGoodput: this.#goodput,
      concurrency: Math.max(1, Math.round(this.#concurrency)),
      partCostMs: this.#partCostMs,
      lossPerByte: this.#lostCount / this.#carriedBytes,
    };
  }

  done({ sizeBytes, tookMs, answerMs, concurrency, isFull }: ObservedPart): void {
    this.#carry(sizeBytes);
    if (tookMs <= 0 || sizeBytes === 0 || !isFull) {
      return;
    }
    this.#partCount += 1;
    const weight = Math.max(NEWEST_WEIGHT, 1 / this.#partCount);
    this.#goodput += weight * ((sizeBytes / tookMs) * 1000 - this.#goodput);
    this.#concurrency += weight * (concurrency - this.#concurrency);
    // The wait for an answer is also that for what is still in the socket: the shortest has the least of it.
    this.#partCostMs = Math.min(this.#partCostMs, answerMs);
  }

  /** Lost connections and time-outs count; what the service refused says nothing about the way to it. */
  failed({ kind }: TransferFailure): void {
    if (kind === "connection-lost" || kind === "timeout") {
      this.#lostCount += 1;
    }
  }

  #carry(byteCount: number): void {
    this.#carriedBytes += byteCount;
    if (this.#carriedBytes > 2 * MEMORY_BYTES) {
      this.#carriedBytes /= 2;
      this.#lostCount /= 2;
    }
  }
}
