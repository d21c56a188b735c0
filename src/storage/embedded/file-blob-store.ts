// Bytes as files, one for each blob. docs/STORAGE.md says what is synced when, and why.
import { open, unlink } from "node:fs/promises";
import { basename, join } from "node:path";
import type { BlobId, BlobReader, BlobStore, BlobWriter, DeclaredBlob } from "../blob-store.ts";
import { PinnedBlobs } from "../pinned-blobs.ts";
import { storeClosed } from "../refusals.ts";
import { StorageError } from "../storage-error.ts";
import { type BlobPlace, blobPlace } from "./blob-path.ts";
import { DirectorySync } from "./directory-sync.ts";
import { readerOf } from "./file-blob-reader.ts";
import { FileBlobWriter } from "./file-blob-writer.ts";
import { isFileMissing, writeError } from "./file-errors.ts";
import { entriesOf, type LeaseSource, removeIfEmpty, takeLease } from "./lease-folder.ts";
import { makeFolder, makeOneFolder } from "./make-folder.ts";

export interface FileBlobStoreOptions {
  /** The folder of all blobs. */
  readonly root: string;
  readonly leases: LeaseSource;
  /** Whether blobs may still be written under a lease, by another process that shares the folder. Default: under none. */
  readonly isLeaseAlive?: (leaseId: string) => boolean;
  /** Told of a file that cannot be removed. */
  readonly reportError: (error: unknown) => void;
}

export class FileBlobStore implements BlobStore {
  readonly #root: string;
  readonly #leaseId: string;
  readonly #isLeaseAlive: (leaseId: string) => boolean;
  readonly #reportError: (error: unknown) => void;
  readonly #pinned = new PinnedBlobs();
  readonly #directorySync = new DirectorySync();
  /** Folders of this lease that exist or are being made. */
  readonly #folders = new Map<string, Promise<void>>();
  #lastSequence = 0;
  #isClosed = false;

  private constructor({ root, isLeaseAlive, reportError }: FileBlobStoreOptions, leaseId: string) {
    this.#isLeaseAlive = isLeaseAlive ?? (() => false);
    this.#root = root;
    this.#leaseId = leaseId;
    this.#reportError = reportError;
  }

  static async open(options: FileBlobStoreOptions): Promise<FileBlobStore> {
    await makeFolder(options.root);
    return new FileBlobStore(options, await takeLease(options.root, options.leases));
  }

  async create(_declared?: DeclaredBlob): Promise<BlobWriter> {
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
    const leaseFolder = join(this.#root, leaseId);
    for (const name of await entriesOf(leaseFolder)) {
      const folder = join(leaseFolder, name);
      // A run that was killed leaves folders with nothing in them.
      if (!this.#isWritten(leaseFolder) && (await removeIfEmpty(folder))) {
        continue;
      }
      for (const sequence of await entriesOf(folder)) {
        yield `${leaseId}/${sequence}`;
      }
    }
    if (!this.#isWritten(leaseFolder)) {
      await removeIfEmpty(leaseFolder);
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

  #ensureFolder({ folder }: BlobPlace): Promise<void> {
    let made = this.#folders.get(folder);
    if (made === undefined) {
      made = makeOneFolder(folder).catch((error: unknown) => {
        throw writeError(folder, error);
      });
      this.#folders.set(folder, made);
      made.catch(() => this.#folders.delete(folder));
    }
    return made;
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

  /** Makes removals durable. Folders of dead leases go when they are empty: nothing is created there. */
  async #settleFolders(places: readonly BlobPlace[]): Promise<void> {
    const changed = new Set<string>();
    for (const place of new Map(places.map((each) => [each.folder, each])).values()) {
      changed.add(await this.#removeEmptyFolders(place));
    }
    for (const folder of changed) {
      await this.#directorySync.sync(folder).catch((error: unknown) => {
        if (!isFileMissing(error)) {
          throw error;
        }
      });
    }
  }

  /** @returns the lowest folder that still stands: to sync it makes durable that a file or a folder in it is gone */
  async #removeEmptyFolders({ folder, leaseFolder }: BlobPlace): Promise<string> {
    if (this.#isWritten(leaseFolder) || !(await removeIfEmpty(folder))) {
      return folder;
    }
    return (await removeIfEmpty(leaseFolder)) ? this.#root : leaseFolder;
  }

  #isWritten(leaseFolder: string): boolean {
    const leaseId = basename(leaseFolder);
    return leaseId === this.#leaseId || this.#isLeaseAlive(leaseId);
  }
}
