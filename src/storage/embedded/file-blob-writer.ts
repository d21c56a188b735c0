// One new blob: a file that is created under its final name, so that nothing has to be renamed.
import assert from "node:assert/strict";
import { type FileHandle, open, unlink } from "node:fs/promises";
import type { BlobId, BlobWriter } from "../blob-store.ts";
import { crashPoint } from "../crash-points.ts";
import type { BlobPlace } from "./blob-path.ts";
import type { DirectorySync } from "./directory-sync.ts";
import { writeError } from "./file-errors.ts";

const OWNER_ONLY = 0o600;

export interface NewBlob {
  readonly id: BlobId;
  readonly place: BlobPlace;
  readonly directorySync: DirectorySync;
}

export class FileBlobWriter implements BlobWriter {
  readonly #id: BlobId;
  readonly #place: BlobPlace;
  readonly #directorySync: DirectorySync;
  readonly #handle: FileHandle;
  #sizeBytes = 0;
  #isEnded = false;
  #isCommitted = false;

  private constructor({ id, place, directorySync }: NewBlob, handle: FileHandle) {
    this.#id = id;
    this.#place = place;
    this.#directorySync = directorySync;
    this.#handle = handle;
  }

  /** @throws {StorageError} no-space */
  static async create(blob: NewBlob): Promise<FileBlobWriter> {
    try {
      return new FileBlobWriter(blob, await open(blob.place.file, "wx", OWNER_ONLY));
    } catch (error) {
      throw writeError(blob.place.file, error);
    }
  }

  get id(): BlobId {
    assert(this.#isCommitted, "a blob has its id once it is committed");
    return this.#id;
  }

  async write(bytes: Uint8Array): Promise<void> {
    try {
      for (let writtenBytes = 0; writtenBytes < bytes.length; ) {
        const rest = bytes.length - writtenBytes;
        const result = await this.#handle.write(bytes, writtenBytes, rest, this.#sizeBytes);
        writtenBytes += result.bytesWritten;
        this.#sizeBytes += result.bytesWritten;
      }
    } catch (error) {
      throw writeError(this.#place.file, error);
    }
  }

  async commit(): Promise<void> {
    try {
      // First the bytes, then the name: a name without its bytes would be a blob that lies.
      crashPoint("blob.written");
      await this.#handle.datasync();
      crashPoint("blob.synced");
      await this.#directorySync.sync(this.#place.folder);
      crashPoint("blob.named");
      await this.#handle.close();
      this.#isEnded = true;
      this.#isCommitted = true;
    } catch (error) {
      throw writeError(this.#place.file, error);
    }
  }

  async discard(): Promise<void> {
    if (this.#isEnded) {
      return;
    }
    this.#isEnded = true;
    // What cannot be removed now is an orphan, which the sweep at the next start removes.
    await this.#handle.close().catch(() => undefined);
    await unlink(this.#place.file).catch(() => undefined);
  }
}
