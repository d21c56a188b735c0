// How much memory a process has in RAM.
import { readFile } from "node:fs/promises";

/** VmRSS of the process; undefined where there is no /proc. */
export async function residentBytes(processId: number): Promise<number | undefined> {
  const status = await readFile(`/proc/${processId}/status`, "utf8").catch(() => "");
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  return kibibytes === undefined ? undefined : Number(kibibytes) * 1024;
}
