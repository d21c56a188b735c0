// Blobs that have files of their own: made, listed, removed, with the folders that they lie in.
import { unlink } from "node:fs/promises";
import { basename, join } from "node:path";
import type { BlobId } from "../blob-store.ts";
import { type FilePlace, newFilePlace } from "./blob-place.ts";
import type { DirectorySync } from "./directory-sync.ts";
import { FileBlobWriter } from "./file-blob-writer.ts";
import { isFileMissing, writeError } from "./file-errors.ts";
import { blobNamesIn, entriesOf, removeIfEmpty } from "./lease-folder.ts";
import { makeOneFolder } from "./make-folder.ts";

export interface FileBlobsOptions {
  readonly root: string;
  readonly leaseId: string;
  readonly directorySync: DirectorySync;
  /** Whether blobs may still be written under a lease, by this process or another. */
  readonly isLeaseWritten: (leaseId: string) => boolean;
  readonly reportError: (error: unknown) => void;
}

export class FileBlobs {
  readonly #options: FileBlobsOptions;
  /** Folders of this lease that exist or are being made. */
  readonly #folders = new Map<string, Promise<void>>();
  #lastSequence = 0;

  constructor(options: FileBlobsOptions) {
    this.#options = options;
  }

  async create(): Promise<FileBlobWriter> {
    const { root, leaseId, directorySync } = this.#options;
    this.#lastSequence += 1;
    const place = newFilePlace(root, leaseId, this.#lastSequence);
    await this.#ensureFolder(place.folder);
    return FileBlobWriter.create({ place, directorySync });
  }

  /** @returns those that are gone now; once it resolves they cannot come back */
  async remove(places: readonly FilePlace[]): Promise<readonly BlobId[]> {
    const wereRemoved = await Promise.all(places.map((place) => this.#remove(place)));
    const gone = places.filter((_, index) => wereRemoved[index]);
    // Once the caller has forgotten the ids nobody would look for the files again.
    await this.#settleFolders(gone);
    return gone.map(({ id }) => id);
  }

  async *list(leaseId: string): AsyncIterable<BlobId> {
    const leaseFolder = join(this.#options.root, leaseId);
    for (const name of await entriesOf(leaseFolder)) {
      const folder = join(leaseFolder, name);
      // A run that was killed leaves folders with nothing in them.
      if (!this.#options.isLeaseWritten(leaseId) && (await removeIfEmpty(folder))) {
        continue;
      }
      for (const blobName of await blobNamesIn(folder)) {
        yield `${leaseId}/${blobName}`;
      }
    }
  }

  /** Removes the folders of this lease in which nothing is. */
  async close(): Promise<void> {
    for (const folder of this.#folders.keys()) {
      await removeIfEmpty(folder);
    }
  }

  #ensureFolder(folder: string): Promise<void> {
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
  async #remove({ file }: FilePlace): Promise<boolean> {
    try {
      await unlink(file);
      return true;
    } catch (error) {
      if (isFileMissing(error)) {
        return true;
      }
      this.#options.reportError(error);
      return false;
    }
  }

  /** Makes removals durable. Folders of dead leases go when they are empty: nothing is created there. */
  async #settleFolders(places: readonly FilePlace[]): Promise<void> {
    const changed = new Set<string>();
    for (const place of new Map(places.map((each) => [each.folder, each])).values()) {
      changed.add(await this.#removeEmptyFolders(place));
    }
    for (const folder of changed) {
      await this.#options.directorySync.sync(folder).catch((error: unknown) => {
        if (!isFileMissing(error)) {
          throw error;
        }
      });
    }
  }

  /** @returns the lowest folder that still stands: to sync it makes durable that a file or a folder in it is gone */
  async #removeEmptyFolders({ folder, leaseFolder }: FilePlace): Promise<string> {
    if (this.#options.isLeaseWritten(basename(leaseFolder)) || !(await removeIfEmpty(folder))) {
      return folder;
    }
    return (await removeIfEmpty(leaseFolder)) ? this.#options.root : leaseFolder;
  }
}
