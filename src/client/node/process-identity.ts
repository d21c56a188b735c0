// Telling whether the process that wrote something is still there. Its number alone does not: numbers are given again.
import { readFile, readlink } from "node:fs/promises";
import { hostname } from "node:os";
import { builtInChildProcess } from "./built-in-modules.ts";

export interface ProcessIdentity {
  readonly pid: number;
  /** When it began, in the system's own words; undefined where that cannot be had. */
  readonly start?: string | undefined;
  /** The machine, or the container, in which the number means something. */
  readonly place: string;
}

/** The processes that a lock's owner may be among. */
export interface ProcessTable {
  /** This process. */
  self(): Promise<ProcessIdentity>;
  /** `elsewhere`: of another machine or container, so that nothing can be known. */
  stateOf(owner: ProcessIdentity): Promise<"dead" | "elsewhere" | "running">;
}

export const systemProcesses: ProcessTable = {
  async self() {
    const { pid } = process;
    const [start, place] = await Promise.all([startOf(pid), currentPlace()]);
    return { pid, start, place };
  },

  async stateOf({ pid, start, place }) {
    if (place !== (await currentPlace())) {
      return "elsewhere";
    }
    if (!isRunning(pid)) {
      return "dead";
    }
    const currentStart = await startOf(pid);
    const isKnown = start !== undefined && currentStart !== undefined;
    return isKnown && start !== currentStart ? "dead" : "running";
  },
};

/** Longer than any system needs to look up one process. */
const LOOK_UP_MAX_MS = 2_000;

/** The name of the machine and, in Linux, of the namespace that numbers its processes. */
async function currentPlace(): Promise<string> {
  const namespace = await readlink("/proc/self/ns/pid").catch(() => "");
  return `${hostname()} ${namespace}`.trim();
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is there, and another user's.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/** Undefined where it cannot be had, as in Windows; then the number alone decides. */
async function startOf(pid: number): Promise<string | undefined> {
  try {
    return process.platform === "linux" ? await linuxStartOf(pid) : await listedStartOf(pid);
  } catch {
    return undefined;
  }
}

/**
 * Clock ticks since the system started, and which start of the system that was.
 *
 * A process that has ended and waits for its parent to notice is there no more: its start is none.
 *
 * Source: proc(5), /proc/pid/stat.
 */
async function linuxStartOf(pid: number): Promise<string> {
  const [stat, boot] = await Promise.all([
    readFile(`/proc/${pid}/stat`, "utf8"),
    readFile("/proc/sys/kernel/random/boot_id", "utf8"),
  ]);
  // The second field is the program's name in parentheses, which may hold spaces and parentheses itself.
  const [state = "", ...fields] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const startTicks = fields[FIELDS_FROM_STATE_TO_START];
  return "ZX".includes(state) ? "ended" : `${boot.trim()} ${startTicks}`;
}

/** The state is field 3 and the start field 22; between them are those from 4. */
const FIELDS_FROM_STATE_TO_START: number = 22 - 4;

function listedStartOf(pid: number): Promise<string | undefined> {
  const options = { timeout: LOOK_UP_MAX_MS, env: { ...process.env, LC_ALL: "C", TZ: "UTC" } };
  return new Promise((resolve, reject) => {
    const words = ["-o", "lstart=", "-p", String(pid)];
    builtInChildProcess().execFile("ps", words, options, (error, stdout) => {
      if (error) {
        reject(error);
      } else {
        resolve(stdout.trim() || undefined);
      }
    });
  });
}
