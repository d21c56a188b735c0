// What one program costs from its start to its end: wall time, CPU time, peak memory.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { buildProgram } from "./c-program.ts";

export interface Cost {
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
  /** Of its resident set, in MiB. */
  readonly peakMemoryMb: number;
}

/** @throws {Error} if the program fails */
export type Measure = (command: string, args: readonly string[]) => Promise<Cost>;

/**
 * Node tells nothing of a child's times, so a program in C does (measure.c).
 *
 * @param buildFolder  where it may be built
 */
export function createMeasure(buildFolder: string): Measure {
  const program = buildProgram("measure", buildFolder);
  return async (command, args) => {
    const child = spawn(program, [command, ...args], {
      stdio: ["ignore", "ignore", "pipe"],
      env: { ...process.env, LC_ALL: "C" },
    });
    const [errors, [status]] = await Promise.all([text(child.stderr), once(child, "close")]);
    if (status !== 0) {
      throw new Error(`${command} ${args.join(" ")} ended with ${status}: ${errors}`);
    }
    const figures = errors.trimEnd().split("\n").at(-1)?.split(" ") ?? [];
    const [wall = Number.NaN, user = Number.NaN, system = Number.NaN, peak = Number.NaN] =
      figures.map(Number);
    return { wallSeconds: wall, cpuSeconds: user + system, peakMemoryMb: peak };
  };
}
