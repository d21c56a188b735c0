// The real command as a process, as a user starts it.
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { on, once } from "node:events";
import { mainPath } from "../e2e/server-process.ts";

export interface CommandResult {
  readonly status: number | null;
  readonly stdout: string;
  /** Without the lines of progress, which only what takes long has: on a busy machine that is anything. */
  readonly stderr: string;
}

export interface RunningCommand {
  readonly child: ChildProcess;
  readonly finished: Promise<CommandResult>;
}

export interface CommandOptions {
  readonly cwd: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** An open file instead of a pipe to the test. */
  readonly stdout?: number;
}

const TIMEOUT_MS = 60_000;
const PROGRESS_LINE = /^[^\n]* [█░]+ +\d+ %[^\n]*\n/gm;

/** Nothing of the machine's own configuration; but what Node has compiled need not be compiled again. */
export function cleanEnvironment(home: string): Record<string, string> {
  const { PATH = "", NODE_COMPILE_CACHE } = process.env;
  return { PATH, HOME: home, ...(NODE_COMPILE_CACHE === undefined ? {} : { NODE_COMPILE_CACHE }) };
}

export function startCommand(
  words: readonly string[],
  { cwd, environment = {}, stdout }: CommandOptions,
): RunningCommand {
  const child = spawn(process.execPath, [mainPath, ...words], {
    cwd,
    env: { ...cleanEnvironment(cwd), ...environment },
    stdio: ["ignore", stdout ?? "pipe", "pipe"],
    timeout: TIMEOUT_MS,
  });
  return { child, finished: result(child) };
}

export function runCommand(words: readonly string[], options: CommandOptions): Promise<CommandResult> {
  return startCommand(words, options).finished;
}

/** Resolves as soon as the command has written `text` to its standard output. */
export async function untilSaid({ stdout }: ChildProcess, text: string): Promise<void> {
  assert.ok(stdout);
  let said = "";
  for await (const [chunk] of on(stdout, "data", { close: ["end"] })) {
    said += chunk;
    if (said.includes(text)) {
      return;
    }
  }
  throw new Error(`it ended before it said "${text}", with:\n${said}`);
}

/** A named pipe, which no module of Node makes. */
export async function makePipe(path: string): Promise<void> {
  const [status] = await once(spawn("mkfifo", [path]), "exit");
  assert.equal(status, 0);
}

async function result(child: ChildProcess): Promise<CommandResult> {
  let stdout = "";
  let stderr = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const [status] = (await once(child, "close")) as [number | null];
  return { status, stdout, stderr: stderr.replace(PROGRESS_LINE, "") };
}
