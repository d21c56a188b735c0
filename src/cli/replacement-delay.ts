// How soon a worker that died is replaced: at once, unless it and those before it died as soon as they ran.

/** A worker that lived longer than this died of something else than its start. */
const EARLY_DEATH_MS = 5_000;
const FIRST_DELAY_MS = 100;
const DELAY_MAX_MS = 10_000;

export interface Lives {
  /** How many workers in a row died early. */
  readonly earlyDeathCount: number;
}

export interface Replacement extends Lives {
  readonly delayMs: number;
}

/** @param livedMs  how long the worker ran that has just died */
export function replacementAfter({ earlyDeathCount }: Lives, livedMs: number): Replacement {
  if (livedMs >= EARLY_DEATH_MS) {
    return { earlyDeathCount: 0, delayMs: 0 };
  }
  const delayMs = Math.min(DELAY_MAX_MS, FIRST_DELAY_MS * 2 ** earlyDeathCount);
  return { earlyDeathCount: earlyDeathCount + 1, delayMs };
}
