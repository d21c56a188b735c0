// Loaded before a server, in each of its processes: on SIGUSR2, writes how late the event loop ran its timers since the
// last time, and begins anew. Into BENCH_DELAY_FOLDER/<pid>.json, milliseconds.
import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { isMainThread } from "node:worker_threads";

const folder = process.env.BENCH_DELAY_FOLDER;
const RESOLUTION_MS = 1;
const NANOSECONDS_PER_MS = 1e6;

if (folder !== undefined && isMainThread) {
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delays.enable();
  process.on("SIGUSR2", () => {
    // What it counts is the time between two runs of its timer, so an idle loop has the timer's own millisecond.
    const ms = (nanoseconds) => Math.max(0, nanoseconds / NANOSECONDS_PER_MS - RESOLUTION_MS);
    const report =
      delays.count === 0 ? { p99: 0, max: 0 } : { p99: ms(delays.percentile(99)), max: ms(delays.max) };
    delays.reset();
    writeFileSync(join(folder, `${process.pid}.new`), JSON.stringify(report));
    renameSync(join(folder, `${process.pid}.new`), join(folder, `${process.pid}.json`));
  });
  writeFileSync(join(folder, `${process.pid}.ready`), "");
}
