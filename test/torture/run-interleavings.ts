// Every schedule of operations that meet, and every loss of the process within, over both stores.
import { exploreSchedules, type Scenario } from "../simulation/interleavings/explore-schedules.ts";
import { LastingDatabase } from "../simulation/interleavings/in-thread-metadata.ts";
import type { WorldPlace } from "../simulation/interleavings/interleaving-world.ts";
import { allScenarios } from "../simulation/interleavings/scenarios.ts";
import { seededRandom } from "./seeded-random.ts";

export interface InterleavingsOptions {
  readonly folder: string;
  readonly seed: number;
  /** Scenarios begin within so long; what is left over is told. Those in memory take some of it first. */
  readonly durationMaxMs: number;
  readonly log: (line: string) => void;
  /** Called for each scenario over one of the stores that broke no law. */
  readonly passScenario: () => void;
}

/**
 * Those of few operations first, which take seconds; those of four take minutes. Among them the order is drawn from the
 * seed, so that a run that is cut short looks at others each time.
 */
export async function runInterleavings(options: InterleavingsOptions): Promise<void> {
  const { folder, seed, durationMaxMs, log } = options;
  using database = new LastingDatabase(folder);
  const scenarios = shuffled(allScenarios(), seed).toSorted(
    (first, second) => first.operations.length - second.operations.length,
  );
  const shares = [
    [{ kind: "memory" }, durationMaxMs / 4],
    [{ kind: "sqlite", database }, durationMaxMs],
  ] as const;
  const startedAtMs = performance.now();
  for (const [place, endMs] of shares) {
    await runPlace(place, scenarios, { ...options, isOver: () => performance.now() - startedAtMs > endMs });
  }
  log(`interleavings: ${Math.round((performance.now() - startedAtMs) / 1_000)} s`);
}

async function runPlace(
  place: WorldPlace,
  scenarios: readonly Scenario[],
  { log, passScenario, isOver }: InterleavingsOptions & { readonly isOver: () => boolean },
): Promise<void> {
  let [scenarioCount, scheduleTotal, crashTotal] = [0, 0, 0];
  for (const scenario of scenarios) {
    if (isOver()) {
      break;
    }
    const { scheduleCount, crashCount } = await exploreSchedules(scenario, place);
    scenarioCount += 1;
    scheduleTotal += scheduleCount;
    crashTotal += crashCount;
    passScenario();
  }
  log(
    `over ${place.kind}: ${scenarioCount} of ${scenarios.length} scenarios, ${scheduleTotal} schedules, ` +
      `the process lost ${crashTotal} times; no law broken`,
  );
}

function shuffled<T>(items: readonly T[], seed: number): readonly T[] {
  const random = seededRandom(seed);
  return items
    .map((item) => ({ item, place: random.next() }))
    .sort((first, second) => first.place - second.place)
    .map(({ item }) => item);
}
