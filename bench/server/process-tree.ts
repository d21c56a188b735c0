// What a server with all its processes has used so far, by Linux's /proc.
import { readdirSync, readFileSync } from "node:fs";

/** Clock ticks of /proc in a second, on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

interface ProcessTimes {
  readonly parent: number;
  readonly ticks: number;
}

export interface TreeUse {
  /** User and system, of all threads. */
  readonly cpuSeconds: number;
  /** What the processes handed to `write` and its like, sockets included. */
  readonly writtenBytes: number;
}

/** Of the process `root` and all its descendants that live. */
export function useOfTree(root: number): TreeUse {
  let ticks = 0;
  let writtenBytes = 0;
  for (const pid of treeOf(root, readTimes())) {
    ticks += readOne(pid)?.ticks ?? 0;
    writtenBytes += Number(/^wchar: (\d+)$/m.exec(readText(`/proc/${pid}/io`))?.[1] ?? 0);
  }
  return { cpuSeconds: ticks / TICKS_PER_SECOND, writtenBytes };
}

function treeOf(root: number, times: ReadonlyMap<number, ProcessTimes>): ReadonlySet<number> {
  const tree = new Set([root]);
  for (let sizeBefore = 0; sizeBefore < tree.size; ) {
    sizeBefore = tree.size;
    for (const [pid, { parent }] of times) {
      if (tree.has(parent)) {
        tree.add(pid);
      }
    }
  }
  return tree;
}

function readTimes(): ReadonlyMap<number, ProcessTimes> {
  const times = new Map<number, ProcessTimes>();
  for (const name of readdirSync("/proc")) {
    const read = /^\d+$/.test(name) ? readOne(Number(name)) : undefined;
    if (read !== undefined) {
      times.set(Number(name), read);
    }
  }
  return times;
}

/** @see proc_pid_stat(5): behind the name, which may have blanks, field 2 is the parent, 12 and 13 are the times */
function readOne(pid: number): ProcessTimes | undefined {
  const fields = readText(`/proc/${pid}/stat`).split(") ").at(-1)?.split(" ") ?? [];
  const [, parent, user, system] = [0, 1, 11, 12].map((index) => Number(fields[index]));
  if (parent === undefined || user === undefined || system === undefined || Number.isNaN(system)) {
    return undefined;
  }
  return { parent, ticks: user + system };
}

/** "" of a process that has ended meanwhile. */
function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
