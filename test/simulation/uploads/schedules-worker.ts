// A thread that plays its share of schedules.
import { parentPort, workerData } from "node:worker_threads";
import { runSchedules } from "./run-schedules.ts";

parentPort?.postMessage(
  await runSchedules(workerData as { readonly firstSeed: number; readonly count: number }),
);
