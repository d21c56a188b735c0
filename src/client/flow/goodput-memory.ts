// What was measured last on the way to a host, from one upload to the next and, where the platform keeps it, from one
// process to the next: parts become smaller on a link that broke, larger on one that held, and the window begins with
// what was good.
import type { LinkMeasurement } from "./link-measurement.ts";

/** What is older says nothing about today's network. */
const AGE_MAX_MS: number = 7 * 24 * 60 * 60 * 1000;

/** No more of a note is read: it has four numbers. */
export const NOTE_SIZE_MAX_CHARACTERS = 1_000;

/** The port through which notes outlive the process. A note that cannot be read or written is no failure. */
export interface Measurements {
  /** The latest note on `host`; undefined when there is none. */
  load(host: string): Promise<string | undefined>;
  /** Replaces the note on `host`, whole or not at all. */
  save(host: string, note: string): Promise<void>;
}

/** One line of JSON. */
export function formatNote(measured: LinkMeasurement, nowMs: number): string {
  return JSON.stringify({ version: 1, measuredAtMs: nowMs, ...measured });
}

/** @returns undefined for a note that is torn, strange, too old or from the future */
export function parseNote(note: string, nowMs: number): LinkMeasurement | undefined {
  const facts = factsOf(note);
  if (facts === undefined) {
    return undefined;
  }
  const { version, measuredAtMs, connectionGoodput, concurrency, partCostMs, lossPerByte } = facts;
  const given = facts.isConcurrencyGiven === true ? { isConcurrencyGiven: true } : {};
  const isUsable =
    version === 1 &&
    isNumberIn(measuredAtMs, nowMs - AGE_MAX_MS, nowMs) &&
    isNumberIn(connectionGoodput, 1, 1e12) &&
    isNumberIn(concurrency, 1, 1e6) &&
    Number.isInteger(concurrency) &&
    isNumberIn(partCostMs, 0, 3_600_000) &&
    isNumberIn(lossPerByte, 0, 1);
  return isUsable ? { connectionGoodput, concurrency, ...given, partCostMs, lossPerByte } : undefined;
}

function factsOf(note: string): Readonly<Record<string, unknown>> | undefined {
  if (note.length > NOTE_SIZE_MAX_CHARACTERS) {
    return undefined;
  }
  try {
    const facts: unknown = JSON.parse(note);
    return typeof facts === "object" && facts !== null ? { ...facts } : undefined;
  } catch {
    return undefined;
  }
}

function isNumberIn(value: unknown, min: number, max: number): value is number {
  return typeof value === "number" && value >= min && value <= max;
}

export interface GoodputMemoryOptions {
  readonly host: string;
  /** Undefined: what is measured ends with the process. */
  readonly measurements: Measurements | undefined;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** What is remembered of one host. Never fails: without a memory uploads begin as if for the first time. */
export class GoodputMemory {
  readonly #options: GoodputMemoryOptions;
  #latest: LinkMeasurement | undefined;
  #loading: Promise<LinkMeasurement | undefined> | undefined;

  constructor(options: GoodputMemoryOptions) {
    this.#options = options;
  }

  /** The latest of this process, or of an earlier one. */
  async recall(): Promise<LinkMeasurement | undefined> {
    this.#loading ??= this.#load();
    const earlier = await this.#loading;
    return this.#latest ?? earlier;
  }

  async keep(measured: LinkMeasurement): Promise<void> {
    const { host, measurements, now } = this.#options;
    this.#latest = measured;
    try {
      await measurements?.save(host, formatNote(measured, now()));
    } catch {
      // The next process finds out for itself.
    }
  }

  async #load(): Promise<LinkMeasurement | undefined> {
    const { host, measurements, now } = this.#options;
    try {
      const note = await measurements?.load(host);
      return note === undefined ? undefined : parseNote(note, now());
    } catch {
      return undefined;
    }
  }
}
