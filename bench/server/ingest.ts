// Parts into servers that take turns: how much they take, and what it costs them.
import type { Bodies } from "./bodies.ts";
import type { Contestant, PartsToSend } from "./contestant.ts";
import type { LoadClient } from "./load.ts";
import { type Measurement, measureLoad } from "./measure-load.ts";
import { median } from "./statistics.ts";

export interface IngestPlan {
  readonly parts: PartsToSend;
  readonly connectionCount: number;
  readonly roundCount: number;
}

/** Of one contestant: a value for each round, and medians over them. */
export interface IngestResult {
  readonly name: string;
  readonly mbPerSecond: readonly number[];
  readonly cpuSecondsPerGb: readonly number[];
  readonly clientCpuSecondsPerGb: number;
  /** Milliseconds. */
  readonly eventLoopDelayP99: number;
}

const MB = 1e6;
const GB = 1e9;
/** Of the parts of a round: so that nobody is measured while its code is still interpreted. */
const WARM_UP_SHARE = 0.25;

/** Each contestant receives the same parts, a new upload in each round; the first round is preceded by a warm-up. */
export async function runIngest(
  contestants: readonly Contestant[],
  { parts, connectionCount, roundCount }: IngestPlan,
  { client, bodies }: { readonly client: LoadClient; readonly bodies: Bodies },
): Promise<readonly IngestResult[]> {
  const measured = new Map<Contestant, Measurement[]>(contestants.map((contestant) => [contestant, []]));
  for (let round = 0; round <= roundCount; round += 1) {
    const count = round === 0 ? Math.ceil(parts.count * WARM_UP_SHARE) : parts.count;
    for (const contestant of contestants) {
      const measurement = await measureLoad(client, contestant.server, {
        connectionCount,
        requests: await contestant.prepareParts({ ...parts, count }),
        bodies: bodies.path,
        expected: contestant.expectedOfPart(parts.sizeBytes),
      });
      if (round > 0) {
        measured.get(contestant)?.push(measurement);
      }
    }
  }
  const sizeBytes = parts.count * parts.sizeBytes;
  return [...measured].map(([{ name }, rounds]) => ({
    name,
    mbPerSecond: rounds.map(({ wallSeconds }) => sizeBytes / MB / wallSeconds),
    cpuSecondsPerGb: rounds.map(({ serverCpuSeconds }) => serverCpuSeconds / (sizeBytes / GB)),
    clientCpuSecondsPerGb: median(rounds.map(({ clientCpuSeconds }) => clientCpuSeconds / (sizeBytes / GB))),
    eventLoopDelayP99: median(rounds.map(({ eventLoopDelay }) => eventLoopDelay.p99)),
  }));
}
