// What one program costs from its start to its end: wall time, CPU time, peak memory.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";

export interface Cost {
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
  readonly peakMemoryMb: number | undefined;
}

/**
 * Bash's `time` reads the clock and the times of its child in milliseconds; Node tells nothing of a child's. Memory is
 * what the program prints at its end, if it does (clients/report-peak-memory.mjs).
 *
 * @throws {Error} if the program fails
 */
export async function measure(command: string, args: readonly string[]): Promise<Cost> {
  const child = spawn("bash", ["-c", `TIMEFORMAT='%R %U %S'; time "$@"`, "bash", command, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, LC_ALL: "C" },
  });
  const [output, errors, [status]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "close"),
  ]);
  if (status !== 0) {
    throw new Error(`${command} ${args.join(" ")} ended with ${status}: ${errors}`);
  }
  const [wall = Number.NaN, user = Number.NaN, system = Number.NaN] = (
    errors.trimEnd().split("\n").at(-1) ?? ""
  )
    .split(" ")
    .map(Number);
  const peak = /peak-memory-mb (\d+(?:\.\d+)?)/.exec(output)?.[1];
  return {
    wallSeconds: wall,
    cpuSeconds: user + system,
    peakMemoryMb: peak === undefined ? undefined : Number(peak),
  };
}
