// How much memory a process has in RAM, and whether it grows.
import { readFile } from "node:fs/promises";

/** VmRSS of the process; undefined where there is no /proc. */
export async function residentBytes(processId: number): Promise<number | undefined> {
  const status = await readFile(`/proc/${processId}/status`, "utf8").catch(() => "");
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  return kibibytes === undefined ? undefined : Number(kibibytes) * 1024;
}

/** The median of the last tenth of the samples over the median of the first tenth; undefined for fewer than ten. */
export function growth(samples: readonly number[]): number | undefined {
  const tenth = Math.floor(samples.length / 10);
  return tenth === 0 ? undefined : median(samples.slice(-tenth)) / median(samples.slice(0, tenth));
}

function median(samples: readonly number[]): number {
  const sorted = samples.toSorted((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
