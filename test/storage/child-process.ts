// Another process, spoken to by lines.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

export interface Child extends AsyncDisposable {
  /** Resolves with its next lines of output. */
  readLines(lineCount: number): Promise<readonly string[]>;
  /** kill -9. Resolves with the lines that were not read yet, once the process is gone. */
  kill(): Promise<readonly string[]>;
}

/** Runs a TypeScript file with the Node of this process. */
export function startChild(script: URL, ...programArguments: string[]): Child {
  const child = spawn(process.execPath, [script.pathname, ...programArguments], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const kill = async (): Promise<readonly string[]> => {
    await killAndWait(child);
    const rest: string[] = [];
    for await (const line of { [Symbol.asyncIterator]: () => lines }) {
      rest.push(line);
    }
    return rest;
  };
  return {
    readLines: async (lineCount) => {
      const read: string[] = [];
      while (read.length < lineCount) {
        const { value, done } = await lines.next();
        if (done) {
          throw new Error(`the child ended after ${read.length} lines`);
        }
        read.push(value);
      }
      return read;
    },
    kill,
    [Symbol.asyncDispose]: async () => {
      await killAndWait(child);
    },
  };
}

async function killAndWait(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    child.kill("SIGKILL");
    await once(child, "exit");
  }
}
