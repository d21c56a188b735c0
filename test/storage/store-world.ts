// One store in a differential test: does what it is told, and tells what came of it in words that mean the same for
// every store. Blob ids differ between stores, so the n-th blob is called n.
import {
  type BlobId,
  type Completion,
  type Extent,
  GARBAGE_GRACE_MS,
  type PartRecord,
  StorageError,
  type Store,
  type UploadRecord,
} from "../../src/storage/index.ts";
import { writeBlob } from "../contract/blob-store-contract.ts";
import { BUCKET, bucketRecord, md5Of, NOW_MS } from "../contract/metadata/records.ts";

export type Action =
  | { readonly type: "create-bucket"; readonly storageClass: string }
  | { readonly type: "delete-bucket" }
  | {
      readonly type: "put";
      readonly key: string;
      readonly sizeBytes: number;
      readonly forbidOverwrite: boolean;
    }
  | { readonly type: "delete"; readonly keys: readonly string[] }
  | { readonly type: "create-upload"; readonly key: string; readonly forbidOverwrite: boolean }
  | {
      readonly type: "put-part";
      readonly uploadIndex: number;
      readonly partNumber: number;
      readonly sizeBytes: number;
    }
  | {
      readonly type: "complete";
      readonly uploadIndex: number;
      readonly leftOut: readonly number[];
      readonly wrong: readonly number[];
      readonly partSizeMinBytes: number;
      readonly forbidOverwrite: boolean;
    }
  | { readonly type: "abort"; readonly uploadIndex: number }
  | { readonly type: "wait-and-collect" }
  | { readonly type: "reopen" };

export class StoreWorld {
  readonly clock: { nowMs: number } = { nowMs: NOW_MS };
  readonly #reopen: (store: Store) => Promise<Store>;
  #store: Store;
  readonly #blobNumbers = new Map<BlobId, number>();
  readonly #uploads: UploadRecord[] = [];

  /** @param reopen  closes a store and opens it again; a store that cannot is only emptied of its garbage */
  constructor(store: Store, reopen: (store: Store) => Promise<Store>) {
    this.#store = store;
    this.#reopen = reopen;
  }

  get store(): Store {
    return this.#store;
  }

  /** @returns what the store answered, or the code of its refusal */
  async act(action: Action): Promise<unknown> {
    this.clock.nowMs += 1;
    try {
      return { answer: await this.#perform(action) };
    } catch (error) {
      if (error instanceof StorageError) {
        return { refusal: error.code, fields: error.fields, message: error.message };
      }
      throw error;
    }
  }

  /** All that the store holds. */
  async snapshot(): Promise<unknown> {
    const { metadata } = this.#store;
    if ((await metadata.getBucket(BUCKET)) === undefined) {
      return { garbage: await this.#garbage() };
    }
    const page = { prefix: "", delimiter: "", limit: 1_000 };
    const { objects } = await metadata.listObjects(BUCKET, { ...page, startAfter: "" });
    const { uploads } = await metadata.listUploads(BUCKET, { ...page, keyMarker: "", uploadIdMarker: "" });
    return {
      objects: await Promise.all(
        objects.map(({ key }) => metadata.openObject({ bucket: BUCKET, key }).then((o) => this.#named(o))),
      ),
      uploads,
      parts: await Promise.all(uploads.map((upload) => this.#parts(upload))),
      garbage: await this.#garbage(),
    };
  }

  /** Every blob that an object, an open upload or the garbage queue owns. */
  async ownedBlobs(): Promise<readonly BlobId[]> {
    const all = [...this.#blobNumbers.keys()];
    const orphans = new Set(await this.#store.metadata.findOrphans(all));
    return all.filter((id) => !orphans.has(id)).sort();
  }

  #perform(action: Action): Promise<unknown> {
    const { metadata } = this.#store;
    switch (action.type) {
      case "create-bucket":
        return metadata.createBucket(bucketRecord({ storageClass: action.storageClass }));
      case "delete-bucket":
        return metadata.deleteBucket(BUCKET);
      case "put":
        return this.#put(action);
      case "delete":
        return metadata.deleteObjects(
          BUCKET,
          action.keys.map((key) => ({ key })),
          this.clock.nowMs,
        );
      case "create-upload":
        return this.#createUpload(action);
      case "put-part":
        return this.#putPart(action);
      case "complete":
        return this.#complete(action);
      case "abort":
        return metadata.abortUpload(this.#upload(action.uploadIndex));
      case "wait-and-collect":
        this.clock.nowMs += GARBAGE_GRACE_MS;
        return this.#store.collectGarbage();
      case "reopen":
        return this.#reopenStore();
    }
  }

  async #reopenStore(): Promise<void> {
    this.#store = await this.#reopen(this.#store);
  }

  async #put({ key, sizeBytes, forbidOverwrite }: Action & { readonly type: "put" }): Promise<unknown> {
    const extent = await this.#newExtent(sizeBytes);
    const md5 = md5Of(`${this.#blobNumbers.size}`);
    const attributes = { standard: {}, tags: {}, user: { number: `${this.#blobNumbers.size}` } };
    return this.#store.metadata.putObject({
      ...{ bucket: BUCKET, key, etag: md5, md5, crc64: BigInt(sizeBytes), attributes, forbidOverwrite },
      extents: [extent],
      type: "Normal",
      modifiedAtMs: this.clock.nowMs,
    });
  }

  async #createUpload(action: Action & { readonly type: "create-upload" }): Promise<void> {
    const upload = {
      bucket: BUCKET,
      key: action.key,
      uploadId: String(this.#uploads.length).padStart(32, "0"),
      attributes: { standard: { contentType: "text/plain" }, user: {}, tags: {} },
      isSequential: false,
      initiatedAtMs: this.clock.nowMs,
    };
    this.#uploads.push(upload);
    await this.#store.metadata.createUpload(upload, { forbidOverwrite: action.forbidOverwrite });
  }

  async #putPart(action: Action & { readonly type: "put-part" }): Promise<void> {
    const extent = await this.#newExtent(action.sizeBytes);
    await this.#store.metadata.putPart(this.#upload(action.uploadIndex), {
      ...extent,
      partNumber: action.partNumber,
      md5: md5Of(`${this.#blobNumbers.size}`),
      crc64: BigInt(this.#blobNumbers.size) << 55n,
      createdAtMs: this.clock.nowMs,
    });
  }

  async #complete(action: Action & { readonly type: "complete" }): Promise<unknown> {
    const upload = this.#upload(action.uploadIndex);
    const { parts } = await this.#store.metadata.listParts(upload, { afterPartNumber: 0, limit: 100 });
    const named = parts.filter(({ partNumber }) => !action.leftOut.includes(partNumber));
    const completion: Completion = {
      upload,
      parts: (named.length === 0 ? [{ partNumber: 1, md5: "none" }] : named).map(({ partNumber, md5 }) => ({
        partNumber,
        md5: action.wrong.includes(partNumber) ? "0" : md5,
      })),
      etag: `E-${named.length}`,
      partSizeMinBytes: action.partSizeMinBytes,
      forbidOverwrite: action.forbidOverwrite,
      completedAtMs: this.clock.nowMs,
    };
    return this.#store.metadata.completeUpload(completion);
  }

  async #newExtent(sizeBytes: number): Promise<Extent> {
    const blobId = await writeBlob(this.#store.blobs, [Buffer.alloc(sizeBytes)]);
    this.#blobNumbers.set(blobId, this.#blobNumbers.size + 1);
    return { blobId, sizeBytes };
  }

  #upload(uploadIndex: number): UploadRecord {
    return (
      this.#uploads[uploadIndex % Math.max(1, this.#uploads.length)] ?? {
        ...{ bucket: BUCKET, key: "none", uploadId: "none", initiatedAtMs: 0 },
        ...{ attributes: { standard: {}, user: {}, tags: {} }, isSequential: false },
      }
    );
  }

  async #parts(upload: UploadRecord): Promise<readonly unknown[]> {
    const { parts } = await this.#store.metadata.listParts(upload, { afterPartNumber: 0, limit: 100 });
    return parts.map((part: PartRecord) => ({ ...part, blobId: this.#blobNumbers.get(part.blobId) }));
  }

  async #garbage(): Promise<readonly (number | undefined)[]> {
    const ids = await this.#store.metadata.listGarbage({ nowMs: Number.MAX_SAFE_INTEGER, limit: 10_000 });
    return ids.map((id) => this.#blobNumbers.get(id)).sort((a = 0, b = 0) => a - b);
  }

  #named(opened: { readonly version: unknown; readonly extents: readonly Extent[] } | undefined): unknown {
    const extents = opened?.extents.map((extent) => ({
      ...extent,
      blobId: this.#blobNumbers.get(extent.blobId),
    }));
    return { version: opened?.version, extents };
  }
}
