// A window that finds its size by what the transfers in it carry. It has no timers: it looks at the clock whenever a
// transfer tells something.
import type { Clock } from "../clock.ts";
import {
  backOff,
  beginAt,
  type ControllerLimits,
  type ControllerState,
  type ControllerStep,
  learnEpoch,
  newController,
  provenSize,
} from "./concurrency-controller.ts";
import { GoodputMeter, type MeteredAttempt } from "./goodput-meter.ts";
import type { LinkMeasurement } from "./link-measurement.ts";
import { LinkObserver } from "./link-observer.ts";
import { PlaceQueue } from "./place-queue.ts";
import type { TransferFailure, TransferPlace, TransferWindow, WindowListener } from "./transfer-window.ts";

export interface AdaptiveWindowOptions {
  readonly clock: Clock;
  /** The fewest places, 1 … `sizeMax`; default 1. */
  readonly sizeMin?: number;
  /** The most places, 1 … WINDOW_SIZE_MAX; default CONCURRENCY_MAX_DEFAULT. */
  readonly sizeMax?: number;
  /** What it begins with; default CONCURRENCY_AT_START, within the bounds. */
  readonly sizeAtStart?: number;
  /** Whether the user has set the bounds. */
  readonly isBounded?: boolean;
}

/** More connections than this seldom carry more, and each takes memory. */
export const CONCURRENCY_MAX_DEFAULT = 64;

/** Enough for most links; growing from there takes an epoch for each doubling. */
export const CONCURRENCY_AT_START = 8;

/** @see concurrency-controller.ts */
export function createAdaptiveWindow(options: AdaptiveWindowOptions): TransferWindow {
  return new AdaptiveWindow(options);
}

/** Of the attempts that ended lately, so many are looked at. */
const PRESSURE_ATTEMPTS = 32;
/** So large a share of refusals says that there are too many at a time. Below it, what is carried tells all the same. */
const PRESSURE_SHARE_MIN = 0.25;
const PRESSURE_COUNT_MIN = 3;

class AdaptiveWindow implements TransferWindow {
  readonly #clock: Clock;
  readonly #limits: ControllerLimits;
  readonly #isBounded: boolean;
  readonly #queue: PlaceQueue;
  readonly #meter: GoodputMeter;
  readonly #observer = new LinkObserver();
  readonly #listeners = new Set<WindowListener>();
  #controller: ControllerState;
  /** Whether each of the latest attempts was refused or timed out. */
  #pressure: boolean[] = [];
  /** One epoch backs off once, however many requests fail in it. */
  #hasBackedOff = false;
  /** Requests that began before are of the larger window. */
  #backedOffAtMs = Number.NEGATIVE_INFINITY;

  constructor({
    clock,
    sizeMin = 1,
    sizeMax = CONCURRENCY_MAX_DEFAULT,
    sizeAtStart = CONCURRENCY_AT_START,
    isBounded = false,
  }: AdaptiveWindowOptions) {
    const size = Math.min(sizeMax, Math.max(sizeMin, sizeAtStart));
    this.#clock = clock;
    this.#limits = { sizeMin, sizeMax };
    this.#isBounded = isBounded;
    this.#queue = new PlaceQueue(size, clock);
    this.#meter = new GoodputMeter(clock.now());
    this.#controller = newController(size);
  }

  get size(): number {
    return this.#queue.size;
  }

  get sizeMax(): number {
    return this.#limits.sizeMax;
  }

  get inUse(): number {
    return this.#queue.inUse;
  }

  get measured(): LinkMeasurement | undefined {
    const { measured } = this.#observer;
    if (measured === undefined || this.#isBounded) {
      return measured && { ...measured, isConcurrencyGiven: true };
    }
    // What all carried together, by as many as are known to be good: else one short upload after the other would begin
    // with what the one before was just trying.
    const concurrency = provenSize(this.#controller);
    const goodput = measured.connectionGoodput * measured.concurrency;
    return { ...measured, concurrency, connectionGoodput: goodput / concurrency };
  }

  recall({ concurrency, isConcurrencyGiven = false }: LinkMeasurement): void {
    if (isConcurrencyGiven) {
      return;
    }
    this.#take(beginAt(this.#controller, concurrency, this.#limits), this.#clock.now());
  }

  watch(listener: WindowListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async acquire(signal: AbortSignal | undefined): Promise<TransferPlace> {
    if (this.#queue.inUse === 0 && this.#queue.waitingCount === 0) {
      // Nothing ran before: the time since then is no epoch.
      this.#beginEpoch(this.#clock.now(), { isWarm: false });
    }
    await this.#queue.acquire(signal);
    this.#noteUsage();
    let attempt: MeteredAttempt | undefined = this.#meter.start(this.#clock.now());
    return {
      sent: (byteCount) => {
        const nowMs = this.#clock.now();
        if (attempt !== undefined) {
          this.#meter.sent(attempt, nowMs, byteCount);
          this.#look(nowMs);
        }
      },
      failed: (failure) => {
        const nowMs = this.#clock.now();
        if (attempt !== undefined) {
          const { startedAtMs } = attempt;
          this.#meter.failed(attempt, nowMs, { isCarried: failure.kind === "connection-lost" });
          attempt = this.#meter.start(nowMs);
          this.#look(nowMs);
          this.#observer.failed(failure);
          this.#fail(failure, startedAtMs, nowMs);
        }
      },
      release: (doneBytes) => {
        const nowMs = this.#clock.now();
        if (attempt === undefined) {
          return;
        }
        if (doneBytes > 0) {
          const { startedAtMs, lastSentAtMs } = attempt;
          this.#observer.done({
            sizeBytes: doneBytes,
            tookMs: nowMs - startedAtMs,
            answerMs: nowMs - lastSentAtMs,
            concurrency: this.#queue.inUse,
            isFull: this.#queue.isFull,
          });
          this.#meter.done(attempt, nowMs, doneBytes);
          this.#notePressure(false);
        } else {
          this.#meter.failed(attempt, nowMs, { isCarried: true });
        }
        attempt = undefined;
        this.#look(nowMs);
        this.#queue.release();
        this.#noteUsage();
      },
    };
  }

  #noteUsage(): void {
    this.#meter.noteFull(this.#clock.now(), this.#queue.isFull);
  }

  #look(nowMs: number): void {
    const sample = this.#meter.sample(nowMs);
    if (sample === undefined) {
      return;
    }
    this.#beginEpoch(nowMs, { isWarm: true });
    this.#take(learnEpoch(this.#controller, sample, this.#limits), nowMs);
  }

  #fail({ kind, retryAfterMs = 0 }: TransferFailure, startedAtMs: number, nowMs: number): void {
    this.#queue.hold(retryAfterMs);
    if (kind !== "throttled" && kind !== "timeout") {
      return;
    }
    this.#notePressure(true);
    // A service that fails now and then, whatever it is asked for, would otherwise shrink the window to nothing.
    const isMeant = retryAfterMs > 0 || this.#isUnderPressure;
    if (isMeant && !this.#hasBackedOff && startedAtMs >= this.#backedOffAtMs) {
      this.#pressure = [];
      this.#take(backOff(this.#controller, kind, this.#limits), nowMs);
      this.#beginEpoch(nowMs, { isWarm: false });
      this.#hasBackedOff = true;
      this.#backedOffAtMs = nowMs;
    }
  }

  #notePressure(isPressure: boolean): void {
    this.#pressure = [...this.#pressure.slice(1 - PRESSURE_ATTEMPTS), isPressure];
  }

  get #isUnderPressure(): boolean {
    const count = this.#pressure.filter(Boolean).length;
    return count >= Math.max(PRESSURE_COUNT_MIN, PRESSURE_SHARE_MIN * this.#pressure.length);
  }

  #take({ state, reason }: ControllerStep, nowMs: number): void {
    this.#controller = state;
    const { size } = state;
    if (size === this.#queue.size) {
      return;
    }
    this.#beginEpoch(nowMs, { isWarm: false });
    this.#queue.resize(size);
    this.#noteUsage();
    for (const listener of this.#listeners) {
      listener({ size, reason: reason ?? "" });
    }
  }

  #beginEpoch(nowMs: number, { isWarm }: { readonly isWarm: boolean }): void {
    this.#meter.begin(nowMs, { isWarm });
    this.#hasBackedOff = false;
  }
}
