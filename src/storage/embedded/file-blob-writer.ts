// One new blob: a file that is created under its final name, so that nothing has to be renamed.
import assert from "node:assert/strict";
import { type FileHandle, open, unlink } from "node:fs/promises";
import type { BlobId, BlobWriter } from "../blob-store.ts";
import { crashPoint } from "../crash-points.ts";
import { encodeFooter } from "./blob-footer.ts";
import type { FilePlace } from "./blob-place.ts";
import { BlockChecksums } from "./block-checksums.ts";
import { DirectFile } from "./direct-file.ts";
import type { DirectorySync } from "./directory-sync.ts";
import { timeSync } from "./disk-times.ts";
import { writeError } from "./file-errors.ts";
import { writeFully } from "./write-fully.ts";

const OWNER_ONLY = 0o600;

export interface NewBlob {
  readonly place: FilePlace;
  readonly directorySync: DirectorySync;
}

export class FileBlobWriter implements BlobWriter {
  readonly #place: FilePlace;
  readonly #directorySync: DirectorySync;
  readonly #handle: FileHandle;
  readonly #direct: DirectFile;
  readonly #checksums = new BlockChecksums();
  #sizeBytes = 0;
  #isEnded = false;
  #isCommitted = false;

  private constructor({ place, directorySync }: NewBlob, handle: FileHandle) {
    this.#place = place;
    this.#directorySync = directorySync;
    this.#handle = handle;
    this.#direct = new DirectFile(place.file);
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
    return this.#place.id;
  }

  async write(bytes: Uint8Array): Promise<void> {
    // Before the bytes leave this process: what becomes of them afterwards is to be found out.
    this.#checksums.update(bytes);
    try {
      const written = await this.#direct.write(bytes, this.#sizeBytes);
      await writeFully(this.#handle, bytes.subarray(written), this.#sizeBytes + written);
      this.#sizeBytes += bytes.length;
    } catch (error) {
      throw writeError(this.#place.file, error);
    }
  }

  crc64(): bigint {
    return this.#checksums.whole();
  }

  async commit(): Promise<void> {
    try {
      await this.#direct[Symbol.asyncDispose]();
      const footer = encodeFooter(this.#sizeBytes, this.#checksums.finish());
      await writeFully(this.#handle, footer, this.#sizeBytes);
      // First the bytes, then the name: a name without its bytes would be a blob that lies.
      crashPoint("blob.written");
      await timeSync("file", () => this.#handle.datasync());
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
    await this.#direct[Symbol.asyncDispose]().catch(() => undefined);
    await this.#handle.close().catch(() => undefined);
    await unlink(this.#place.file).catch(() => undefined);
  }
}
