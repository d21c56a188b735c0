// How fast the parts of one upload go, each by its own connection. It has no timers: it looks at the clock when a part
// tells that bytes have gone, so a connection is only found slow while others go on.
import type { Clock } from "../clock.ts";
import { type SlowConnection, slowConnection } from "./slow-connection.ts";
import { EXTRA_SHARE_MAX } from "./tail-duplication.ts";
import type { RunningStatistics } from "./upload-statistics.ts";

/** One sending of a part, through all its attempts. */
export interface WatchedPart {
  readonly partNumber: number;
  readonly sizeBytes: number;
  sentBytes: number;
  attemptStartedAtMs: number;
}

interface ConnectionWatchOptions {
  readonly clock: Clock;
  readonly statistics: Pick<RunningStatistics, "duplicateBytes">;
  /** Of the whole upload. */
  readonly totalBytes: () => number;
  /** Ends the connection; the part is then asked for again. */
  readonly onSlow: (slow: SlowConnection) => void;
}

/** How often it looks, at most. */
const LOOK_EVERY_MS = 1_000;
/** Attempts that ended well lately. */
const RATE_COUNT_MAX = 16;

export class ConnectionWatch {
  readonly #options: ConnectionWatchOptions;
  readonly #watched = new Set<WatchedPart>();
  /** By part number: parts that are being sent twice, or were sent again. */
  readonly #spared = new Set<number>();
  #finishedRates: number[] = [];
  #lookedAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: ConnectionWatchOptions) {
    this.#options = options;
  }

  start(partNumber: number, sizeBytes: number): WatchedPart {
    const attemptStartedAtMs = this.#options.clock.now();
    const watched = { partNumber, sizeBytes, sentBytes: 0, attemptStartedAtMs };
    this.#watched.add(watched);
    return watched;
  }

  /** From now on it is left alone. */
  spare(partNumber: number): void {
    this.#spared.add(partNumber);
  }

  /** It waits for its next attempt, perhaps because the service said how long: that is no slowness of its connection. */
  failed(watched: WatchedPart): void {
    watched.attemptStartedAtMs = Number.POSITIVE_INFINITY;
  }

  /** @param sentBytes  of its present attempt; 0 when that begins */
  sent(watched: WatchedPart, sentBytes: number): void {
    const nowMs = this.#options.clock.now();
    if (sentBytes === 0) {
      watched.attemptStartedAtMs = nowMs;
    }
    watched.sentBytes = sentBytes;
    if (nowMs - this.#lookedAtMs >= LOOK_EVERY_MS) {
      this.#lookedAtMs = nowMs;
      this.#look(nowMs);
    }
  }

  end(watched: WatchedPart, { isSent }: { readonly isSent: boolean }): void {
    this.#watched.delete(watched);
    const tookMs = this.#options.clock.now() - watched.attemptStartedAtMs;
    if (isSent && tookMs > 0) {
      this.#finishedRates = [...this.#finishedRates.slice(1 - RATE_COUNT_MAX), watched.sizeBytes / tookMs];
    }
  }

  #look(nowMs: number): void {
    const { statistics, totalBytes, onSlow } = this.#options;
    const slow = slowConnection({
      sending: [...this.#watched].map(({ partNumber, sizeBytes, sentBytes, attemptStartedAtMs }) => ({
        partNumber,
        sizeBytes,
        sentBytes,
        ageMs: nowMs - attemptStartedAtMs,
        mayBeSentAgain: !this.#spared.has(partNumber),
      })),
      finishedRates: this.#finishedRates,
      affordableBytes: EXTRA_SHARE_MAX * totalBytes() - statistics.duplicateBytes,
    });
    if (slow !== undefined) {
      this.#spared.add(slow.partNumber);
      onSlow(slow);
    }
  }
}
