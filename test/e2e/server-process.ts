// The real command `partwise serve` as a process of its own, over a folder, to be killed or stopped by a test.
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Bucket, type ClientOptions } from "../../src/client/node/index.ts";

export const mainPath: string = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));

/** It ended before it listened, or took too long. */
export class ServerDidNotStart extends Error {
  /** What killed it, if it was killed. */
  readonly signal: NodeJS.Signals | null;

  constructor(signal: NodeJS.Signals | null, message: string) {
    super(message);
    this.signal = signal;
  }
}

const START_TIMEOUT_MS = 60_000;

/** Disposing kills it, if it still runs. */
export interface ServedFolder extends AsyncDisposable {
  readonly child: ChildProcess;
  readonly endpoint: string;
  bucket(name: string, options?: ClientOptions): Bucket;
  /** kill -9; resolves when the process is gone. */
  kill(): Promise<void>;
  /** The same to the processes that it has started, at the same moment; only for one that has a group of its own. */
  killGroup(): Promise<void>;
  /** Of the workers that it has now. */
  workerPids(): Promise<readonly number[]>;
  /** SIGTERM; resolves with the exit status. */
  stop(): Promise<number | null>;
  /** @returns whether the process is gone, at the latest after `timeoutMs` */
  hasEndedWithin(timeoutMs: number): Promise<boolean>;
  stderr(): string;
}

export interface ServedProcess {
  /** It and the processes that it starts can be killed together. Default: false. */
  readonly hasOwnGroup?: boolean;
}

/** @param environment  what the process has besides this one's */
export async function serveFolder(
  folder: string,
  flags: readonly string[] = [],
  environment: Readonly<Record<string, string>> = {},
  { hasOwnGroup = false }: ServedProcess = {},
): Promise<ServedFolder> {
  await rm(join(folder, "server.json"), { force: true });
  // One process starts faster than three; tests of the others say how many they want.
  const words = ["serve", "--data", folder, "--port", "0", "--workers", "1", "--reserve", "0", ...flags];
  const child = spawn(process.execPath, [mainPath, ...words], {
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, ...environment },
    detached: hasOwnGroup,
  });
  // One for all who wait: a load has many calls under way when its server ends.
  const exited = once(child, "exit");
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors += text;
  });
  const { endpoint } = await untilJson<{ endpoint: string }>(
    join(folder, "server.json"),
    child,
    () => errors,
  );
  const auth = await untilJson<{ accessKeyId: string; accessKeySecret: string }>(
    join(folder, "credentials.json"),
    child,
    () => errors,
  );
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill(signal);
    }
    await exited;
    return child.exitCode;
  };
  return {
    child,
    endpoint,
    bucket: (name, options) => new Bucket(auth, endpoint, name, { region: "cn-hangzhou", ...options }),
    async kill() {
      await end("SIGKILL");
    },
    async killGroup() {
      killGroupOf(child);
      await end("SIGKILL");
    },
    workerPids: () => childrenOf(child),
    stop: () => end("SIGTERM"),
    hasEndedWithin: (timeoutMs) => isDoneWithin(exited, timeoutMs),
    stderr: () => errors,
    async [Symbol.asyncDispose]() {
      await end("SIGKILL");
      if (hasOwnGroup) {
        killGroupOf(child);
      }
    },
  };
}

function killGroupOf({ pid }: ChildProcess): void {
  try {
    process.kill(-(pid ?? 0), "SIGKILL");
  } catch {
    // All of them have ended.
  }
}

async function childrenOf({ pid }: ChildProcess): Promise<readonly number[]> {
  const { stdout } = await promisify(execFile)("ps", ["-A", "-o", "pid=,ppid="]);
  return stdout
    .split("\n")
    .map((line) => line.trim().split(/ +/).map(Number))
    .filter(([, parent]) => parent === pid)
    .map(([child = 0]) => child);
}

async function isDoneWithin(done: Promise<unknown>, timeoutMs: number): Promise<boolean> {
  const timeout = new AbortController();
  const isDone = await Promise.race([
    done.then(() => true),
    delay(timeoutMs, false, { signal: timeout.signal }).catch(() => false),
  ]);
  timeout.abort();
  return isDone;
}

async function untilJson<T>(path: string, child: ChildProcess, errors: () => string): Promise<T> {
  const deadlineMs = Date.now() + START_TIMEOUT_MS;
  for (;;) {
    const text = await readFile(path, "utf8").catch(() => "");
    if (text.endsWith("\n")) {
      return JSON.parse(text) as T;
    }
    if (child.exitCode !== null || child.signalCode !== null || Date.now() > deadlineMs) {
      const how = child.signalCode ?? child.exitCode ?? "too slow";
      child.kill("SIGKILL");
      throw new ServerDidNotStart(child.signalCode, `the server did not come up (${how}): ${errors()}`);
    }
    await delay(10);
  }
}
