// How much memory a process has in RAM, and whether it grows.
import { readFile } from "node:fs/promises";

/** VmRSS of the process; undefined where there is no /proc. */
export async function residentBytes(processId: number): Promise<number | undefined> {
  const status = await readFile(`/proc/${processId}/status`, "utf8").catch(() => "");
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  return kibibytes === undefined ? undefined : Number(kibibytes) * 1024;
}

/** At the end of a tenth; what one collection of garbage gives back must not decide. */
const SAMPLES_EACH = 5;

/** What the last tenth of the samples ends with over what the first ends with; undefined for fewer than 50. */
export function growth(samples: readonly number[]): number | undefined {
  const tenth = Math.floor(samples.length / 10);
  if (tenth < SAMPLES_EACH) {
    return undefined;
  }
  return median(samples.slice(-SAMPLES_EACH)) / median(samples.slice(tenth - SAMPLES_EACH, tenth));
}

function median(samples: readonly number[]): number {
  const sorted = samples.toSorted((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
