// Goodput by epochs, from what the places of a window tell.
//
// What the service has confirmed is certain, but comes in lumps, a part at a time. What connections have taken comes
// sooner, but goes into the sockets' buffers long before it arrives: a window that just grew would seem to carry more
// than the link does. So what is under way is estimated. A part has not come farther than what its connection took, and
// not less far than that without what a socket usually holds; between the two it moves as fast as the others did in the
// epoch, which is what is being asked: the rate with which the epoch's bytes and its time in places agree.

/** No epoch is shorter: within less, a connection moves too little to tell anything. */
const EPOCH_MIN_MS = 500;

/** After this an epoch ends with what there is. */
const EPOCH_MAX_MS = 5_000;

/** Connections that just began carry nothing typical yet. */
const WARM_UP_MS = 300;

/** An epoch moves this much, times the root of the places in use, for their errors to vanish beside it. */
const EPOCH_BYTES_PER_ROOT: number = 1 * 1024 * 1024;

/** How often it is worth looking whether an epoch is over. */
const LOOK_INTERVAL_MS = 50;

/** What a socket holds before anything is known about it. */
const BUFFERED_DEFAULT_BYTES: number = 512 * 1024;

/** What Linux lets a socket hold at most, by default (tcp_wmem). */
const BUFFERED_MAX_BYTES: number = 4 * 1024 * 1024;

/** The weight of the newest observation in a moving average. */
const NEWEST_WEIGHT = 0.2;

/** What one epoch showed. */
export interface GoodputSample {
  /** Bytes a second, of all places together. */
  readonly goodput: number;
  /** Places in use, on average. */
  readonly inUse: number;
  /** 0 … 1: for how much of the epoch all places were taken, so that the window was what limited the transfers. */
  readonly fullShare: number;
  readonly durationMs: number;
}

/** One attempt of a transfer. */
export interface MeteredAttempt {
  startedAtMs: number;
  lastSentAtMs: number;
  /** Taken by the connection. */
  sentBytes: number;
  /** What had arrived at `baselineAtMs`, by estimate: when it started, or when the epoch began. */
  baselineBytes: number;
  baselineAtMs: number;
}

/** Steps towards the rate that agrees with itself. Each goes part of the way; where little is certain they go slowly. */
const RATE_STEP_COUNT = 16;

export class GoodputMeter {
  readonly #attempts = new Set<MeteredAttempt>();
  /** Confirmed, or carried in vain: what attempts that are over moved within the epoch. */
  #endedBytes = 0;
  #startMs: number;
  #isBegun = true;
  #placeMs = 0;
  #fullMs = 0;
  #isFull = false;
  #changedAtMs: number;
  #lookedAtMs = 0;
  #bufferedBytes = BUFFERED_DEFAULT_BYTES;
  /** Of one connection in the latest epoch, in bytes a millisecond; undefined before the first has ended. */
  #rate: number | undefined;
  /** Of all together, in bytes a millisecond; undefined before the first epoch has ended. */
  #goodput: number | undefined;

  constructor(nowMs: number) {
    this.#startMs = nowMs;
    this.#changedAtMs = nowMs;
  }

  /** Begins a new epoch: what was measured is forgotten. After a change of the window, with time to warm up. */
  begin(nowMs: number, { isWarm }: { readonly isWarm: boolean }): void {
    this.#startMs = isWarm ? nowMs : nowMs + WARM_UP_MS;
    this.#isBegun = isWarm;
    this.#setBaseline(nowMs);
  }

  /** Whether all places are taken from now on. */
  noteFull(nowMs: number, isFull: boolean): void {
    this.#passTime(nowMs);
    this.#isFull = isFull;
  }

  start(nowMs: number): MeteredAttempt {
    this.#passTime(nowMs);
    const attempt = {
      startedAtMs: nowMs,
      lastSentAtMs: nowMs,
      sentBytes: 0,
      baselineBytes: 0,
      baselineAtMs: nowMs,
    };
    this.#attempts.add(attempt);
    return attempt;
  }

  sent(attempt: MeteredAttempt, nowMs: number, byteCount: number): void {
    attempt.sentBytes += byteCount;
    attempt.lastSentAtMs = nowMs;
  }

  /** The service has the part. */
  done(attempt: MeteredAttempt, nowMs: number, doneBytes: number): void {
    this.#passTime(nowMs);
    this.#attempts.delete(attempt);
    this.#endedBytes += Math.max(0, doneBytes - attempt.baselineBytes);
    this.#learn(attempt, nowMs, doneBytes);
  }

  /** The attempt is over without success. `isCarried`: its bytes still show what the network can carry. */
  failed(attempt: MeteredAttempt, nowMs: number, { isCarried }: { readonly isCarried: boolean }): void {
    this.#passTime(nowMs);
    this.#attempts.delete(attempt);
    this.#endedBytes += isCarried ? this.#movedBytes(attempt, nowMs, this.#rate) : 0;
  }

  /** What the epoch showed, once it is over; undefined while it is not. */
  sample(nowMs: number): GoodputSample | undefined {
    const durationMs = nowMs - this.#startMs;
    if (durationMs < 0 || nowMs - this.#lookedAtMs < LOOK_INTERVAL_MS) {
      return undefined;
    }
    this.#lookedAtMs = nowMs;
    this.#passTime(nowMs);
    if (!this.#isBegun) {
      this.begin(nowMs, { isWarm: true });
      return undefined;
    }
    const inUse = this.#placeMs / durationMs;
    if (durationMs < EPOCH_MIN_MS || inUse === 0) {
      return undefined;
    }
    const rate = this.#agreeingRate(nowMs, durationMs);
    const carriedBytes = rate * this.#placeMs;
    if (carriedBytes < EPOCH_BYTES_PER_ROOT * Math.sqrt(inUse) && durationMs < EPOCH_MAX_MS) {
      return undefined;
    }
    this.#rate = rate;
    this.#goodput = carriedBytes / durationMs;
    return { goodput: this.#goodput * 1000, inUse, fullShare: this.#fullMs / durationMs, durationMs };
  }

  #setBaseline(nowMs: number): void {
    for (const attempt of this.#attempts) {
      attempt.baselineBytes += this.#movedBytes(attempt, nowMs, this.#rate);
      attempt.baselineAtMs = nowMs;
    }
    this.#endedBytes = 0;
    this.#placeMs = 0;
    this.#fullMs = 0;
    this.#changedAtMs = nowMs;
  }

  // At first as if the link carried what it carried before, however many connections share it.
  #agreeingRate(nowMs: number, durationMs: number): number {
    let rate = ((this.#goodput ?? 0) * durationMs) / this.#placeMs;
    for (let step = 0; step < RATE_STEP_COUNT; step += 1) {
      let bytes = this.#endedBytes;
      for (const attempt of this.#attempts) {
        bytes += this.#movedBytes(attempt, nowMs, rate);
      }
      rate = bytes / this.#placeMs;
    }
    return rate;
  }

  #passTime(nowMs: number): void {
    const passedMs = nowMs - Math.max(this.#changedAtMs, this.#startMs);
    if (passedMs > 0) {
      this.#placeMs += passedMs * this.#attempts.size;
      this.#fullMs += this.#isFull ? passedMs : 0;
    }
    this.#changedAtMs = nowMs;
  }

  /**
   * What a running attempt moved since its baseline at `rate`, as far as what its connection took allows; at an unknown
   * rate half of what is possible.
   */
  #movedBytes(
    { sentBytes, baselineBytes, baselineAtMs }: MeteredAttempt,
    nowMs: number,
    rate: number | undefined,
  ): number {
    const leastBytes = Math.max(0, sentBytes - this.#bufferedBytes - baselineBytes);
    const mostBytes = Math.max(0, sentBytes - baselineBytes);
    return rate === undefined
      ? (leastBytes + mostBytes) / 2
      : Math.min(mostBytes, Math.max(leastBytes, rate * (nowMs - baselineAtMs)));
  }

  // While the answer is waited for, what the socket held goes out, at the rate of the whole.
  #learn({ startedAtMs, lastSentAtMs, sentBytes }: MeteredAttempt, nowMs: number, doneBytes: number): void {
    const tookMs = nowMs - startedAtMs;
    if (tookMs <= 0 || sentBytes === 0) {
      return;
    }
    const rate = doneBytes / tookMs;
    const answerMs = nowMs - lastSentAtMs;
    const bufferedBytes = Math.min(BUFFERED_MAX_BYTES, rate * answerMs);
    this.#bufferedBytes += NEWEST_WEIGHT * (bufferedBytes - this.#bufferedBytes);
  }
}
