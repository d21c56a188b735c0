// A server as a process of its own, started and stopped by the command. It tells its endpoint over the IPC channel,
// and ends by itself when that channel closes, so that no server outlives a command that was killed.
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { CommandError } from "./command-error.ts";
import { isFromSource } from "./invocation.ts";

export interface ServerProcess extends AsyncDisposable {
  readonly endpoint: string;
  readonly region: string;
  /** Aborted when the process ends before it was told to; the reason has its last lines. */
  readonly died: AbortSignal;
}

/** What the child tells its parent, once it listens. */
export interface ReadyMessage {
  readonly endpoint: string;
  readonly region: string;
}

const LAST_LINES_MAX = 20;
const STOP_TIMEOUT_MS = 30_000;

/** @throws {CommandError} with the server's last lines when it does not come up */
export async function startServerProcess(data: string, region: string): Promise<ServerProcess> {
  const main = new URL(isFromSource() ? "./main.ts" : "./main.js", import.meta.url);
  const arguments_ = ["serve", "--data", data, "--port", "0", "--region", region, "--until-parent-ends"];
  // Its own process group, so that Ctrl-C reaches the command first, which then stops the server in order.
  const child = fork(main, arguments_, { stdio: ["ignore", "ignore", "pipe", "ipc"], detached: true });
  const lastLines = keepLastLines(child);
  const death = new AbortController();
  let isStopping = false;
  child.once("exit", (code, signal) => {
    if (!isStopping) {
      death.abort(new CommandError(describeDeath(code ?? signal ?? "unknown", lastLines())));
    }
  });
  const { endpoint, region: served } = await readyMessage(child, death.signal);
  return {
    endpoint,
    region: served,
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

function describeDeath(reason: number | string, lines: readonly string[]): string {
  const last = lines.length === 0 ? "it printed nothing" : `its last lines:\n${lines.join("\n")}`;
  return `the server ended by itself (${reason}); ${last}`;
}
