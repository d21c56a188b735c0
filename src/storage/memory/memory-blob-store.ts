// Bytes in memory: the reference model of the port.
import assert from "node:assert/strict";
import type { BlobId, BlobReader, BlobStore, BlobWriter, DeclaredBlob } from "../blob-store.ts";
import { PinnedBlobs } from "../pinned-blobs.ts";
import { storeClosed } from "../refusals.ts";
import { StorageError } from "../storage-error.ts";

export class MemoryBlobStore implements BlobStore {
  readonly #leaseId: string;
  readonly #pinned = new PinnedBlobs();
  readonly #committed = new Map<BlobId, Uint8Array>();
  readonly #uncommitted = new Set<BlobId>();
  #lastSequence = 0;
  #isClosed = false;

  constructor(leaseId: string) {
    this.#leaseId = leaseId;
  }

  async create(_declared?: DeclaredBlob): Promise<BlobWriter> {
    this.#assertOpen();
    this.#lastSequence += 1;
    const id = `${this.#leaseId}/${this.#lastSequence}`;
    const chunks: Uint8Array[] = [];
    const committed = this.#committed;
    this.#uncommitted.add(id);
    return {
      get id() {
        assert(committed.has(id), "a blob has its id once it is committed");
        return id;
      },
      write: async (bytes) => {
        // Not slice(): that of a Buffer shares its memory.
        chunks.push(Uint8Array.from(bytes));
      },
      commit: async () => {
        this.#uncommitted.delete(id);
        this.#committed.set(id, Buffer.concat(chunks));
      },
      discard: async () => {
        this.#uncommitted.delete(id);
      },
    };
  }

  async open(id: BlobId): Promise<BlobReader> {
    this.#assertOpen();
    const bytes = this.#committed.get(id);
    if (bytes === undefined) {
      throw new StorageError("blob-missing", `blob ${id} does not exist`, { fields: { blobId: id } });
    }
    return {
      read: async (position, target) => {
        const run = bytes.subarray(position, position + target.length);
        target.set(run);
        return run.length;
      },
      [Symbol.asyncDispose]: async () => {},
    };
  }

  pin(ids: readonly BlobId[]): Disposable {
    return this.#pinned.pin(ids);
  }

  async delete(ids: readonly BlobId[]): Promise<readonly BlobId[]> {
    this.#assertOpen();
    const free = ids.filter((id) => !this.#pinned.has(id));
    for (const id of free) {
      this.#committed.delete(id);
      this.#uncommitted.delete(id);
    }
    return free;
  }

  /** Nothing lies among others. */
  async reclaim(): Promise<readonly BlobId[]> {
    this.#assertOpen();
    return [];
  }

  async *list(leaseId: string): AsyncIterable<BlobId> {
    this.#assertOpen();
    for (const id of [...this.#committed.keys(), ...this.#uncommitted]) {
      if (id.startsWith(`${leaseId}/`)) {
        yield id;
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    this.#committed.clear();
    this.#uncommitted.clear();
  }

  #assertOpen(): void {
    if (this.#isClosed) {
      throw storeClosed();
    }
  }
}
