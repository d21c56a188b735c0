// The port for bytes. Laws, tested over every adapter in test/contract/blob-store-contract.ts:
//
//  1. A blob is write-once. Its id is never reused, not even after the blob is deleted or the process was killed.
//  2. When `commit` resolves the bytes are durable under their final name: they survive kill -9 and a power cut.
//     Before that nobody can open the blob, and after a crash it is an orphan that only `list` finds.
//  3. `delete` is idempotent. A pinned blob is not deleted: `delete` leaves it and does not report it as gone.
//  4. An id begins with the id of the lease under which it was written, then `/`. It is given by `commit`, for where a
//     blob lies may depend on how long it became.

/** `<lease>/…`; opaque to everybody but an adapter. */
export type BlobId = string;

export interface BlobStore extends AsyncDisposable {
  /**
   * Begins a new blob. The caller ends it with `commit` or `discard`.
   *
   * @param declared  what is known of it beforehand: it decides where the bytes are put, and nothing else. They may turn
   *                  out to be more or fewer
   * @throws {StorageError} no-space
   */
  create(declared?: DeclaredBlob): Promise<BlobWriter>;

  /** Opens a committed blob. The caller disposes of the reader. @throws {StorageError} blob-missing, blob-corrupt */
  open(id: BlobId): Promise<BlobReader>;

  /** Keeps these blobs from being deleted until the result is disposed of. Synchronous: there is no gap to race in. */
  pin(ids: readonly BlobId[]): Disposable;

  /** Removes blobs. @returns the ids that are gone now, whether or not they were there before */
  delete(ids: readonly BlobId[]): Promise<readonly BlobId[]>;

  /**
   * Gives back the space of deleted blobs that lay among others. Only the process that collects garbage calls it.
   *
   * @returns blobs in whose way it is to give back more: once they are copied to new blobs and deleted, it goes on.
   *          At most 1,000; some may have no owner, and some may be deleted by now
   */
  reclaim(): Promise<readonly BlobId[]>;

  /** Every blob on disk that was begun under `leaseId`, committed or not. Only the sweep for orphans calls it. */
  list(leaseId: string): AsyncIterable<BlobId>;
}

export interface DeclaredBlob {
  readonly sizeBytes?: number | undefined;
}

export interface BlobWriter {
  /** Known once `commit` has resolved. @throws {Error} before */
  readonly id: BlobId;

  /** Appends; the caller may reuse `bytes` once it resolves. One write at a time. @throws {StorageError} no-space */
  write(bytes: Uint8Array): Promise<void>;

  /**
   * As `write`, for all bytes of the blob at once, which nobody changes until `commit` or `discard` has settled: they need
   * not be copied meanwhile. Where it is missing, or something was written before, `write` does it.
   */
  writeWhole?(bytes: Uint8Array): Promise<void>;

  /** The CRC-64 of all that was written, where the store sums it up anyway. */
  crc64?(): bigint;

  /** Makes all that was written durable. Nothing can be written afterwards. @throws {StorageError} no-space */
  commit(): Promise<void>;

  /** Removes what was written. After `commit` it does nothing. Never throws. */
  discard(): Promise<void>;
}

export interface BlobReader extends AsyncDisposable {
  /**
   * Reads from `position` (bytes from 0) until `target` is full or the blob ends. What it gives out was verified.
   *
   * @returns the bytes read; less than `target.length` only at the end of the blob
   * @throws {StorageError} blob-corrupt; then `target` may hold anything
   */
  read(position: number, target: Uint8Array): Promise<number>;
}
