// Which operations meet. The first few are played with every `npm test`, the sets by `npm run torture`.
import type { Scenario } from "./operated-world.ts";
import type { WorldOptions } from "./world-content.ts";
import { type OperationName, worldOperations } from "./world-operations.ts";

/** Quick, and each about another thing that was once done wrong somewhere. */
export const quickScenarios: readonly Scenario<OperationName>[] = [
  { operations: ["part 2 again", "complete", "abort"] },
  { operations: ["complete all", "part 3"] },
  { operations: ["complete", "complete", "part 3"] },
  { operations: ["get", "delete", "collect"] },
  { operations: ["get", "delete", "move"] },
  { operations: ["expire", "complete"] },
  { operations: ["complete, not over an object", "put, not over an object"], hasObject: false },
  { operations: ["complete", "put", "delete"], versioning: "Enabled" },
  { operations: ["complete", "put", "delete"], versioning: "Suspended" },
  { operations: ["part 2 again", "complete with the new part 2"], isSequential: true },
];

/** What clients and the server do most, and what may meet in any number. */
const commonOperations: readonly OperationName[] = [
  "part 2 again",
  "part 3",
  "complete",
  "complete with part 1 alone",
  "complete all",
  "abort",
  "expire",
  "put",
  "delete",
  "get",
  "collect",
  "move",
];

/** Each has an upload id that is drawn once. */
const BEGINNINGS: readonly OperationName[] = ["initiate", "initiate another"];

export interface ScenarioSet {
  readonly name: string;
  readonly scenarios: readonly Scenario<OperationName>[];
}

const WORLDS: readonly (readonly [name: string, options: WorldOptions])[] = [
  ["a bucket without versions", {}],
  ["no object there before", { hasObject: false }],
  ["versions kept", { versioning: "Enabled" }],
  ["versions suspended", { versioning: "Suspended" }],
  ["an upload in sequence", { isSequential: true }],
];

/**
 * All twos and threes of all operations, where one may come several times, in every world; and all fours of the common ones,
 * each once, in every world.
 */
export function scenarioSets(): readonly ScenarioSet[] {
  const operations = Object.keys(worldOperations) as OperationName[];
  const few = [...repeatedChoices(operations, 2), ...repeatedChoices(operations, 3)].filter((each) =>
    BEGINNINGS.every((beginning) => each.filter((name) => name === beginning).length <= 1),
  );
  const fours = choices(commonOperations, 4);
  return WORLDS.flatMap(([name, options]) => [
    { name: `twos and threes, ${name}`, scenarios: few.map((each) => ({ ...options, operations: each })) },
    { name: `fours, ${name}`, scenarios: fours.map((each) => ({ ...options, operations: each })) },
  ]);
}

function choices<T>(items: readonly T[], count: number): readonly (readonly T[])[] {
  if (count === 0) {
    return [[]];
  }
  return items.flatMap((first, index) =>
    choices(items.slice(index + 1), count - 1).map((rest) => [first, ...rest]),
  );
}

/** An item may be chosen again. */
function repeatedChoices<T>(items: readonly T[], count: number): readonly (readonly T[])[] {
  if (count === 0) {
    return [[]];
  }
  return items.flatMap((first, index) =>
    repeatedChoices(items.slice(index), count - 1).map((rest) => [first, ...rest]),
  );
}
