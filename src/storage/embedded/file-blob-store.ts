// Bytes as files, one for each blob. docs/STORAGE.md says what is synced when, and why.
import { type FileHandle, mkdir, open, opendir, rmdir, unlink } from "node:fs/promises";
import { join } from "node:path";
import type { BlobId, BlobReader, BlobStore, BlobWriter } from "../blob-store.ts";
import { PinnedBlobs } from "../pinned-blobs.ts";
import { storeClosed } from "../refusals.ts";
import { StorageError } from "../storage-error.ts";
import { type BlobPlace, blobPlace } from "./blob-path.ts";
import { DirectorySync, syncDirectory } from "./directory-sync.ts";
import { FileBlobWriter } from "./file-blob-writer.ts";
import { errorCode, isFileMissing, writeError } from "./file-errors.ts";
import { makeFolder } from "./make-folder.ts";

const OWNER_ONLY = 0o700;
/** A database that was restored from a backup gives leases again whose folders are there: they are passed over. */
const LEASE_ATTEMPTS_MAX = 10_000;

export interface FileBlobStoreOptions {
  /** The folder of all blobs. */
  readonly root: string;
  /** Gives a lease that was never given before. */
  readonly openLease: () => Promise<string>;
  /** Told of a file that cannot be removed. */
  readonly reportError: (error: unknown) => void;
}

export class FileBlobStore implements BlobStore {
  readonly #root: string;
  readonly #leaseId: string;
  readonly #reportError: (error: unknown) => void;
  readonly #pinned = new PinnedBlobs();
  readonly #directorySync = new DirectorySync();
  /** Folders of this lease that exist or are being made. */
  readonly #folders = new Map<string, Promise<void>>();
  #lastSequence = 0;
  #isClosed = false;

  private constructor({ root, reportError }: FileBlobStoreOptions, leaseId: string) {
    this.#root = root;
    this.#leaseId = leaseId;
    this.#reportError = reportError;
  }

  static async open(options: FileBlobStoreOptions): Promise<FileBlobStore> {
    await makeFolder(options.root);
    return new FileBlobStore(options, await takeLease(options));
  }

  async create(): Promise<BlobWriter> {
    this.#assertOpen();
    this.#lastSequence += 1;
    const id = `${this.#leaseId}/${this.#lastSequence}`;
    const place = blobPlace(this.#root, id);
    await this.#ensureFolder(place);
    return FileBlobWriter.create({ id, place, directorySync: this.#directorySync });
  }

  async open(id: BlobId): Promise<BlobReader> {
    this.#assertOpen();
    const { file } = blobPlace(this.#root, id);
    try {
      return readerOf(await open(file, "r"));
    } catch (error) {
      throw isFileMissing(error)
        ? new StorageError("blob-missing", `${file} is missing: the data folder was damaged from outside`, {
            cause: error,
            fields: { blobId: id, path: file },
          })
        : error;
    }
  }

  pin(ids: readonly BlobId[]): Disposable {
    return this.#pinned.pin(ids);
  }

  async delete(ids: readonly BlobId[]): Promise<readonly BlobId[]> {
    this.#assertOpen();
    const free = ids.filter((id) => !this.#pinned.has(id));
    const wereRemoved = await Promise.all(free.map((id) => this.#remove(id)));
    const gone = free.filter((_, index) => wereRemoved[index]);
    // Once the caller has forgotten the ids nobody would look for the files again, so they must not come back.
    await this.#settleFolders(gone.map((id) => blobPlace(this.#root, id)));
    return gone;
  }

  async *list(leaseId: string): AsyncIterable<BlobId> {
    this.#assertOpen();
    for await (const folder of entriesOf(join(this.#root, leaseId))) {
      for await (const sequence of entriesOf(join(this.#root, leaseId, folder))) {
        yield `${leaseId}/${sequence}`;
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isClosed) {
      return;
    }
    this.#isClosed = true;
    for (const folder of this.#folders.keys()) {
      await removeIfEmpty(folder);
    }
    await removeIfEmpty(join(this.#root, this.#leaseId));
  }

  #assertOpen(): void {
    if (this.#isClosed) {
      throw storeClosed();
    }
  }

  #ensureFolder({ folder, leaseFolder }: BlobPlace): Promise<void> {
    let made = this.#folders.get(folder);
    if (made === undefined) {
      made = this.#makeFolder(folder, leaseFolder);
      this.#folders.set(folder, made);
      made.catch(() => this.#folders.delete(folder));
    }
    return made;
  }

  async #makeFolder(folder: string, leaseFolder: string): Promise<void> {
    try {
      await mkdir(folder, { recursive: true, mode: OWNER_ONLY });
      await this.#directorySync.sync(leaseFolder);
    } catch (error) {
      throw writeError(folder, error);
    }
  }

  /** @returns whether the file is gone */
  async #remove(id: BlobId): Promise<boolean> {
    try {
      await unlink(blobPlace(this.#root, id).file);
      return true;
    } catch (error) {
      if (isFileMissing(error)) {
        return true;
      }
      this.#reportError(error);
      return false;
    }
  }

  /** Makes removals durable, and removes folders of earlier leases that are empty now: nothing is created there. */
  async #settleFolders(places: readonly BlobPlace[]): Promise<void> {
    const byFolder = new Map(places.map((place) => [place.folder, place]));
    for (const { folder, leaseFolder } of byFolder.values()) {
      const isOwn = leaseFolder === join(this.#root, this.#leaseId);
      if (!isOwn && (await removeIfEmpty(folder))) {
        await removeIfEmpty(leaseFolder);
        continue;
      }
      await this.#directorySync.sync(folder).catch((error: unknown) => {
        if (!isFileMissing(error)) {
          throw error;
        }
      });
    }
  }
}

async function takeLease({ root, openLease }: FileBlobStoreOptions): Promise<string> {
  for (let attempt = 1; attempt <= LEASE_ATTEMPTS_MAX; attempt++) {
    const leaseId = await openLease();
    try {
      await mkdir(join(root, leaseId), { mode: OWNER_ONLY });
      await syncDirectory(root);
      return leaseId;
    } catch (error) {
      if (errorCode(error) !== "EEXIST") {
        throw writeError(root, error);
      }
    }
  }
  throw new StorageError("folder-unusable", `${root} holds blobs that metadata.sqlite knows nothing of`, {
    fields: { path: root },
  });
}

function readerOf(handle: FileHandle): BlobReader {
  return {
    read: async (position, target) => {
      let filledBytes = 0;
      while (filledBytes < target.length) {
        const rest = target.length - filledBytes;
        const { bytesRead } = await handle.read(target, filledBytes, rest, position + filledBytes);
        if (bytesRead === 0) {
          break;
        }
        filledBytes += bytesRead;
      }
      return filledBytes;
    },
    [Symbol.asyncDispose]: () => handle.close(),
  };
}

/** The names in a folder that this store made; other names are not its business. None if it is not there. */
async function* entriesOf(folder: string): AsyncIterable<string> {
  try {
    for await (const { name } of await opendir(folder)) {
      if (/^[0-9]+$/.test(name)) {
        yield name;
      }
    }
  } catch (error) {
    if (!isFileMissing(error)) {
      throw error;
    }
  }
}

/** @returns whether it is gone */
async function removeIfEmpty(folder: string): Promise<boolean> {
  try {
    await rmdir(folder);
    return true;
  } catch {
    return false;
  }
}
