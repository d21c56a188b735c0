// How late a server's event loops ran, asked of all its processes from outside (report-event-loop-delay.mjs).
import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as passes } from "node:timers/promises";

/** Milliseconds, of the process where it was worst. */
export interface EventLoopDelay {
  readonly p99: number;
  readonly max: number;
}

const POLL_MS = 5;
/** An event loop that is held answers when it is free again. */
const ANSWER_TIMEOUT_MS = 10_000;

/** The delays since the last call, or since the processes started. @throws {Error} if a process does not answer */
export async function takeEventLoopDelay(folder: string): Promise<EventLoopDelay> {
  const pids = (await readdir(folder))
    .filter((name) => name.endsWith(".ready"))
    .map((name) => Number(name.split(".")[0]));
  const delays = await Promise.all(pids.map((pid) => askOne(folder, pid)));
  return {
    p99: Math.max(0, ...delays.map(({ p99 }) => p99)),
    max: Math.max(0, ...delays.map(({ max }) => max)),
  };
}

async function askOne(folder: string, pid: number): Promise<EventLoopDelay> {
  const file = join(folder, `${pid}.json`);
  await rm(file, { force: true });
  try {
    process.kill(pid, "SIGUSR2");
  } catch {
    // One that has ended had no say in what was measured last.
    return { p99: 0, max: 0 };
  }
  for (let waitedMs = 0; waitedMs < ANSWER_TIMEOUT_MS; waitedMs += POLL_MS) {
    const text = await readFile(file, "utf8").catch(() => undefined);
    if (text !== undefined) {
      return JSON.parse(text) as EventLoopDelay;
    }
    await passes(POLL_MS);
  }
  throw new Error(`process ${pid} did not tell its event loop's delay`);
}
