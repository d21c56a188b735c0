// A server as a process of its own, started and stopped by the command; server-child.ts is what runs in it.
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { CommandError } from "./command-error.ts";
import { isFromSource } from "./invocation.ts";
import type { ReadyMessage } from "./server-child.ts";

export interface ServerProcess extends AsyncDisposable {
  readonly endpoint: string;
  readonly region: string;
  /** Aborted when the process ends before it was told to; the reason has its last lines. */
  readonly died: AbortSignal;
}

const LAST_LINES_MAX = 20;
const STOP_TIMEOUT_MS = 30_000;

/** @throws {CommandError} with the server's last lines when it does not come up */
export async function startServerProcess(data: string): Promise<ServerProcess> {
  const main = new URL(isFromSource() ? "./server-child.ts" : "./server-child.js", import.meta.url);
  // Its own process group, so that Ctrl-C reaches the command first, which then stops the server in order.
  const child = fork(main, [data], { stdio: ["ignore", "ignore", "pipe", "ipc"], detached: true });
  const lastLines = keepLastLines(child);
  const death = new AbortController();
  let isReady = false;
  let isStopping = false;
  // Not "exit": what it said last may still be on its way then.
  child.once("close", (code, signal) => {
    if (!isStopping) {
      const what = isReady ? "the server ended by itself" : "the server did not start";
      death.abort(new CommandError(describeDeath(`${what} (${code ?? signal})`, lastLines())));
    }
  });
  const { endpoint, region } = await readyMessage(child, death.signal);
  isReady = true;
  return {
    endpoint,
    region,
    died: death.signal,
    async [Symbol.asyncDispose]() {
      isStopping = true;
      await stop(child);
    },
  };
}

function readyMessage(child: ChildProcess, died: AbortSignal): Promise<ReadyMessage> {
  return new Promise((resolve, reject) => {
    child.once("message", (message) => resolve(message as ReadyMessage));
    child.once("error", (cause) =>
      reject(new CommandError(`the server did not start: ${cause.message}`, { cause })),
    );
    died.addEventListener("abort", () => reject(died.reason), { once: true });
  });
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) {
    return;
  }
  const exited = once(child, "exit");
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), STOP_TIMEOUT_MS);
  await exited;
  clearTimeout(timer);
}

function keepLastLines(child: ChildProcess): () => readonly string[] {
  let lines: string[] = [];
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    const joined = `${lines.join("\n")}${text}`.split("\n");
    lines = joined.slice(-LAST_LINES_MAX);
  });
  return () => lines.filter((line) => line !== "");
}

function describeDeath(what: string, lines: readonly string[]): string {
  const [only = "it printed nothing", ...more] = lines;
  return more.length === 0 ? `${what}: ${only}` : `${what}; its last lines:\n${lines.join("\n")}`;
}
