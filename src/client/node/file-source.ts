// Files as sources: read by position, so that any part can be read at any time, and watched for changes.
import { type BigIntStats, constants, read, stat, statSync } from "node:fs";
import { type FileHandle, open, statfs } from "node:fs/promises";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { ClientError } from "../client-error.ts";
import type { ByteSource, ImmediateReads } from "../upload/byte-source.ts";
import type { SourceIdentity } from "../upload/source-identity.ts";
import { ImmediateFileReads } from "./immediate-file-reads.ts";

/** A named pipe would keep `open` waiting for its writer, past any abort. It is refused below; Windows has none. */
const WITHOUT_WAITING = constants.O_NONBLOCK ?? 0;

/**
 * Opens a file. The source is a file's content as it is now: the file at the path must stay the same one, with the same
 * size and time of modification, until the upload ends.
 *
 * @throws {TypeError} if it is no regular file
 * @throws {ClientError} source-unreadable
 */
export async function openFileSource(path: URL | string): Promise<ByteSource> {
  const label = path instanceof URL ? fileURLToPath(path) : path;
  const handle = await open(label, constants.O_RDONLY | WITHOUT_WAITING).catch((cause) => {
    throw unreadable(label, cause);
  });
  try {
    const [identity, isLocal] = await Promise.all([identityOf(handle, label), isOnLocalDisk(label)]);
    const name = resolve(label);
    const reader = new OwnFileReader(handle, label);
    const immediate = isLocal ? new ImmediateFileReads({ fd: handle.fd }) : undefined;
    return fileSource({
      label,
      name,
      identity,
      current: () => (isLocal ? statNow(label) : statOf(label)),
      read: (position, target) => reader.read(position, target),
      immediate,
      close: () => {
        immediate?.close();
        return reader.close();
      },
    });
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** A source from an open file, which stays open. Its position is neither used nor moved. */
export async function fileHandleSource(handle: FileHandle): Promise<ByteSource> {
  const label = `file descriptor ${handle.fd}`;
  return fileSource({
    label,
    // A descriptor has no name; what it is of is known by its inode.
    name: "",
    identity: await identityOf(handle, label),
    current: () => handle.stat({ bigint: true }),
    async read(position, target) {
      try {
        return (await handle.read(target, 0, target.byteLength, position)).bytesRead;
      } catch (cause) {
        throw unreadable(label, cause);
      }
    },
    close: async () => {},
  });
}

/**
 * Reads with one promise; FileHandle's own reading makes five, for each 256 KiB. What it does besides, to close only
 * after the last read, is done here: the system would give the descriptor's number to another file.
 */
class OwnFileReader {
  readonly #handle: FileHandle;
  readonly #label: string;
  #readCount = 0;
  #isClosed = false;
  #onIdle: () => void = () => {};

  constructor(handle: FileHandle, label: string) {
    this.#handle = handle;
    this.#label = label;
  }

  read(position: number, target: Uint8Array): Promise<number> {
    if (this.#isClosed) {
      return Promise.reject(unreadable(this.#label, new Error("it is closed")));
    }
    return new Promise((resolve, reject) => {
      this.#readCount += 1;
      read(this.#handle.fd, target, 0, target.byteLength, position, (error, byteCount) => {
        this.#readCount -= 1;
        if (this.#readCount === 0) {
          this.#onIdle();
        }
        if (error) {
          reject(unreadable(this.#label, error));
        } else {
          resolve(byteCount);
        }
      });
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    if (this.#readCount > 0) {
      await new Promise<void>((resolve) => {
        this.#onIdle = resolve;
      });
    }
    await this.#handle.close();
  }
}

interface FileSourceParts {
  readonly label: string;
  readonly name: string;
  readonly identity: BigIntStats;
  /** @throws {ClientError} source-unreadable */
  readonly read: ByteSource["read"];
  readonly immediate?: ImmediateReads | undefined;
  /** What is at the path now, or undefined when there is nothing any more. */
  readonly current: () => Promise<BigIntStats | undefined>;
  readonly close: () => Promise<void>;
}

function fileSource({ label, name, identity, current, read, immediate, close }: FileSourceParts): ByteSource {
  return {
    label,
    sizeBytes: Number(identity.size),
    identity: sourceIdentity(name, identity),
    read,
    ...(immediate ? { immediate } : {}),
    async assertUnchanged() {
      // What the path names is either another file or the one that is open: one look tells of both.
      const now = await current().catch((cause) => {
        throw unreadable(label, cause);
      });
      assertSame(label, identity, now);
    },
    close,
  };
}

/**
 * Linux's file systems on disks of this machine, by their numbers in statfs(2), and those in memory. A file system behind
 * a network or another process can leave a read without an answer for as long as it likes.
 */
const LOCAL_FILE_SYSTEMS: ReadonlySet<number> = new Set([
  0xef53, // ext2, ext3, ext4
  0x58465342, // XFS
  0x9123683e, // Btrfs
  0xf2f52010, // F2FS
  0x01021994, // tmpfs
  0x794c7630, // overlayfs, as in containers
]);

/** Elsewhere than on Linux the numbers mean something else, or nothing. */
async function isOnLocalDisk(path: string): Promise<boolean> {
  if (process.platform !== "linux") {
    return false;
  }
  try {
    return LOCAL_FILE_SYSTEMS.has((await statfs(path)).type);
  } catch {
    return false;
  }
}

async function identityOf(handle: FileHandle, label: string): Promise<BigIntStats> {
  const stats = await handle.stat({ bigint: true }).catch((cause) => {
    throw unreadable(label, cause);
  });
  if (!stats.isFile()) {
    throw new TypeError(
      `${label} is not a regular file; only files with a size of their own can be uploaded`,
    );
  }
  return stats;
}

function sourceIdentity(name: string, { size, mtimeNs, ino, dev }: BigIntStats): SourceIdentity {
  return {
    name,
    sizeBytes: Number(size),
    modifiedNs: mtimeNs.toString(),
    inode: ino.toString(),
    device: dev.toString(),
  };
}

function unreadable(label: string, cause: unknown): ClientError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new ClientError(
    "source-unreadable",
    `cannot read ${label}: ${reason}; check the path, and that this user may read it`,
    { cause },
  );
}

function statOf(path: string): Promise<BigIntStats | undefined> {
  return new Promise((resolve, reject) => {
    stat(path, { bigint: true }, (error, stats) => {
      if (error !== null && error.code !== "ENOENT") {
        reject(error);
      } else {
        resolve(error === null ? stats : undefined);
      }
    });
  });
}

/** What is known of an open file on a disk of this machine is in memory, and the pool would take ten times as long. */
async function statNow(path: string): Promise<BigIntStats | undefined> {
  return statSync(path, { bigint: true, throwIfNoEntry: false });
}

function assertSame(label: string, before: BigIntStats, now: BigIntStats | undefined): void {
  const change = changeOf(before, now);
  if (change !== undefined) {
    throw new ClientError(
      "source-changed",
      `${label} changed while it was uploaded: ${change}; upload it again when nothing writes to it`,
    );
  }
}

function changeOf(before: BigIntStats, now: BigIntStats | undefined): string | undefined {
  if (now === undefined) {
    return "it is not there any more";
  }
  if (now.size !== before.size) {
    return `it had ${before.size} bytes and now has ${now.size}`;
  }
  if (now.ino !== before.ino || now.dev !== before.dev) {
    return "another file has taken its place";
  }
  return now.mtimeNs === before.mtimeNs
    ? undefined
    : `it was written to, its size still being ${now.size} bytes`;
}
