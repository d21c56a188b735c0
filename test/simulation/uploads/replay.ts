// `node test/simulation/uploads/replay.ts --seed N [--count M] [--survey]`: plays schedules again. With --survey it goes
// on after a broken law, and prints each law once.
import { parseArgs } from "node:util";
import { runSchedule } from "./run-schedule.ts";
import { runSchedules } from "./run-schedules.ts";
import { scheduleOf } from "./upload-schedule.ts";

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    count: { type: "string", default: "1" },
    survey: { type: "boolean", default: false },
  },
});
const firstSeed = Number(values.seed);
const count = Number(values.count);
const startedAtMs = Date.now();
if (values.survey) {
  const broken = new Map<string, number[]>();
  for (let seed = firstSeed; seed < firstSeed + count; seed += 1) {
    const result = await runSchedule(scheduleOf(seed));
    if (result.broken !== undefined) {
      const law =
        result.broken
          .split("\n")[0]
          ?.replace(/\d+/g, "N")
          .replace(/[0-9A-F]{32}/g, "ID") ?? "";
      broken.set(law, [...(broken.get(law) ?? []), seed]);
    }
  }
  for (const [law, seeds] of broken) {
    console.log(`${seeds.length} × ${law}: ${seeds.slice(0, 5).join(" ")}`);
  }
} else {
  const result = await runSchedules({ firstSeed, count });
  console.log(result);
}
console.log(`${count} schedules in ${Date.now() - startedAtMs} ms`);
