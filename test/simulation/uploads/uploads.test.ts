// Some of what `npm run torture` plays thousands of.
import { deepEqual, ok } from "node:assert/strict";
import { describe, it } from "node:test";
import { runSchedule } from "./run-schedule.ts";
import { runSchedules } from "./run-schedules.ts";
import { scheduleOf } from "./upload-schedule.ts";

const SCHEDULE_COUNT = 300;
const TIME_MAX_MS = 5_000;

describe("uploads through faults of client, network and service", () => {
  it("keep every law", async (test) => {
    const firstSeed = Date.now() % 2 ** 31;
    test.diagnostic(`seeds from ${firstSeed}; replay.ts --seed N plays one again`);
    const endMs = performance.now() + TIME_MAX_MS;

    const { scheduleCount, faultCounts } = await runSchedules({
      firstSeed,
      count: SCHEDULE_COUNT,
      isOver: () => performance.now() > endMs,
    });

    test.diagnostic(`${scheduleCount} schedules`);
    ok(scheduleCount > 0 && faultCounts.size > 0);
  });

  it("go the same way again from the same seed", async () => {
    const first = await runSchedule(scheduleOf(2));
    const second = await runSchedule(scheduleOf(2));

    deepEqual(second, first);
    ok(first.fired.length > 0);
  });
});
