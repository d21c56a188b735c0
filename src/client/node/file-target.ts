// A file as the target of a download: beside its place until it is whole, checked and durable, then moved there, so that
// a broken download never stands where a whole file is expected. What has arrived is noted in a second file. A third keeps
// others away: two downloads would write into the same bytes, and each take the other's for checked.

import { type FileHandle, open, rename, rm, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { ClientError } from "../client-error.ts";
import type { ArrivedRange, DownloadTarget, ObjectIdentity } from "../download/download-target.ts";
import { builtInCrypto } from "./built-in-modules.ts";
import { formatNotesHead, formatRangeNote, parseNotes } from "./download-notes.ts";
import { errorCode } from "./durable-file.ts";
import { type FileLock, lockFile } from "./file-lock.ts";
import { systemProcesses } from "./process-identity.ts";

const { createHash } = builtInCrypto();

const NAME_LENGTH = 16;

/** What file systems without hard links answer, such as those of memory cards; EISDIR in Windows. No lock is to be had there. */
const WITHOUT_LINKS: ReadonlySet<string | undefined> = new Set([
  "EISDIR",
  "ENOSYS",
  "ENOTSUP",
  "EOPNOTSUPP",
  "EPERM",
]);

const OWN_FILE = /^\.partwise-[0-9a-f]{16}\.(?:lock|notes|part)(?:\.|$)/;

/** Whether a file of this name, without its folder, belongs to a download that has not ended, or has ended early. */
export function isOfDownload(name: string): boolean {
  return OWN_FILE.test(name);
}

/** @param path  of the file that will be there; its folder has to exist */
export function fileTarget(path: string): DownloadTarget {
  return new FileTarget(resolve(path));
}

class FileTarget implements DownloadTarget {
  readonly label: string;
  readonly #partialPath: string;
  readonly #notesPath: string;
  readonly #lockPath: string;
  #lock: FileLock | undefined;
  /** Who may read and write the file that is replaced; undefined if there is none. */
  #mode: number | undefined;
  #partial: FileHandle | undefined;
  #notes: FileHandle | undefined;

  constructor(path: string) {
    this.label = path;
    // A name of its own: with something appended to the file's, it could be too long. The same again in a later run.
    const name = createHash("sha256").update(path).digest("hex").slice(0, NAME_LENGTH);
    this.#partialPath = join(dirname(path), `.partwise-${name}.part`);
    this.#notesPath = join(dirname(path), `.partwise-${name}.notes`);
    this.#lockPath = join(dirname(path), `.partwise-${name}.lock`);
  }

  async begin(identity: ObjectIdentity, rangeSizeBytes: number): Promise<readonly ArrivedRange[]> {
    const head = formatNotesHead(identity, rangeSizeBytes);
    try {
      this.#lock = await this.#lockOut();
      this.#mode = await modeOfFile(this.label);
      const earlier = parseNotes(await this.#readNotes(), head);
      this.#partial = earlier && (await openExisting(this.#partialPath));
      if (earlier === undefined || this.#partial === undefined) {
        this.#partial = await open(this.#partialPath, "w+", (this.#mode ?? 0o666) | OWNER_WRITES);
        this.#notes = await open(this.#notesPath, "w");
        await this.#notes.write(head);
        return [];
      }
      this.#notes = await open(this.#notesPath, "a");
      // The last line may be torn: a new one must not be glued to it.
      await this.#notes.write("\n");
      return earlier;
    } catch (cause) {
      throw this.#unwritable(cause);
    }
  }

  async write(position: number, bytes: Uint8Array): Promise<void> {
    try {
      for (let written = 0; written < bytes.byteLength; ) {
        const { bytesWritten } = await opened(this.#partial).write(
          bytes,
          written,
          undefined,
          position + written,
        );
        written += bytesWritten;
      }
    } catch (cause) {
      throw this.#unwritable(cause);
    }
  }

  async read(position: number, target: Uint8Array): Promise<number> {
    return (await opened(this.#partial).read(target, 0, target.byteLength, position)).bytesRead;
  }

  async noteArrived(range: ArrivedRange): Promise<void> {
    try {
      await opened(this.#notes).write(formatRangeNote(range));
    } catch (cause) {
      throw this.#unwritable(cause);
    }
  }

  async finish(): Promise<void> {
    try {
      if (this.#mode !== undefined) {
        await opened(this.#partial).chmod(this.#mode);
      }
      await opened(this.#partial).sync();
      await this.#closeFiles();
      await rename(this.#partialPath, this.label);
      await rm(this.#notesPath, { force: true });
      await syncFolder(dirname(this.label));
    } catch (cause) {
      throw this.#unwritable(cause);
    }
  }

  async distrust(): Promise<void> {
    await rm(this.#notesPath, { force: true });
  }

  async close(): Promise<void> {
    await this.#closeFiles();
    await this.#lock?.release();
  }

  async #closeFiles(): Promise<void> {
    const files = [this.#partial, this.#notes];
    this.#partial = undefined;
    this.#notes = undefined;
    await Promise.all(files.map((file) => file?.close()));
  }

  /** @throws {ClientError} target-locked */
  async #lockOut(): Promise<FileLock | undefined> {
    const thing = { code: "target-locked", what: `${this.label} is being written` } as const;
    try {
      return await lockFile(this.#lockPath, thing, systemProcesses);
    } catch (error) {
      if (WITHOUT_LINKS.has(errorCode(error))) {
        return undefined;
      }
      throw error;
    }
  }

  async #readNotes(): Promise<string> {
    const notes = await openExisting(this.#notesPath);
    try {
      return (await notes?.readFile("utf8")) ?? "";
    } finally {
      await notes?.close();
    }
  }

  #unwritable(cause: unknown): ClientError {
    if (cause instanceof ClientError) {
      return cause;
    }
    const reason = cause instanceof Error ? cause.message : String(cause);
    return new ClientError("target-unwritable", `cannot write ${this.label}: ${reason}`, { cause });
  }
}

const PERMISSIONS = 0o777;
/** A later run has to write on in it, even if nobody may write into the file itself. */
const OWNER_WRITES = 0o600;

/** @throws an error for what no file can take the place of: better now than when all has come */
async function modeOfFile(path: string): Promise<number | undefined> {
  try {
    const status = await stat(path);
    if (status.isDirectory()) {
      throw new Error("there is a folder of that name");
    }
    return status.mode & PERMISSIONS;
  } catch (error) {
    if (errorCode(error) === "ENOENT") {
      return undefined;
    }
    throw error;
  }
}

/** For reading and writing, or undefined when there is none. */
async function openExisting(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, "r+");
  } catch (error) {
    if (errorCode(error) === "ENOENT") {
      return undefined;
    }
    throw error;
  }
}

function opened(file: FileHandle | undefined): FileHandle {
  if (file === undefined) {
    throw new Error("impossible: the target is not open");
  }
  return file;
}

/** The file's name is as durable as its bytes. Windows cannot open folders. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === "win32") {
    return;
  }
  const folder = await open(path);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
