// How many transfers side by side: decided by what they carry together, never by how long each takes. Latency is the
// wrong signal for object storage: it grows with the size of a part and with every connection that shares the link,
// and a controller that flees it ends with a few connections and an empty link.
//
// Pure: a state and what one epoch showed give the next state, and the reason in words.
//
//   growing   ×2 each epoch while it pays; two epochs without gain end it
//   settled   after some epochs it probes: first for less, later in turns
//   probing   a half more or a fifth less, for two epochs: more must pay, less must carry within 3 % of as much
//
// A window that is too large for a while costs next to nothing, one that is too small costs what it does not carry, and
// what a link carried in its first seconds is not what it carries later: so it grows quickly and shrinks step by step,
// each step tried before it is kept.
//
// A service that says "slow down", and time-outs, when there are many of them, take three tenths of the window, once an
// epoch.
import type { GoodputSample } from "./goodput-meter.ts";

export interface ControllerLimits {
  /** From 1. */
  readonly sizeMin: number;
  /** From `sizeMin`. */
  readonly sizeMax: number;
}

/** What a window of one size carried: a moving average. */
interface MeasuredWindow {
  readonly size: number;
  /** Bytes a second. */
  readonly goodput: number;
  readonly epochCount: number;
}

export interface ControllerState {
  readonly phase: "growing" | "settled" | "probing";
  readonly size: number;
  /** By size, at most MEASURED_COUNT_MAX. */
  readonly measured: readonly MeasuredWindow[];
  /** Bytes a second: the most that was carried lately, on average. */
  readonly peak: number;
  /** By how much it grows while that pays. */
  readonly growth: number;
  /** Where a trial of more or less returns to. */
  readonly homeSize: number;
  /** Epochs of this size that brought nothing; in a probe, epochs it has lasted. */
  readonly trialEpochs: number;
  readonly epochsUntilProbe: number;
  readonly probeInterval: number;
  readonly nextProbe: "up" | "down";
  /** Epochs, one after the other, that were far from what this size used to carry. */
  readonly strangeEpochs: number;
  /** Whether the connections that it began with are past their start. */
  readonly isWarm: boolean;
}

export interface ControllerStep {
  readonly state: ControllerState;
  /** In words; undefined when the size stays. */
  readonly reason: string | undefined;
}

const GROWTH_AT_START = 2;
/** After the service asked for less. */
const GROWTH_CAREFUL = 1.25;
/** Each further connection must bring this share of what the present ones bring, or the link is full. */
const GAIN_SHARE_MIN = 0.2;
/** In a probe, which comes again and again, luck must not pass for a gain. */
const PROBE_GAIN_SHARE_MIN = 0.3;
/** A gain of this share is believed at once. */
const CLEAR_GAIN_SHARE = 0.3;
/** Epochs by which a small gain, or none, is judged: one alone may differ from the next by a fifth. */
const TRIAL_EPOCHS = 3;
/** A smaller window is as good when it carries this much of the best. */
const GOOD_SHARE = 0.97;
/** Too many for a moment cost little, and a large step shows more clearly than a small one. */
const PROBE_UP_FACTOR = 1.5;
const PROBE_DOWN_FACTOR = 0.8;
/** A settled window that carries less than this share of what was carried lately looks for more at once. */
const FADED_SHARE = 0.85;
/** What was carried lately fades by this, each epoch. */
const PEAK_FADING = 0.98;
const PROBE_INTERVAL_MIN = 4;
/** Half a minute to two minutes. */
const PROBE_INTERVAL_MAX = 32;
const BACK_OFF_FACTOR = 0.7;
/** An epoch that differs from what is known by more than this, both ways, comes from another link. */
const STRANGE_FACTOR = 1.7;
const STRANGE_EPOCHS_MAX = 2;
/** A window counts as the limit when it was full for this share of the epoch. */
const FULL_SHARE_MIN = 0.8;
const MEASURED_COUNT_MAX = 16;
/** An average stays open to news: no epoch weighs less than this. */
const AVERAGED_EPOCHS_MAX = 4;

export function newController(sizeAtStart: number): ControllerState {
  return {
    phase: "growing",
    size: sizeAtStart,
    measured: [],
    peak: 0,
    growth: GROWTH_AT_START,
    homeSize: sizeAtStart,
    trialEpochs: 0,
    epochsUntilProbe: PROBE_INTERVAL_MIN,
    probeInterval: PROBE_INTERVAL_MIN,
    nextProbe: "up",
    strangeEpochs: 0,
    isWarm: false,
  };
}

/** Begins with what was good in an earlier run, unless this one has learned something already. */
export function beginAt(state: ControllerState, size: number, limits: ControllerLimits): ControllerStep {
  const start = Math.min(limits.sizeMax, Math.max(limits.sizeMin, size));
  if (state.phase !== "growing" || state.measured.length > 0 || start === state.size) {
    return { state, reason: undefined };
  }
  return {
    state: newController(start),
    reason: `${start} at a time, as many as were good the last time`,
  };
}

/** The smallest from which no larger one was a gain; more that are only being tried have shown nothing yet. */
export function provenSize({ measured, homeSize }: ControllerState): number {
  const [smallest, ...larger] = measured;
  return smallest === undefined
    ? homeSize
    : larger.reduce((good, one) => (isGain(good, one, GAIN_SHARE_MIN) ? one : good), smallest).size;
}

/** What one epoch teaches. An epoch in which places stood empty teaches nothing. */
export function learnEpoch(
  state: ControllerState,
  sample: GoodputSample,
  limits: ControllerLimits,
): ControllerStep {
  if (sample.fullShare < FULL_SHARE_MIN) {
    return { state, reason: undefined };
  }
  if (!state.isWarm) {
    // New connections are faster than they will be until they meet their first loss, and slower on a long link.
    return { state: { ...state, isWarm: true }, reason: undefined };
  }
  const known = goodputOf(state, state.size);
  const isStrange = known !== undefined && isFarFrom(known, sample.goodput);
  if (isStrange && state.phase === "settled") {
    const strangeEpochs = state.strangeEpochs + 1;
    return strangeEpochs < STRANGE_EPOCHS_MAX
      ? { state: { ...state, strangeEpochs }, reason: undefined }
      : startAgain(state, { known, goodput: sample.goodput }, limits);
  }
  const measured = withMeasured(state, sample.goodput);
  const average = goodputOf({ ...state, measured }, state.size) ?? 0;
  const peak = Math.max(average, state.peak * PEAK_FADING);
  const learned = { ...state, measured, peak, strangeEpochs: 0 };
  switch (state.phase) {
    case "growing":
      return grow(learned, limits);
    case "settled":
      return settle(learned, limits);
    case "probing":
      return probe(learned, limits);
  }
}

/**
 * The service asked for less, or the network did not carry it. Call it once an epoch, and not for requests that began
 * before the latest call. What was only being tried goes first.
 */
export function backOff(
  state: ControllerState,
  kind: "throttled" | "timeout",
  { sizeMin }: ControllerLimits,
): ControllerStep {
  const isCareful =
    state.phase === "probing" || (state.phase === "growing" && state.growth === GROWTH_CAREFUL);
  const isTrial = isCareful && state.size > state.homeSize;
  const size = isTrial ? state.homeSize : Math.max(sizeMin, Math.floor(state.size * BACK_OFF_FACTOR));
  const why = kind === "throttled" ? "the service asks for less" : "requests timed out";
  const probeInterval = isTrial ? Math.min(PROBE_INTERVAL_MAX, 2 * state.probeInterval) : state.probeInterval;
  return {
    // What was carried before was too much.
    state: {
      ...settledAt(state, size),
      measured: [],
      peak: 0,
      growth: GROWTH_CAREFUL,
      probeInterval,
      epochsUntilProbe: probeInterval,
      nextProbe: "up",
    },
    reason: size === state.size ? undefined : `${why}: ${size} at a time instead of ${state.size}`,
  };
}

function grow(state: ControllerState, limits: ControllerLimits): ControllerStep {
  const smaller = best(state.measured.filter(({ size }) => size < state.size));
  const goodput = goodputOf(state, state.size) ?? 0;
  const now = { size: state.size, goodput };
  if (smaller !== undefined && !isGain(smaller, now, CLEAR_GAIN_SHARE)) {
    const trialEpochs = state.trialEpochs + 1;
    if (trialEpochs < TRIAL_EPOCHS) {
      return { state: { ...state, trialEpochs }, reason: undefined };
    }
    if (!isGain(smaller, now, GAIN_SHARE_MIN)) {
      return { state: { ...settledAt(state, state.size), nextProbe: "down" }, reason: undefined };
    }
  }
  const size = stepped(state.size, state.growth, limits);
  if (size === state.size) {
    return { state: settledAt(state, size), reason: undefined };
  }
  const before = smaller === undefined ? "" : `, ${smaller.size} carried ${rate(smaller.goodput)}`;
  return {
    state: { ...state, size, homeSize: state.size, trialEpochs: 0 },
    reason: `${state.size} at a time carry ${rate(goodput)}${before}: trying ${size}`,
  };
}

function settle(state: ControllerState, limits: ControllerLimits): ControllerStep {
  const better = largerGain(state);
  if (better !== undefined) {
    const now = `${state.size} at a time carry ${rate(goodputOf(state, state.size) ?? 0)} now`;
    return {
      state: { ...probingAt(state, better.size), phase: "growing" },
      reason: `${now}, ${better.size} carried ${rate(better.goodput)}: back to ${better.size}`,
    };
  }
  // Where the service has asked for less, less is what it gets.
  const isFaded =
    state.growth > GROWTH_CAREFUL && (goodputOf(state, state.size) ?? 0) < FADED_SHARE * state.peak;
  const hasRested = state.epochsUntilProbe <= state.probeInterval - PROBE_INTERVAL_MIN / 2;
  if (state.epochsUntilProbe > 1 && !(isFaded && hasRested)) {
    return { state: { ...state, epochsUntilProbe: state.epochsUntilProbe - 1 }, reason: undefined };
  }
  const direction = isFaded ? "up" : state.nextProbe;
  const size = stepped(
    state.size,
    direction === "up" ? Math.min(PROBE_UP_FACTOR, state.growth) : PROBE_DOWN_FACTOR,
    limits,
  );
  const next: ControllerState = {
    ...state,
    nextProbe: direction === "up" ? "down" : "up",
    epochsUntilProbe: state.probeInterval,
  };
  if (size === state.size) {
    return { state: next, reason: undefined };
  }
  return {
    state: probingAt(next, size),
    reason: `looking whether ${size} at a time carry ${direction === "up" ? "more" : "as much"} as ${state.size}`,
  };
}

function probe(state: ControllerState, limits: ControllerLimits): ControllerStep {
  const trialEpochs = state.trialEpochs + 1;
  if (trialEpochs < TRIAL_EPOCHS) {
    return { state: { ...state, trialEpochs }, reason: undefined };
  }
  const goodput = goodputOf(state, state.size) ?? 0;
  const home = { size: state.homeSize, goodput: goodputOf(state, state.homeSize) ?? 0 };
  const isUp = state.size > state.homeSize;
  if (isUp && isGain(home, { size: state.size, goodput }, PROBE_GAIN_SHARE_MIN)) {
    // What other sizes carried is older than what this link carries now.
    const measured = state.measured.filter(({ size }) => size === state.size || size === state.homeSize);
    const growth = Math.min(PROBE_UP_FACTOR, state.growth);
    return grow({ ...state, phase: "growing", trialEpochs: 0, measured, growth }, limits);
  }
  if (!isUp && goodput >= GOOD_SHARE * home.goodput) {
    const measured = state.measured.filter(({ size }) => size <= state.size);
    return { state: { ...settledAt(state, state.size), measured, nextProbe: "down" }, reason: undefined };
  }
  const probeInterval = Math.min(PROBE_INTERVAL_MAX, 2 * state.probeInterval);
  return {
    // Home is measured anew: what the link gives may have changed while the probe lasted.
    state: {
      ...settledAt(state, state.homeSize),
      measured: state.measured.filter(({ size }) => size < state.homeSize || size === state.size),
      probeInterval,
      epochsUntilProbe: probeInterval,
    },
    reason: `${state.size} at a time carry ${rate(goodput)}: back to ${state.homeSize}`,
  };
}

function startAgain(
  state: ControllerState,
  { known, goodput }: { readonly known: number; readonly goodput: number },
  limits: ControllerLimits,
): ControllerStep {
  const measured = [{ size: state.size, goodput, epochCount: 1 }];
  const { growth, probeInterval } = state;
  const fresh = { ...newController(state.size), measured, growth, probeInterval, isWarm: true };
  const { state: grown } = grow(fresh, limits);
  return {
    state: grown,
    reason: `${state.size} at a time carry ${rate(goodput)} instead of ${rate(known)}: the network has changed, trying ${grown.size}`,
  };
}

/** What was measured of that size earlier does not count. */
function probingAt(state: ControllerState, size: number): ControllerState {
  const measured = state.measured.filter((one) => one.size !== size);
  return { ...state, phase: "probing", size, homeSize: state.size, trialEpochs: 0, measured };
}

function settledAt(state: ControllerState, size: number): ControllerState {
  return { ...state, phase: "settled", size, homeSize: size, trialEpochs: 0, strangeEpochs: 0 };
}

/** A larger window that was tried lately and carried more than this one does since. */
function largerGain(state: ControllerState): MeasuredWindow | undefined {
  const home = state.measured.find(({ size }) => size === state.size);
  const larger = best(state.measured.filter(({ size }) => size > state.size));
  const isKnown = home !== undefined && home.epochCount >= AVERAGED_EPOCHS_MAX;
  return isKnown && larger !== undefined && isGain(home, larger, PROBE_GAIN_SHARE_MIN) ? larger : undefined;
}

function best(measured: readonly MeasuredWindow[]): MeasuredWindow | undefined {
  return measured.reduce<MeasuredWindow | undefined>(
    (top, one) => (top === undefined || one.goodput > top.goodput ? one : top),
    undefined,
  );
}

function goodputOf({ measured }: ControllerState, size: number): number | undefined {
  return measured.find((one) => one.size === size)?.goodput;
}

function withMeasured({ measured, size }: ControllerState, goodput: number): readonly MeasuredWindow[] {
  const earlier = measured.find((one) => one.size === size);
  const epochCount = Math.min(AVERAGED_EPOCHS_MAX, (earlier?.epochCount ?? 0) + 1);
  const before = earlier?.goodput ?? 0;
  const averaged = { size, epochCount, goodput: before + (goodput - before) / epochCount };
  const others = measured.filter((one) => one.size !== size).slice(-(MEASURED_COUNT_MAX - 1));
  return [...others, averaged].sort((left, right) => left.size - right.size);
}

/** Whether the larger window carries enough more for the connections that it takes more. */
function isGain(
  smaller: Pick<MeasuredWindow, "goodput" | "size">,
  larger: Pick<MeasuredWindow, "goodput" | "size">,
  share: number,
): boolean {
  return larger.goodput >= smaller.goodput * (1 + share * (larger.size / smaller.size - 1));
}

function isFarFrom(known: number, goodput: number): boolean {
  return goodput > known * STRANGE_FACTOR || goodput * STRANGE_FACTOR < known;
}

function stepped(size: number, factor: number, { sizeMin, sizeMax }: ControllerLimits): number {
  const next =
    factor > 1
      ? Math.max(size + 1, Math.round(size * factor))
      : Math.min(size - 1, Math.floor(size * factor));
  return Math.min(sizeMax, Math.max(sizeMin, next));
}

function rate(bytesPerSecond: number): string {
  return `${(bytesPerSecond / 1e6).toFixed(bytesPerSecond < 1e7 ? 2 : 1)} MB/s`;
}
