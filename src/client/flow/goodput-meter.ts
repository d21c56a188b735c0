// Goodput by epochs, from what the places of a window tell.
//
// A connection "takes" bytes into the socket's buffer long before they arrive, so that a window that just grew would
// seem to carry more than the link does. Of every attempt, the first bytes therefore count only when the service has
// confirmed the part: as many as are usually under way, learned from how long the answer takes after the last byte.
//
// Bytes come in lumps: a connection that reports 256 KiB every second was not idle in between. Each lump is spread over
// the time since that connection's last one, and an epoch is over only when most of the time of its places is accounted
// for. Its goodput is the mean rate of a place, times how many were in use.

/** No epoch is shorter: within less, a connection moves too little to tell anything. */
const EPOCH_MIN_MS = 500;

/** After this an epoch ends with what there is; connections that told nothing count as standing still. */
const EPOCH_MAX_MS = 3_000;

/** New connections start slowly; what they carry says nothing yet. */
const WARM_UP_MS = 250;

/** How much of the places' time must be accounted for. */
const COVERAGE_MIN = 0.6;

const BUFFERED_DEFAULT_BYTES: number = 128 * 1024;

/** What Linux lets a socket buffer at most, by default (tcp_wmem). */
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

/** What a place's measuring needs to keep between two reports. */
export interface PlaceMeter {
  startedAtMs: number;
  lastSentAtMs: number;
  /** Until when its bytes are counted. */
  countedUntilMs: number;
  /** Taken by the connection in this attempt. */
  sentBytes: number;
  /** Of those, how many are counted as having arrived. */
  countedBytes: number;
  /** Of those, how many in the epoch that is under way. */
  countedInEpoch: number;
  epoch: number;
}

export class GoodputMeter {
  #epoch = 0;
  #startMs: number;
  #bytes = 0;
  /** The places' time that the bytes are spread over. */
  #countedMs = 0;
  #placeMs = 0;
  #fullMs = 0;
  #inUse = 0;
  #isFull = false;
  #changedAtMs: number;
  #bufferedBytes = BUFFERED_DEFAULT_BYTES;
  #answerMs: number | undefined;

  constructor(nowMs: number) {
    this.#startMs = nowMs;
    this.#changedAtMs = nowMs;
  }

  /** The shortest time between a part's last byte and its answer: what a part costs beside its bytes. */
  get answerMs(): number | undefined {
    return this.#answerMs;
  }

  /** Begins a new epoch: what was measured is forgotten. After a change of the window, with time to warm up. */
  begin(nowMs: number, { isWarm }: { readonly isWarm: boolean }): void {
    this.#epoch += 1;
    this.#startMs = isWarm ? nowMs : nowMs + WARM_UP_MS;
    this.#changedAtMs = nowMs;
    this.#bytes = 0;
    this.#countedMs = 0;
    this.#placeMs = 0;
    this.#fullMs = 0;
  }

  /** How many places are in use from now on, and whether that is all. */
  usage(nowMs: number, { inUse, isFull }: { readonly inUse: number; readonly isFull: boolean }): void {
    this.#passTime(nowMs);
    this.#inUse = inUse;
    this.#isFull = isFull;
  }

  newPlace(nowMs: number): PlaceMeter {
    return {
      startedAtMs: nowMs,
      lastSentAtMs: nowMs,
      countedUntilMs: nowMs,
      sentBytes: 0,
      countedBytes: 0,
      countedInEpoch: 0,
      epoch: this.#epoch,
    };
  }

  sent(place: PlaceMeter, nowMs: number, byteCount: number): void {
    place.sentBytes += byteCount;
    place.lastSentAtMs = nowMs;
    this.#count(place, nowMs, place.sentBytes - this.#bufferedBytes - place.countedBytes);
  }

  /** The attempt's bytes have to be sent again: what this epoch counted of them is withdrawn, its time is not. */
  failed(place: PlaceMeter, nowMs: number): void {
    if (place.epoch === this.#epoch) {
      this.#bytes -= place.countedInEpoch;
    }
    const lostMs = Math.max(0, nowMs - Math.max(place.countedUntilMs, this.#startMs));
    this.#countedMs += lostMs;
    Object.assign(place, this.newPlace(nowMs));
  }

  done(place: PlaceMeter, nowMs: number, doneBytes: number): void {
    this.#learnBuffering(place, nowMs, doneBytes);
    this.#count(place, nowMs, doneBytes - place.countedBytes);
  }

  /** What the epoch showed, once it is over; undefined while it is not. */
  sample(nowMs: number): GoodputSample | undefined {
    this.#passTime(nowMs);
    const durationMs = nowMs - this.#startMs;
    const isCovered = this.#countedMs >= COVERAGE_MIN * this.#placeMs;
    if (durationMs < EPOCH_MIN_MS || this.#placeMs <= 0 || !(isCovered || durationMs >= EPOCH_MAX_MS)) {
      return undefined;
    }
    const spreadMs = Math.max(this.#countedMs, COVERAGE_MIN * this.#placeMs);
    return {
      goodput: (this.#bytes / spreadMs) * (this.#placeMs / durationMs) * 1000,
      inUse: this.#placeMs / durationMs,
      fullShare: this.#fullMs / durationMs,
      durationMs,
    };
  }

  #passTime(nowMs: number): void {
    const passedMs = nowMs - Math.max(this.#changedAtMs, this.#startMs);
    if (passedMs > 0) {
      this.#placeMs += passedMs * this.#inUse;
      this.#fullMs += this.#isFull ? passedMs : 0;
    }
    this.#changedAtMs = nowMs;
  }

  #count(place: PlaceMeter, nowMs: number, byteCount: number): void {
    if (byteCount <= 0) {
      return;
    }
    const spanMs = nowMs - place.countedUntilMs;
    const insideMs = Math.max(0, nowMs - Math.max(place.countedUntilMs, this.#startMs));
    const share = spanMs > 0 ? insideMs / spanMs : Number(nowMs >= this.#startMs);
    if (place.epoch !== this.#epoch) {
      place.epoch = this.#epoch;
      place.countedInEpoch = 0;
    }
    place.countedBytes += byteCount;
    place.countedInEpoch += byteCount * share;
    place.countedUntilMs = nowMs;
    this.#bytes += byteCount * share;
    this.#countedMs += insideMs;
  }

  // While the answer is waited for, what was buffered goes out at the rate of the whole.
  #learnBuffering(place: PlaceMeter, nowMs: number, doneBytes: number): void {
    const tookMs = nowMs - place.startedAtMs;
    const answerMs = nowMs - place.lastSentAtMs;
    if (tookMs <= 0 || place.sentBytes === 0) {
      return;
    }
    const bufferedBytes = Math.min(BUFFERED_MAX_BYTES, (doneBytes * answerMs) / tookMs);
    this.#bufferedBytes += NEWEST_WEIGHT * (bufferedBytes - this.#bufferedBytes);
    this.#answerMs = Math.min(this.#answerMs ?? answerMs, answerMs);
  }
}
