// Many schedules, one after another, from consecutive seeds; the first that breaks a law ends it, made small.
import { runSchedule } from "./run-schedule.ts";
import { shrinkSchedule } from "./shrink-schedule.ts";
import { scheduleOf } from "./upload-schedule.ts";

export interface SchedulesResult {
  readonly scheduleCount: number;
  readonly runCount: number;
  readonly requestCount: number;
  /** By fault: how often it happened. */
  readonly faultCounts: ReadonlyMap<string, number>;
  /** By whether parts were cut into smaller or larger ones. */
  readonly recutCounts: ReadonlyMap<string, number>;
  /** By how a run ended. */
  readonly endCounts: ReadonlyMap<string, number>;
}

/** @throws {Error} which names the seed, the law that was broken, and the faults that it takes */
export async function runSchedules({
  firstSeed,
  count,
  isOver = () => false,
}: {
  readonly firstSeed: number;
  readonly count: number;
  /** Looked at between schedules. */
  readonly isOver?: () => boolean;
}): Promise<SchedulesResult> {
  const faultCounts = new Map<string, number>();
  const recutCounts = new Map<string, number>();
  const endCounts = new Map<string, number>();
  let scheduleCount = 0;
  let runCount = 0;
  let requestCount = 0;
  for (let seed = firstSeed; seed < firstSeed + count && !isOver(); seed += 1) {
    const result = await runSchedule(scheduleOf(seed));
    if (result.broken !== undefined) {
      throw await failureOf(seed);
    }
    scheduleCount += 1;
    runCount += result.ends.length;
    requestCount += result.requestCount;
    countAll(faultCounts, result.fired);
    countAll(recutCounts, result.recuts);
    countAll(endCounts, result.ends);
  }
  return { scheduleCount, runCount, requestCount, faultCounts, recutCounts, endCounts };
}

async function failureOf(seed: number): Promise<Error> {
  const smallest = await shrinkSchedule(scheduleOf(seed));
  const { broken, ends } = await runSchedule(smallest);
  return new Error(
    `the upload of seed ${seed} breaks a law: ${broken}\nruns: ${ends.join(", ")}\n${JSON.stringify(smallest, undefined, 1)}`,
  );
}

function countAll(counts: Map<string, number>, names: readonly string[]): void {
  for (const name of names) {
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
}
