// Runs another program to its end, within a time limit, and leaves nothing of it behind.
import { spawn } from "node:child_process";
import { createWriteStream, type WriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { buildFolder } from "./build-folder.ts";

export interface Command {
  readonly file: string;
  readonly arguments: readonly string[];
  readonly workingFolder?: string;
  /** Added to this process's own environment. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** What it prints is kept under this name in `build/conformance/logs`, for whoever looks into a failure. */
  readonly log: string;
}

export interface CommandOutcome {
  /** undefined when a signal ended it, the time limit's or another. */
  readonly exitCode: number | undefined;
  readonly isTimedOut: boolean;
  readonly standardOutput: string;
  /** Standard output and standard error, as they came. */
  readonly output: string;
}

const OUTPUT_MAX_CHARACTERS = 4 * 1024 * 1024;

/** @throws the system's error when the program cannot be started, such as ENOENT @throws the signal's reason */
export async function runCommand(command: Command): Promise<CommandOutcome> {
  command.signal.throwIfAborted();
  const log = await openLog(command);
  try {
    return await runToEnd(command, log);
  } finally {
    log.end();
  }
}

async function openLog({ log, file, arguments: words }: Command): Promise<WriteStream> {
  const path = join(buildFolder, "logs", `${log}.log`);
  await mkdir(dirname(path), { recursive: true });
  const stream = createWriteStream(path, { flags: "a" });
  stream.write(`$ ${[file, ...words].join(" ")}\n`);
  return stream;
}

function runToEnd(command: Command, log: WriteStream): Promise<CommandOutcome> {
  return new Promise((resolve, reject) => {
    // A process group of its own, so that its own children end with it.
    const child = spawn(command.file, command.arguments, {
      cwd: command.workingFolder,
      env: { ...process.env, ...command.environment },
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    let isTimedOut = false;
    const endGroup = () => killGroup(child.pid);
    const timer = setTimeout(() => {
      isTimedOut = true;
      endGroup();
    }, command.timeoutMs);
    command.signal.addEventListener("abort", endGroup);
    const pieces = { standardOutput: "", output: "" };
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      log.write(text);
      pieces.standardOutput = append(pieces.standardOutput, text);
      pieces.output = append(pieces.output, text);
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      log.write(text);
      pieces.output = append(pieces.output, text);
    });
    const settle = () => {
      clearTimeout(timer);
      command.signal.removeEventListener("abort", endGroup);
    };
    child.once("error", (cause) => {
      settle();
      reject(cause);
    });
    child.once("close", (exitCode) => {
      settle();
      if (command.signal.aborted) {
        reject(command.signal.reason);
        return;
      }
      resolve({ exitCode: exitCode ?? undefined, isTimedOut, ...pieces });
    });
  });
}

function append(text: string, more: string): string {
  return `${text}${more}`.slice(-OUTPUT_MAX_CHARACTERS);
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) {
    return;
  }
  try {
    process.kill(-pid, "SIGKILL");
  } catch (cause) {
    // It ended by itself in the meantime.
    if ((cause as NodeJS.ErrnoException).code !== "ESRCH") {
      throw cause;
    }
  }
}
