// The memory of a server with all its processes, by Linux's /proc.
import { readFile } from "node:fs/promises";

const SAMPLE_INTERVAL_MS = 250;
const KIB = 1024;

export interface MemoryWatch {
  /** Ends the watch. @returns the most that all processes together had at one moment */
  stop(): Promise<number>;
}

export function watchMemory(pid: number): MemoryWatch {
  let isWatching = true;
  let peakBytes = 0;
  const watching = (async () => {
    while (isWatching) {
      peakBytes = Math.max(peakBytes, await residentBytes(pid));
      await new Promise((resolve) => setTimeout(resolve, SAMPLE_INTERVAL_MS));
    }
  })();
  return {
    async stop() {
      isWatching = false;
      await watching;
      return peakBytes;
    },
  };
}

/** What a process and its children have in memory; pages that they share are counted once for each. */
export async function residentBytes(pid: number): Promise<number> {
  const children = (await read(`/proc/${pid}/task/${pid}/children`)).trim().split(" ").filter(Boolean);
  const own = Number(/^VmRSS:\s+(\d+) kB$/m.exec(await read(`/proc/${pid}/status`))?.[1] ?? 0) * KIB;
  const others = await Promise.all(children.map((child) => residentBytes(Number(child))));
  return others.reduce((sum, bytes) => sum + bytes, own);
}

/** "" of a process that has ended meanwhile. */
function read(path: string): Promise<string> {
  return readFile(path, "utf8").catch(() => "");
}
