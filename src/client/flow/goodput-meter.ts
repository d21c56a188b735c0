// Goodput by epochs, from what the places of a window tell.
//
// What the service has confirmed is certain, but comes in lumps, a part at a time. What connections have taken comes
// sooner, but goes into the sockets' buffers long before it arrives: a window that just grew would seem to carry more
// than the link does. So what is under way is estimated. A socket that takes bytes is full, and holds what sockets
// usually hold; since it last took some it has been draining, as fast as connections usually are. How much it holds
// shows when a part's answer comes, so long after its last byte went into the socket.
//
// Estimates err about as much at the end of an epoch as at its beginning, so that most of the error goes away with the
// difference.

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
  /** What had arrived when the epoch began, by estimate. */
  baselineBytes: number;
}

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
  /** What the estimates of the epoch stand on, the same at its beginning and at its end. */
  #epochBufferedBytes = BUFFERED_DEFAULT_BYTES;
  /** Of one connection, in bytes a millisecond. */
  #epochRate = 0;
  #rate = 0;

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
    this.#endedBytes += isCarried ? this.#movedBytes(attempt, nowMs) : 0;
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
    let carriedBytes = this.#endedBytes;
    for (const attempt of this.#attempts) {
      carriedBytes += this.#movedBytes(attempt, nowMs);
    }
    if (carriedBytes < EPOCH_BYTES_PER_ROOT * Math.sqrt(inUse) && durationMs < EPOCH_MAX_MS) {
      return undefined;
    }
    this.#rate = carriedBytes / this.#placeMs;
    const goodput = (carriedBytes / durationMs) * 1000;
    return { goodput, inUse, fullShare: this.#fullMs / durationMs, durationMs };
  }

  #setBaseline(nowMs: number): void {
    this.#epochBufferedBytes = this.#bufferedBytes;
    this.#epochRate = this.#rate;
    for (const attempt of this.#attempts) {
      attempt.baselineBytes = this.#arrivedBytes(attempt, nowMs);
    }
    this.#endedBytes = 0;
    this.#placeMs = 0;
    this.#fullMs = 0;
    this.#changedAtMs = nowMs;
  }

  #passTime(nowMs: number): void {
    const passedMs = nowMs - Math.max(this.#changedAtMs, this.#startMs);
    if (passedMs > 0) {
      this.#placeMs += passedMs * this.#attempts.size;
      this.#fullMs += this.#isFull ? passedMs : 0;
    }
    this.#changedAtMs = nowMs;
  }

  #movedBytes(attempt: MeteredAttempt, nowMs: number): number {
    return Math.max(0, this.#arrivedBytes(attempt, nowMs) - attempt.baselineBytes);
  }

  #arrivedBytes({ sentBytes, lastSentAtMs }: MeteredAttempt, nowMs: number): number {
    const heldBytes =
      Math.min(sentBytes, this.#epochBufferedBytes) - this.#epochRate * (nowMs - lastSentAtMs);
    return sentBytes - Math.max(0, heldBytes);
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
