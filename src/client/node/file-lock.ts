// A lock that a process holds by a file with its name in it. The file of a process that is dead is taken over, and of
// several that try at once one wins.
//
// A dead owner's file must not simply be removed: between the look at it and its removal another process may have put
// its own in its place. So a successor stands beside it, in a file named after the dead owner, which can be made only
// once: `x.lock` (dead owner 1), `x.lock.1` (dead owner 2), `x.lock.2` (the holder). The holder then puts itself at
// the beginning and removes what it has followed. Who comes late, with an old look at the beginning, may still make
// `x.lock.1` anew; so whoever follows somebody looks again from the beginning, and holds the lock only if that leads
// to itself.

import { link, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { ClientError } from "../client-error.ts";
import { builtInCrypto } from "./built-in-modules.ts";
import { errorCode, NEW_SUFFIX, writeNewFile } from "./durable-file.ts";
import type { ProcessIdentity, ProcessTable } from "./process-identity.ts";

const { randomUUID } = builtInCrypto();

export interface FileLock {
  /** Removes the file. Called again it does nothing. */
  release(): Promise<void>;
}

interface LockOwner extends ProcessIdentity {
  /** Used once. */
  readonly id: string;
  /** Nobody can read who it was: a power cut has emptied the file. */
  readonly isUnknown?: true;
}

/** Where the way from the beginning leads: to a holder, or to the name that the next one must make. */
type Walk =
  | { readonly holder: LockOwner; readonly isElsewhere: boolean }
  | { readonly freePath: string; readonly holder?: undefined };

/** As `randomUUID` makes them; part of a file's name. */
const OWNER_ID = /^[0-9a-f-]{36}$/;

/** What is told to whoever comes second. */
export interface LockedThing {
  readonly code: "target-locked" | "upload-locked";
  /** What its holder does, such as "k in bucket b is being sent". */
  readonly what: string;
}

/** More owners than this do not die one after another between the linking of a file and its renaming. */
const SUCCESSOR_COUNT_MAX = 100;

/** Each attempt but the last was lost to another process, which has meanwhile won or ended. */
const ATTEMPT_COUNT_MAX = 100;

/**
 * @param path  in a folder that is there; other files whose names begin with its name and a dot belong to it
 * @throws {ClientError} `thing.code` while a process holds it that runs, or of which nothing can be known
 */
export async function lockFile(path: string, thing: LockedThing, processes: ProcessTable): Promise<FileLock> {
  const owner: LockOwner = { ...(await processes.self()), id: randomUUID() };
  const newPath = `${path}.${owner.id}${NEW_SUFFIX}`;
  await writeNewFile(newPath, JSON.stringify(owner));
  try {
    for (let attempt = 1; attempt <= ATTEMPT_COUNT_MAX; attempt++) {
      const walk = await walkFrom(path, processes);
      if (walk.holder !== undefined) {
        throw lockedError(path, thing, walk.holder, walk.isElsewhere);
      }
      if (await tryToHold({ path, newPath, freePath: walk.freePath, owner, processes })) {
        return heldLock(path);
      }
    }
    throw new Error(`impossible: ${path} was lost to ${ATTEMPT_COUNT_MAX} processes that do not hold it`);
  } finally {
    await rm(newPath, { force: true });
  }
}

/** @returns the process that holds the lock, unless it is dead or there is none */
export async function lockHolder(
  path: string,
  processes: ProcessTable,
): Promise<ProcessIdentity | undefined> {
  return (await walkFrom(path, processes)).holder;
}

async function walkFrom(path: string, processes: ProcessTable): Promise<Walk> {
  let current = path;
  for (let successor = 0; successor <= SUCCESSOR_COUNT_MAX; successor++) {
    const owner = await ownerAt(current);
    if (owner === undefined) {
      return { freePath: current };
    }
    const state = owner.isUnknown ? "dead" : await processes.stateOf(owner);
    if (state !== "dead") {
      return { holder: owner, isElsewhere: state === "elsewhere" };
    }
    current = `${path}.${owner.id}`;
  }
  throw new ClientError(
    "journal-unwritable",
    `${path} was left by ${SUCCESSOR_COUNT_MAX} dead processes; remove it and the files whose names begin like it`,
  );
}

interface Attempt {
  readonly path: string;
  readonly newPath: string;
  readonly freePath: string;
  readonly owner: LockOwner;
  readonly processes: ProcessTable;
}

async function tryToHold({ path, newPath, freePath, owner, processes }: Attempt): Promise<boolean> {
  try {
    await link(newPath, freePath);
  } catch (error) {
    if (errorCode(error) === "EEXIST") {
      return false;
    }
    throw error;
  }
  if (freePath === path) {
    return true;
  }
  let isHolder = false;
  try {
    const { holder } = await walkFrom(path, processes);
    if (holder?.id === owner.id) {
      await rename(newPath, path);
      isHolder = true;
    }
  } finally {
    if (!isHolder) {
      await rm(freePath, { force: true });
    }
  }
  if (isHolder) {
    await removePredecessors(path);
  }
  return isHolder;
}

/** All that are named after a dead owner; the new ones of others that are trying stay. */
async function removePredecessors(path: string): Promise<void> {
  const folder = dirname(path);
  const names = await readdir(folder);
  const isPredecessor = (name: string) => name.startsWith(`${basename(path)}.`) && !name.endsWith(NEW_SUFFIX);
  await Promise.all(names.filter(isPredecessor).map((name) => rm(join(folder, name), { force: true })));
}

function heldLock(path: string): FileLock {
  let isHeld = true;
  return {
    async release() {
      if (isHeld) {
        isHeld = false;
        await rm(path, { force: true });
      }
    },
  };
}

/** Undefined if there is no file. */
async function ownerAt(path: string): Promise<LockOwner | undefined> {
  try {
    const owner = ownerIn(await readFile(path, "utf8"));
    const { ino } = await stat(path, { bigint: true });
    return owner ?? { pid: 0, place: "", id: `unknown-${ino}`, isUnknown: true };
  } catch (error) {
    if (errorCode(error) === "ENOENT") {
      return undefined;
    }
    throw error;
  }
}

function ownerIn(text: string): LockOwner | undefined {
  try {
    const { pid = 0, start, place = "", id = "" } = JSON.parse(text) as Partial<LockOwner>;
    return Number.isSafeInteger(pid) && pid > 0 && OWNER_ID.test(id) ? { pid, start, place, id } : undefined;
  } catch {
    return undefined;
  }
}

function lockedError(
  path: string,
  { code, what }: LockedThing,
  { pid, place }: LockOwner,
  isElsewhere: boolean,
): ClientError {
  return new ClientError(
    code,
    isElsewhere
      ? `${what} by process ${pid} of another machine or container (${place}); ` +
          `wait until it ends, or, if it is gone, remove ${path}`
      : `${what} by process ${pid}${pid === process.pid ? " (this one)" : ""}; ` +
          "wait until it ends, or end it, and try again",
  );
}
