// What the server must reach: ratios within one run, and times of single answers.
import { median } from "./statistics.ts";

export interface Verdict {
  readonly what: string;
  readonly measured: string;
  readonly target: string;
  /** Undefined for what is only told, and for what was not run. */
  readonly isMet: boolean | undefined;
}

/** The median of the rounds' ratios: what disturbs a whole round disturbs both. */
export function ratioOf(ours: readonly number[], theirs: readonly number[]): number {
  return median(ours.map((value, round) => value / (theirs[round] ?? Number.NaN)));
}

export function atLeast(what: string, value: number, limit: number): Verdict {
  return { what, measured: `${value.toFixed(2)} ×`, target: `≥ ${limit} ×`, isMet: value >= limit };
}

export function atMost(what: string, value: number, limit: number): Verdict {
  return { what, measured: `${value.toFixed(2)} ×`, target: `≤ ${limit} ×`, isMet: value <= limit };
}

export function withinMs(what: string, value: number, limit: number): Verdict {
  return { what, measured: `${value.toFixed(1)} ms`, target: `≤ ${limit} ms`, isMet: value <= limit };
}

/** What no target is set for. */
export function told(what: string, value: number): Verdict {
  return { what, measured: `${value.toFixed(2)} ×`, target: "", isMet: undefined };
}
