// The neutral service as a process of its own: sink.c when this machine has a C compiler, else the same in Node, which
// is slower and so flatters nobody but the slow.

import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";

const sourcePath = join(import.meta.dirname, "sink.c");
const fallbackPath = join(import.meta.dirname, "node-sink.ts");

export interface Sink extends AsyncDisposable {
  readonly endpoint: string;
  readonly kind: "C" | "Node";
}

/** @param buildFolder  where the program may be built */
export async function startSink(buildFolder: string): Promise<Sink> {
  const programPath = join(buildFolder, "sink");
  const isBuilt = spawnSync("cc", ["-O2", "-o", programPath, sourcePath]).status === 0;
  const child = isBuilt
    ? spawn(programPath, { stdio: ["ignore", "pipe", "inherit"] })
    : spawn(process.execPath, [fallbackPath], { stdio: ["ignore", "pipe", "inherit"] });
  const port = await firstLine(child);
  return {
    endpoint: `http://127.0.0.1:${port}`,
    kind: isBuilt ? "C" : "Node",
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
