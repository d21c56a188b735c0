// Every order of the steps of operations that meet over one upload, and the loss of the process at every step.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { makeTemporaryFolder } from "../../storage/temporary-folder.ts";
import { exploreSchedules, type Scenario } from "./explore-schedules.ts";
import { LastingDatabase } from "./in-thread-metadata.ts";
import { quickScenarios } from "./scenarios.ts";

/** With more the process is lost too often for a test that runs with every change. */
const CRASHED_OPERATIONS_MAX = 2;

function nameOf({ operations, versioning, isSequential }: Scenario): string {
  const facts = [
    versioning === undefined ? [] : `versioning ${versioning}`,
    isSequential ? "in sequence" : [],
  ];
  return [...operations, ...facts.flat()].join(" | ");
}

describe("in every order of their steps one of the orders of whole operations is seen, over memory:", () => {
  for (const scenario of quickScenarios) {
    it(nameOf(scenario), async (test) => {
      const { scheduleCount } = await exploreSchedules(scenario, { kind: "memory" });

      test.diagnostic(`${scheduleCount} schedules`);
      assert.ok(scheduleCount > 1);
    });
  }
});

describe("and over the database, with the process lost at every step, nothing that was answered is lost:", () => {
  for (const scenario of quickScenarios.filter(
    ({ operations }) => operations.length <= CRASHED_OPERATIONS_MAX,
  )) {
    it(nameOf(scenario), async (test) => {
      await using folder = await makeTemporaryFolder();
      using database = new LastingDatabase(folder.path);

      const { scheduleCount, crashCount } = await exploreSchedules(scenario, { kind: "sqlite", database });

      test.diagnostic(`${scheduleCount} schedules, the process lost ${crashCount} times`);
      assert.ok(crashCount > scheduleCount);
    });
  }
});
