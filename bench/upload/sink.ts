// The neutral service as a process of its own, which ends with the bench.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { buildProgram } from "./c-program.ts";

export interface Sink extends AsyncDisposable {
  readonly endpoint: string;
}

/** @param buildFolder  where the program may be built */
export async function startSink(buildFolder: string): Promise<Sink> {
  const child = spawn(buildProgram("sink", buildFolder), { stdio: ["ignore", "pipe", "inherit"] });
  const port = await firstLine(child);
  return {
    endpoint: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      child.kill();
      await once(child, "close");
    },
  };
}

async function firstLine({ stdout }: ChildProcess): Promise<string> {
  if (stdout === null) {
    throw new Error("impossible: the sink was started with a pipe");
  }
  for await (const line of createInterface(stdout)) {
    return line;
  }
  throw new Error("the sink ended before it listened");
}
