// Uploads in the simulated world, on all processors.
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { SchedulesResult } from "../simulation/uploads/run-schedules.ts";

export interface SimulatedUploadsOptions {
  readonly firstSeed: number;
  readonly count: number;
  readonly log: (line: string) => void;
}

const workerUrl = new URL("../simulation/uploads/schedules-worker.ts", import.meta.url);

/** @throws {Error} which names the seed that breaks a law, and how to play it again */
export async function runSimulatedUploads({ firstSeed, count, log }: SimulatedUploadsOptions): Promise<void> {
  const threadCount = Math.min(count, availableParallelism());
  const share = Math.ceil(count / threadCount);
  const results = await Promise.all(
    Array.from({ length: threadCount }, (_, index) => {
      const start = index * share;
      return inThread({ firstSeed: firstSeed + start, count: Math.min(share, count - start) });
    }),
  );
  const sum = (pick: (result: SchedulesResult) => number) =>
    results.reduce((total, result) => total + pick(result), 0);
  log(
    `${sum(({ scheduleCount }) => scheduleCount)} schedules, ${sum(({ runCount }) => runCount)} runs, ` +
      `${sum(({ requestCount }) => requestCount)} requests`,
  );
  log(`faults: ${describeCounts(results.map(({ faultCounts }) => faultCounts))}`);
  log(`parts cut anew: ${describeCounts(results.map(({ recutCounts }) => recutCounts))}`);
  log(`ends of runs: ${describeCounts(results.map(({ endCounts }) => endCounts))}`);
}

function inThread(workerData: {
  readonly firstSeed: number;
  readonly count: number;
}): Promise<SchedulesResult> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(workerUrl, { workerData });
    worker.once("message", resolve).once("error", reject);
    worker.once("exit", (code) => reject(new Error(`the thread ended with ${code}`)));
  });
}

function describeCounts(all: readonly ReadonlyMap<string, number>[]): string {
  const total = new Map<string, number>();
  for (const [name, count] of all.flatMap((counts) => [...counts])) {
    total.set(name, (total.get(name) ?? 0) + count);
  }
  return [...total]
    .toSorted(([, left], [, right]) => right - left)
    .map(([name, count]) => `${name} ${count}`)
    .join(", ");
}
