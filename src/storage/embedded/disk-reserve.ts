// A file of real bytes in the data folder, to be given back when the disk is full. What frees space writes first: an
// abort or a deletion is a commit, and where no commit fits, nothing could ever be freed.
//
// The file itself is the state: as long as it should be when the reserve is whole, empty when it was given back, absent
// when there is none yet. So all threads and processes over one folder agree without speaking to each other.
import { randomFillSync } from "node:crypto";
import { statSync, truncateSync } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { isNoSpace } from "./file-errors.ts";

const RESERVE_FILE = "reserve";
/** While it is written. */
const UNFINISHED_FILE = "reserve.new";
const OWNER_ONLY = 0o600;
/** Random, so that no file system that compresses or finds equal blocks makes nothing of it. */
const CHUNK_BYTES = 1024 * 1024;

/** @returns bytes that the reserve has taken from the disk */
export function reserveSize(folder: string): number {
  return (sizeOf(join(folder, RESERVE_FILE)) ?? 0) + (sizeOf(join(folder, UNFINISHED_FILE)) ?? 0);
}

export function isReserveWhole(folder: string, sizeBytes: number): boolean {
  return (sizeOf(join(folder, RESERVE_FILE)) ?? 0) >= sizeBytes;
}

/** Makes the reserve, of `sizeBytes`, or nothing if there is no space for it. */
export async function fillReserve(folder: string, sizeBytes: number): Promise<void> {
  const unfinished = join(folder, UNFINISHED_FILE);
  try {
    await writeReal(unfinished, sizeBytes);
    await rename(unfinished, join(folder, RESERVE_FILE));
  } catch (error) {
    await rm(unfinished, { force: true });
    if (!isNoSpace(error)) {
      throw error;
    }
  }
}

async function writeReal(file: string, sizeBytes: number): Promise<void> {
  const chunk = randomFillSync(Buffer.alloc(Math.min(CHUNK_BYTES, sizeBytes)));
  await using handle = await open(file, "w", OWNER_ONLY);
  for (let writtenBytes = 0; writtenBytes < sizeBytes; ) {
    const { bytesWritten } = await handle.write(chunk, 0, Math.min(chunk.length, sizeBytes - writtenBytes));
    writtenBytes += bytesWritten;
  }
  // Some file systems find out only now that there is no space.
  await handle.datasync();
}

/** There is to be none. */
export async function removeReserve(folder: string): Promise<void> {
  await rm(join(folder, RESERVE_FILE), { force: true });
  await rm(join(folder, UNFINISHED_FILE), { force: true });
}

/** Gives the reserve back to the disk, at once. @returns whether there was any */
export function releaseReserve(folder: string): boolean {
  const file = join(folder, RESERVE_FILE);
  const isHeld = (sizeOf(file) ?? 0) > 0;
  if (isHeld) {
    truncateSync(file);
  }
  return isHeld;
}

/** The reserve as the thread of the database sees it, which waits for nothing. */
export class FactsReserve {
  readonly #folder: string;
  #mayBeReleased = true;

  constructor(databaseFile: string) {
    this.#folder = dirname(databaseFile);
  }

  /** @returns whether there was any: then it is worth while to try again */
  release(): boolean {
    this.#mayBeReleased = true;
    return releaseReserve(this.#folder);
  }

  /** Whether it was given back and is not there again. Costs nothing while it was not. */
  get isReleased(): boolean {
    this.#mayBeReleased &&= sizeOf(join(this.#folder, RESERVE_FILE)) === 0;
    return this.#mayBeReleased;
  }
}

/** @returns undefined when there is no such file */
function sizeOf(file: string): number | undefined {
  return statSync(file, { throwIfNoEntry: false })?.size;
}
