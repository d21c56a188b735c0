// Operations over one upload, sent at the same time to a real server over a real folder, again and again. Whatever came
// first, the answers and what is left are those of one order of whole operations, and every blob has one owner.
import assert from "node:assert/strict";
import {
  isPossible,
  type SerialOutcome,
  wholeSerialOutcomes,
} from "../../simulation/interleavings/serial-outcomes.ts";
import type { WorldOptions } from "../../simulation/interleavings/world-content.ts";
import type { OperationName } from "../../simulation/interleavings/world-operations.ts";
import { type SeededRandom, seededRandom } from "../seeded-random.ts";
import { RaceWorld } from "./race-world.ts";

export interface RacesOptions {
  readonly folder: string;
  readonly raceCount: number;
  readonly seed: number;
  readonly log: (line: string) => void;
  /** Called for each race that broke no law. */
  readonly passRace: () => void;
}

const OPERATION_COUNT_MIN = 3;
const OPERATION_COUNT_MAX = 5;
/** A part is more work than what ends an upload, so that is sent later. */
const PART_DELAY_MAX_MS = 2;
const DELAY_MAX_MS = 12;

/** Those that end an upload stand in twice, for they are what can go wrong. */
const OPERATIONS: readonly OperationName[] = [
  ...(["part 1 again", "part 2 again", "part 2 again", "part 3", "part 3"] as const),
  ...(["complete", "complete", "complete all", "complete all", "complete with the new part 2"] as const),
  ...(["complete with part 1 alone", "complete, not over an object", "abort", "abort", "expire"] as const),
  ...(["put", "put, not over an object", "delete", "delete", "get", "get", "collect"] as const),
];
const WORLDS: readonly WorldOptions[] = [
  {},
  {},
  { hasObject: false },
  { versioning: "Enabled" },
  { versioning: "Suspended" },
];

/** @throws {Error} with the operations, their answers and what they left, when no order of them leads to that */
export async function runRaces(options: RacesOptions): Promise<void> {
  const { folder, raceCount, seed, log, passRace } = options;
  const random = seededRandom(seed);
  const answerCounts = new Map<string, number>();
  await using world = await RaceWorld.open(folder);
  for (let race = 1; race <= raceCount; race += 1) {
    const answers = await runRace(world, random);
    for (const answer of answers) {
      const [word = ""] = answer.split(" ");
      answerCounts.set(word, (answerCounts.get(word) ?? 0) + 1);
    }
    passRace();
  }
  const counts = [...answerCounts].map(([answer, count]) => `${answer} ${count}`);
  log(`${raceCount} races, seed ${seed}: ${counts.join(", ")}`);
}

async function runRace(world: RaceWorld, random: SeededRandom): Promise<readonly string[]> {
  const options = random.pick(WORLDS);
  const count = random.integer(OPERATION_COUNT_MIN, OPERATION_COUNT_MAX);
  const names = Array.from({ length: count }, () => random.pick(OPERATIONS));
  await world.fill(options);

  const answers = await Promise.all(
    names.map((name) =>
      world.perform(name, random.integer(0, name.startsWith("part") ? PART_DELAY_MAX_MS : DELAY_MAX_MS)),
    ),
  );
  const outcome: SerialOutcome = { answers, snapshot: await world.settle() };

  const serial = await wholeSerialOutcomes(names, options);
  assert.ok(
    isPossible(outcome, serial),
    `${JSON.stringify(options)} ${names.join(" | ")}: no order answers ${answers.join(" | ")} and leaves ${outcome.snapshot}`,
  );
  await world.clear();
  return answers;
}
