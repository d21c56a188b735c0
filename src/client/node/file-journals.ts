// Journals in a folder, one file a target. Beside the file of a target are its lock while somebody has it, and what was
// set aside because this version cannot read it.

import { readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { ClientError } from "../client-error.ts";
import type {
  JournaledUpload,
  JournalTarget,
  UploadJournal,
  UploadJournals,
} from "../upload/upload-journal.ts";
import { builtInCrypto } from "./built-in-modules.ts";
import { errorCode, makeFolder, NEW_SUFFIX } from "./durable-file.ts";
import { FileJournal } from "./file-journal.ts";
import { type LockedThing, lockFile, lockHolder } from "./file-lock.ts";
import { readJournal } from "./journal-format.ts";
import { unwritableError } from "./journal-unwritable.ts";
import { type ProcessTable, systemProcesses } from "./process-identity.ts";

const { createHash } = builtInCrypto();

export interface FileJournalsOptions {
  /** Created, for its owner alone, when the first journal is opened. */
  readonly folder: string;
  /** Default: the system's. */
  readonly processes?: ProcessTable;
}

/** An upload that an earlier run left, or that another process is busy with. */
export interface KeptUpload extends JournaledUpload {
  /** Of the journal. */
  readonly path: string;
  /** When something was noted last, in milliseconds since 1970. */
  readonly notedAtMs: number;
  /** The process that is sending it now; undefined if none is. */
  readonly pid: number | undefined;
}

const JOURNAL_SUFFIX = ".journal";
const LOCK_SUFFIX = ".lock";
const SET_ASIDE_SUFFIX = ".set-aside";

/** 10,000 parts, each sent again some ten times. Larger ones are not ours. */
const JOURNAL_SIZE_MAX_BYTES: number = 16 * 1024 * 1024;

export class FileJournals implements UploadJournals {
  readonly folder: string;
  readonly #processes: ProcessTable;

  constructor({ folder, processes = systemProcesses }: FileJournalsOptions) {
    this.folder = folder;
    this.#processes = processes;
  }

  async open(target: JournalTarget): Promise<UploadJournal> {
    const base = join(this.folder, nameOf(target));
    const path = base + JOURNAL_SUFFIX;
    try {
      await makeFolder(this.folder);
      const lock = await lockFile(base + LOCK_SUFFIX, sendingTo(target), this.#processes);
      try {
        const earlier = await readFrom(path);
        const isOurs = earlier !== undefined && nameOf(earlier.header.target) === nameOf(target);
        if (!isOurs) {
          await setAside(path, base + SET_ASIDE_SUFFIX);
        }
        return new FileJournal({ path, lock, earlier: isOurs ? earlier : undefined });
      } catch (error) {
        await lock.release();
        throw error;
      }
    } catch (error) {
      throw unwritableError(path, error);
    }
  }

  /** All uploads that have a journal, the one noted last first. What cannot be read is passed over. */
  async list(): Promise<readonly KeptUpload[]> {
    const bases = (await this.#names())
      .filter((name) => name.endsWith(JOURNAL_SUFFIX))
      .map((name) => join(this.folder, name.slice(0, -JOURNAL_SUFFIX.length)));
    const uploads: KeptUpload[] = [];
    for (const base of bases) {
      const path = base + JOURNAL_SUFFIX;
      const upload = await readFrom(path);
      const notedAtMs = await modifiedAtMs(path);
      if (upload !== undefined && notedAtMs !== undefined) {
        const pid = (await lockHolder(base + LOCK_SUFFIX, this.#processes))?.pid;
        uploads.push({ ...upload, path, notedAtMs, pid });
      }
    }
    return uploads.sort((left, right) => right.notedAtMs - left.notedAtMs);
  }

  /**
   * Forgets the uploads in whose journals nothing was noted since `timeMs`, unless somebody is sending them, and
   * clears away what was set aside or left by killed processes before that. What the service keeps of them stays there.
   *
   * @param timeMs   milliseconds since 1970
   * @param isMeant  which uploads; default: all
   * @returns the journals that were removed
   */
  async removeOlderThan(
    timeMs: number,
    isMeant: (target: JournalTarget) => boolean = () => true,
  ): Promise<readonly KeptUpload[]> {
    const removed: KeptUpload[] = [];
    for (const upload of await this.list()) {
      const isOld = upload.notedAtMs < timeMs && isMeant(upload.header.target);
      if (isOld && (await this.remove(upload))) {
        removed.push(upload);
      }
    }
    for (const name of await this.#names()) {
      const path = join(this.folder, name);
      const isLeftOver = name.endsWith(SET_ASIDE_SUFFIX) || name.endsWith(NEW_SUFFIX);
      if (isLeftOver && ((await modifiedAtMs(path)) ?? timeMs) < timeMs) {
        await rm(path, { force: true });
      }
    }
    return removed;
  }

  /** Forgets one upload, unless somebody is sending it or has gone on with it since. @returns whether it did */
  async remove({ header, notedAtMs, path }: KeptUpload): Promise<boolean> {
    let journal: UploadJournal;
    try {
      journal = await this.open(header.target);
    } catch (error) {
      if (isLocked(error)) {
        return false;
      }
      throw error;
    }
    // Somebody may have gone on with it since it was listed.
    const isUntouched = (await modifiedAtMs(path)) === notedAtMs;
    await (isUntouched ? journal.remove() : journal.close());
    return isUntouched;
  }

  async #names(): Promise<readonly string[]> {
    try {
      return await readdir(this.folder);
    } catch (error) {
      if (errorCode(error) === "ENOENT") {
        return [];
      }
      throw error;
    }
  }
}

/** Whatever is in a target, so that no two have the same. */
function nameOf({ endpoint, bucket, key }: JournalTarget): string {
  const text = JSON.stringify([endpoint, bucket, key]);
  return createHash("sha256").update(text).digest("hex").slice(0, 40);
}

function sendingTo({ endpoint, bucket, key }: JournalTarget): LockedThing {
  return { code: "upload-locked", what: `${key} in bucket ${bucket} of ${endpoint} is being sent` };
}

async function readFrom(path: string): Promise<JournaledUpload | undefined> {
  try {
    const { size } = await stat(path);
    return size <= JOURNAL_SIZE_MAX_BYTES ? readJournal(await readFile(path)) : undefined;
  } catch (error) {
    if (errorCode(error) === "ENOENT") {
      return undefined;
    }
    throw error;
  }
}

/** A later version may have written it, or a disk broken it: somebody may still want to see it. */
async function setAside(path: string, asidePath: string): Promise<void> {
  try {
    await rename(path, asidePath);
  } catch (error) {
    if (errorCode(error) !== "ENOENT") {
      throw error;
    }
  }
}

async function modifiedAtMs(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).mtimeMs;
  } catch (error) {
    if (errorCode(error) === "ENOENT") {
      return undefined;
    }
    throw error;
  }
}

function isLocked(error: unknown): boolean {
  return error instanceof ClientError && error.code === "upload-locked";
}
