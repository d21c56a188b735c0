import { deepEqual } from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { compareNames, type SyncEntry, syncSteps } from "../../../src/cli/transfer/sync-plan.ts";

async function* each<Item>(items: readonly Item[]): AsyncGenerator<Item> {
  yield* items;
}

async function stepsOf(
  sources: readonly SyncEntry[],
  targets: readonly SyncEntry[],
): Promise<readonly { readonly name: string; readonly what: string }[]> {
  const steps: { name: string; what: string }[] = [];
  for await (const step of syncSteps(each(sources), each(targets))) {
    const { name } = step.type === "delete" ? step.target : step.source;
    steps.push({ name, what: step.type === "copy" ? step.reason : step.type });
  }
  return steps;
}

function entry(name: string, sizeBytes = 1, modifiedMs = 10_000): SyncEntry {
  return { name, sizeBytes, modifiedMs };
}

const entries = fc
  .uniqueArray(
    fc.record({
      name: fc.string({
        unit: fc.constantFrom("a", "b", "/", "é", "\u{1F600}", "\uFFFD"),
        minLength: 1,
        maxLength: 4,
      }),
      sizeBytes: fc.nat(2),
      modifiedMs: fc.nat(3).map((seconds) => seconds * 1000),
    }),
    { selector: ({ name }) => name, maxLength: 12 },
  )
  .map((unsorted) => unsorted.toSorted((left, right) => compareNames(left.name, right.name)));

describe("syncSteps()", () => {
  it("copies what is missing, has another size or is younger, keeps the rest, names what is too much", async () => {
    const sources = [entry("a"), entry("b"), entry("c", 2), entry("d", 1, 12_000), entry("e", 1, 9_000)];
    const targets = [entry("0"), entry("b"), entry("c"), entry("d"), entry("e"), entry("f")];

    deepEqual(await stepsOf(sources, targets), [
      { name: "0", what: "delete" },
      { name: "a", what: "missing" },
      { name: "b", what: "keep" },
      { name: "c", what: "size" },
      { name: "d", what: "newer" },
      { name: "e", what: "keep" },
      { name: "f", what: "delete" },
    ]);
  });

  it("does not take a part of a second for younger", async () => {
    deepEqual(await stepsOf([entry("a", 1, 10_999)], [entry("a", 1, 10_000)]), [{ name: "a", what: "keep" }]);
  });

  it("names every entry once, and deletes only what the source lacks", async () => {
    await fc.assert(
      fc.asyncProperty(entries, entries, async (sources, targets) => {
        const steps = await stepsOf(sources, targets);
        const all = new Set([...sources, ...targets].map(({ name }) => name));
        deepEqual(
          steps.map(({ name }) => name),
          [...all].toSorted(compareNames),
        );
        deepEqual(
          steps.filter(({ what }) => what !== "delete").map(({ name }) => name),
          sources.map(({ name }) => name),
        );
      }),
    );
  });
});
