// Every order of the steps of operations that meet, over both stores, and every loss of the process within.
import { exploreStates } from "../simulation/interleavings/explore-states.ts";
import { FactsInDatabase } from "../simulation/interleavings/facts-in-database.ts";
import { OperatedWorld } from "../simulation/interleavings/operated-world.ts";
import { type ScenarioSet, scenarioSets } from "../simulation/interleavings/scenarios.ts";
import { serialStates } from "../simulation/interleavings/serial-states.ts";
import { FactsInMemory } from "../simulation/interleavings/stored-facts.ts";
import { worldOperations } from "../simulation/interleavings/world-operations.ts";
import { makeTemporaryFolder } from "../storage/temporary-folder.ts";
import { seededRandom } from "./seeded-random.ts";

export interface InterleavingsOptions {
  readonly seed: number;
  /** Of each set of scenarios so much is played, drawn from the seed; 1 is all of it. */
  readonly share: number;
  readonly log: (line: string) => void;
  /** Called for each scenario that broke no law. */
  readonly passScenario: () => void;
}

/** What was found out about a world is forgotten after so many calls of its store, for it takes memory. */
const REMEMBERED_CALLS_MAX = 400_000;

export async function runInterleavings({
  seed,
  share,
  log,
  passScenario,
}: InterleavingsOptions): Promise<void> {
  for (const { name, scenarios } of scenarioSets()) {
    const drawn = shuffled(scenarios, seed).slice(0, Math.ceil(scenarios.length * share));
    const startedAtMs = performance.now();
    const cpuBefore = process.cpuUsage();
    const totals = await playSet({ name, scenarios: drawn }, passScenario);
    const { user, system } = process.cpuUsage(cpuBefore);
    const [seconds, cpuSeconds] = [performance.now() - startedAtMs, (user + system) / 1_000].map((ms) =>
      Math.round(ms / 1_000),
    );
    log(
      `${name}: ${drawn.length} of ${scenarios.length} scenarios, ${totals} no law broken; ${seconds} s, ${cpuSeconds} s of CPU`,
    );
  }
}

/** @returns the sums, in words */
async function playSet({ scenarios }: ScenarioSet, passScenario: () => void): Promise<string> {
  let [memoryStates, memorySchedules, states, losses] = [0, 0, 0, 0];
  await using worlds = new RememberedWorlds();
  for (const scenario of scenarios) {
    const { memory, database } = await worlds.open();
    const serial = await serialStates(memory, scenario);
    const inMemory = await exploreStates(memory, scenario, serial);
    const inDatabase = await exploreStates(database, scenario, serial);
    memoryStates += inMemory.stateCount;
    memorySchedules += inMemory.scheduleCount;
    states += inDatabase.stateCount;
    losses += inDatabase.lossCount;
    passScenario();
  }
  return (
    `over memory ${memoryStates} states, ${memorySchedules.toPrecision(2)} schedules; ` +
    `over the database ${states} states, the process lost ${losses} times;`
  );
}

interface Worlds {
  readonly memory: OperatedWorld;
  readonly database: OperatedWorld;
}

class RememberedWorlds implements AsyncDisposable {
  #open: (Worlds & { readonly close: () => Promise<void> }) | undefined;

  async open(): Promise<Worlds> {
    if (
      this.#open !== undefined &&
      this.#open.memory.madeCount + this.#open.database.madeCount > REMEMBERED_CALLS_MAX
    ) {
      await this[Symbol.asyncDispose]();
    }
    this.#open ??= await openWorlds();
    return this.#open;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#open?.close();
    this.#open = undefined;
  }
}

async function openWorlds() {
  const folder = await makeTemporaryFolder();
  const facts = new FactsInDatabase(folder.path);
  return {
    memory: new OperatedWorld(new FactsInMemory(), worldOperations),
    database: new OperatedWorld(facts, worldOperations),
    close: async () => {
      facts[Symbol.dispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}

function shuffled<T>(items: readonly T[], seed: number): readonly T[] {
  const random = seededRandom(seed);
  return items
    .map((item) => ({ item, place: random.next() }))
    .sort((first, second) => first.place - second.place)
    .map(({ item }) => item);
}
