// Which operations meet. The first few are played with every `npm test`, all of them and every triple and quadruple of
// the common ones by `npm run torture`.
import type { Scenario } from "./explore-schedules.ts";
import type { OperationName } from "./world-operations.ts";

/** Quick, and each about another thing that was once done wrong somewhere. */
export const quickScenarios: readonly Scenario[] = [
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

const specialScenarios: readonly Scenario[] = [
  { operations: ["complete all", "part 3", "part 2 again"] },
  { operations: ["complete all", "part 1 again", "abort"] },
  { operations: ["complete with the new part 2", "part 2 again", "complete"] },
  { operations: ["part 2 again", "part 2 again", "complete with the new part 2"], isSequential: true },
  { operations: ["part 2 again", "part 3", "complete all"], isSequential: true },
  { operations: ["complete", "initiate", "delete"], hasObject: false },
  {
    operations: ["complete, not over an object", "put, not over an object", "delete"],
    hasObject: false,
  },
  { operations: ["complete", "delete", "delete"], versioning: "Enabled" },
  { operations: ["complete", "put", "get", "collect"], versioning: "Suspended" },
];

/** @returns the quick ones, the special ones, and all threes and fours of the common operations, an operation once each */
export function allScenarios(): readonly Scenario[] {
  const chosen = [...choicesOf(commonOperations, 3), ...choicesOf(commonOperations, 4)];
  return [...quickScenarios, ...specialScenarios, ...chosen.map((operations) => ({ operations }))];
}

function choicesOf<T>(items: readonly T[], count: number): readonly (readonly T[])[] {
  if (count === 0) {
    return [[]];
  }
  return items.flatMap((first, index) =>
    choicesOf(items.slice(index + 1), count - 1).map((rest) => [first, ...rest]),
  );
}
