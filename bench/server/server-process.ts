// A server as a process of its own: started, watched, stopped.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import { endWithUs } from "./end-with-us.ts";
import { type EventLoopDelay, takeEventLoopDelay } from "./event-loop-delay.ts";
import { type TreeUse, useOfTree } from "./process-tree.ts";

export interface ServerProcess extends AsyncDisposable {
  /** `http://ADDRESS:PORT`. */
  readonly endpoint: string;
  /** Of the server with all its processes, since it started. */
  use(): TreeUse;
  /** Since the last call. Both are 0 for servers that are no programs of Node. */
  takeEventLoopDelay(): Promise<EventLoopDelay>;
}

export interface ServerCommand {
  readonly command: string;
  readonly args: readonly string[];
  /** In what it prints first: the whole endpoint or its port alone, as the first group. */
  readonly ready: RegExp;
  /** Where the bench may write. */
  readonly workFolder: string;
}

const START_TIMEOUT_MS = 120_000;
const STOP_TIMEOUT_MS = 60_000;
const reporter = pathToFileURL(join(import.meta.dirname, "report-event-loop-delay.mjs")).href;

/** @throws {Error} with what it printed, when it does not come up */
export async function startServerProcess(options: ServerCommand): Promise<ServerProcess> {
  const { command, args, ready, workFolder } = options;
  const delayFolder = await mkdtemp(join(workFolder, "delay-"));
  const env = { ...process.env, NODE_OPTIONS: `--import=${reporter}`, BENCH_DELAY_FOLDER: delayFolder };
  const child = endWithUs(spawn(command, args, { stdio: ["ignore", "pipe", "inherit"], env }));
  const found = await firstMatch(child, ready);
  const { pid } = child;
  if (pid === undefined) {
    throw new Error("impossible: it has printed something");
  }
  return {
    endpoint: found.startsWith("http") ? found : `http://127.0.0.1:${found}`,
    use: () => useOfTree(pid),
    takeEventLoopDelay: () => takeEventLoopDelay(delayFolder),
    async [Symbol.asyncDispose]() {
      await stop(child);
      await rm(delayFolder, { recursive: true });
    },
  };
}

async function firstMatch(child: ChildProcess, ready: RegExp): Promise<string> {
  const printed: string[] = [];
  const timer = setTimeout(() => child.kill("SIGKILL"), START_TIMEOUT_MS);
  child.once("error", (error) => printed.push(error.message));
  try {
    if (child.stdout !== null) {
      for await (const line of createInterface(child.stdout)) {
        const found = ready.exec(line)?.[1];
        if (found !== undefined) {
          // Nobody reads on, so what it prints later must not fill the pipe.
          child.stdout.resume();
          return found;
        }
        printed.push(line);
      }
    }
  } finally {
    clearTimeout(timer);
  }
  throw new Error(`${child.spawnargs.join(" ")} did not start: ${printed.join("\n")}`);
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) {
    return;
  }
  const closed = once(child, "exit");
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), STOP_TIMEOUT_MS);
  await closed;
  clearTimeout(timer);
}
