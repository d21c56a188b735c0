// Every order of the steps of operations that meet over one upload, and the loss of the process at every step.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { makeTemporaryFolder } from "../../storage/temporary-folder.ts";
import { exploreSchedules } from "./explore-schedules.ts";
import { exploreStates, type StateCounts } from "./explore-states.ts";
import { FactsInDatabase } from "./facts-in-database.ts";
import { LastingDatabase } from "./in-thread-metadata.ts";
import { OperatedWorld, type Scenario } from "./operated-world.ts";
import { quickScenarios } from "./scenarios.ts";
import { serialStates } from "./serial-states.ts";
import { FactsInMemory } from "./stored-facts.ts";
import { LONG_AFTER_MS, UPLOAD } from "./world-content.ts";
import { type OperationName, type WorldOperation, worldOperations } from "./world-operations.ts";

function nameOf({ operations, versioning, isSequential, hasObject = true }: Scenario): string {
  const facts = [
    versioning === undefined ? [] : `versioning ${versioning}`,
    isSequential ? "in sequence" : [],
    hasObject ? [] : "no object before",
  ];
  return [...operations, ...facts.flat()].join(" | ");
}

describe("exploreStates()", () => {
  describe("over memory, sees in every order of their steps one of the orders of whole operations:", () => {
    const world = new OperatedWorld(new FactsInMemory(), worldOperations);
    for (const scenario of quickScenarios) {
      it(nameOf(scenario), async (test) => {
        const { stateCount, scheduleCount } = await exploreStates(
          world,
          scenario,
          await serialStates(world, scenario),
        );

        test.diagnostic(`${stateCount} states, ${scheduleCount} schedules`);
        assert.ok(scheduleCount > stateCount / 3);
      });
    }
  });

  describe("over the database, loses nothing that was answered, in whatever state the process is lost:", () => {
    for (const scenario of quickScenarios) {
      it(nameOf(scenario), async (test) => {
        const { stateCount, lossCount } = await exploreInDatabase(scenario);

        test.diagnostic(`${stateCount} states, the process lost ${lossCount} times`);
        assert.ok(lossCount > 0);
      });
    }
  });

  describe("sees all that is seen when every schedule is played from its beginning:", () => {
    const scenarios: readonly Scenario<OperationName>[] = [
      { operations: ["complete", "delete"] },
      { operations: ["get", "delete"], versioning: "Enabled" },
      { operations: ["delete", "collect"] },
    ];
    for (const scenario of scenarios) {
      it(nameOf(scenario), async (test) => {
        await using folder = await makeTemporaryFolder();
        using database = new LastingDatabase(folder.path);
        const place = { kind: "sqlite", database } as const;
        const played = new Set<string>();
        const seen = new Set<string>();

        const { scheduleCount, crashCount } = await exploreSchedules(scenario, {
          ...{ place, leaveOut: "none" },
          onOutcome: (...outcome) => void played.add(JSON.stringify(outcome)),
        });
        const counts = await exploreInDatabase(scenario, (...outcome) => seen.add(JSON.stringify(outcome)));

        test.diagnostic(`${scheduleCount} schedules, ${crashCount} losses, ${played.size} outcomes`);
        assert.equal(counts.scheduleCount, scheduleCount);
        assert.deepEqual([...seen].toSorted(), [...played].toSorted());
      });
    }
  });

  it("sees the same as schedules without equal orders, of operations that are longer", async () => {
    const scenario: Scenario<OperationName> = { operations: ["part 2 again", "complete all"] };
    const played = new Set<string>();
    const seen = new Set<string>();
    const world = new OperatedWorld(new FactsInMemory(), worldOperations);

    await exploreSchedules(scenario, {
      ...{ place: { kind: "memory" }, leaveOut: "equal orders" },
      onOutcome: (...outcome) => void played.add(JSON.stringify(outcome)),
    });
    const serial = await serialStates(world, scenario);
    await exploreStates(world, scenario, serial, (...outcome) => seen.add(JSON.stringify(outcome)));

    assert.deepEqual([...seen].toSorted(), [...played].toSorted());
  });

  it("finds a collection that forgets what was queued while it deleted", async () => {
    const operations = { ...worldOperations, "collect carelessly": collectCarelessly };
    const scenario = { operations: ["collect carelessly", "delete"] };
    const world = new OperatedWorld(new FactsInMemory(), operations);
    const serial = await serialStates(world, scenario);

    await assert.rejects(exploreStates(world, scenario, serial), (failure: Error) => {
      assert.match(
        failure.message,
        /to the end:.*collect carelessly: delete.*delete: deleteObjects.*collect carelessly: forgetGarbage/s,
      );
      assert.match(String(failure.cause), /stored is not live/);
      return true;
    });
  });

  it("finds a change that is two commits, when the process is lost between them", async () => {
    const operations = { ...worldOperations, "delete and abort": deleteAndAbort };

    await assert.rejects(
      exploreInDatabase({ operations: ["delete and abort"] }, undefined, operations),
      /delete and abort, then the process is lost:\n {2}delete and abort: deleteObjects$/,
    );
  });
});

/** Takes off the queue what is queued, and not what it has deleted. */
const collectCarelessly: WorldOperation = async ({ metadata, blobs }) => {
  const all = { nowMs: LONG_AFTER_MS, limit: 100 };
  await blobs.delete(await metadata.listGarbage(all));
  await metadata.forgetGarbage(await metadata.listGarbage(all));
  return "collected";
};

const deleteAndAbort: WorldOperation = async ({ metadata }) => {
  await metadata.deleteObjects(UPLOAD.bucket, [{ key: UPLOAD.key }], 0);
  await metadata.abortUpload(UPLOAD);
  return "deleted and aborted";
};

async function exploreInDatabase(
  scenario: Scenario,
  onOutcome?: Parameters<typeof exploreStates>[3],
  operations: Readonly<Record<string, WorldOperation>> = worldOperations,
): Promise<StateCounts> {
  await using folder = await makeTemporaryFolder();
  using facts = new FactsInDatabase(folder.path);
  const serial = await serialStates(new OperatedWorld(new FactsInMemory(), operations), scenario);
  return await exploreStates(new OperatedWorld(facts, operations), scenario, serial, onOutcome);
}
