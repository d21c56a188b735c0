// Goodput by epochs, from what the places of a window tell.
//
// What the service has confirmed is certain, but comes in lumps, a part at a time. What connections have taken comes
// sooner, but goes into the sockets' buffers long before it arrives: a window that just grew would seem to carry more
// than the link does. So what is under way is estimated: a part has come as far as parts do in its time, but not
// farther than what its connection took, and not less far than that without what a socket usually holds.
//
// Estimates err about as much at the end of an epoch as at its beginning, so that most of the error goes away with the
// difference; the rest is small beside an epoch that moves enough bytes.

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
}

export class GoodputMeter {
  readonly #attempts = new Set<MeteredAttempt>();
  /** Confirmed, or carried in vain: what the link has moved in attempts that are over. */
  #endedBytes = 0;
  #startMs: number;
  #bytesAtStart: number | undefined;
  #placeMs = 0;
  #fullMs = 0;
  #isFull = false;
  #changedAtMs: number;
  #lookedAtMs = 0;
  /** What the estimates of the epoch under way stand on: the same at its beginning and at its end. */
  #epochBufferedBytes = BUFFERED_DEFAULT_BYTES;
  #epochRate = 0;
  #bufferedBytes = BUFFERED_DEFAULT_BYTES;
  /** Of one connection, in bytes a millisecond; undefined before the first part is done. */
  #rate: number | undefined;

  constructor(nowMs: number) {
    this.#startMs = nowMs;
    this.#changedAtMs = nowMs;
  }

  /** Begins a new epoch: what was measured is forgotten. After a change of the window, with time to warm up. */
  begin(nowMs: number, { isWarm }: { readonly isWarm: boolean }): void {
    this.#epochBufferedBytes = this.#bufferedBytes;
    this.#epochRate = this.#rate ?? 0;
    this.#startMs = isWarm ? nowMs : nowMs + WARM_UP_MS;
    this.#bytesAtStart = isWarm ? this.#carriedBytes(nowMs) : undefined;
    this.#changedAtMs = nowMs;
    this.#placeMs = 0;
    this.#fullMs = 0;
  }

  /** Whether all places are taken from now on. */
  noteFull(nowMs: number, isFull: boolean): void {
    this.#passTime(nowMs);
    this.#isFull = isFull;
  }

  start(nowMs: number): MeteredAttempt {
    this.#passTime(nowMs);
    const attempt = { startedAtMs: nowMs, lastSentAtMs: nowMs, sentBytes: 0 };
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
    this.#endedBytes += doneBytes;
    this.#learn(attempt, nowMs, doneBytes);
  }

  /** The attempt is over without success. `isCarried`: its bytes still show what the network can carry. */
  failed(attempt: MeteredAttempt, nowMs: number, { isCarried }: { readonly isCarried: boolean }): void {
    this.#passTime(nowMs);
    this.#attempts.delete(attempt);
    this.#endedBytes += isCarried ? this.#arrivedBytes(attempt, nowMs) : 0;
  }

  /** What the epoch showed, once it is over; undefined while it is not. */
  sample(nowMs: number): GoodputSample | undefined {
    const durationMs = nowMs - this.#startMs;
    if (durationMs < 0 || nowMs - this.#lookedAtMs < LOOK_INTERVAL_MS) {
      return undefined;
    }
    this.#lookedAtMs = nowMs;
    this.#passTime(nowMs);
    this.#bytesAtStart ??= this.#carriedBytes(nowMs);
    const inUse = this.#placeMs / durationMs;
    if (durationMs < EPOCH_MIN_MS || inUse === 0) {
      return undefined;
    }
    const carriedBytes = this.#carriedBytes(nowMs) - this.#bytesAtStart;
    if (carriedBytes < EPOCH_BYTES_PER_ROOT * Math.sqrt(inUse) && durationMs < EPOCH_MAX_MS) {
      return undefined;
    }
    const goodput = (Math.max(0, carriedBytes) / durationMs) * 1000;
    return { goodput, inUse, fullShare: this.#fullMs / durationMs, durationMs };
  }

  #passTime(nowMs: number): void {
    const passedMs = nowMs - Math.max(this.#changedAtMs, this.#startMs);
    if (passedMs > 0) {
      this.#placeMs += passedMs * this.#attempts.size;
      this.#fullMs += this.#isFull ? passedMs : 0;
    }
    this.#changedAtMs = nowMs;
  }

  #carriedBytes(nowMs: number): number {
    let bytes = this.#endedBytes;
    for (const attempt of this.#attempts) {
      bytes += this.#arrivedBytes(attempt, nowMs);
    }
    return bytes;
  }

  #arrivedBytes({ startedAtMs, sentBytes }: MeteredAttempt, nowMs: number): number {
    const typicalBytes = this.#epochRate * (nowMs - startedAtMs);
    const leastBytes = Math.max(0, sentBytes - this.#epochBufferedBytes);
    return Math.min(sentBytes, Math.max(leastBytes, typicalBytes));
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
    this.#rate = this.#rate === undefined ? rate : this.#rate + NEWEST_WEIGHT * (rate - this.#rate);
  }
}
