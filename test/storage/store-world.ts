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
import { BUCKET, bucketRecord, md5Of, NOW_MS, versionsOf } from "../contract/metadata/records.ts";
import type { Action, VersionChoice } from "./store-action.ts";
import { snapshotOf } from "./store-snapshot.ts";

type ActionOf<Type extends Action["type"]> = Action & { readonly type: Type };

const ALL_PARTS = { afterPartNumber: 0, limit: 100 };

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
  snapshot(): Promise<unknown> {
    return snapshotOf(this.#store.metadata, this.#blobNumbers);
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
      case "update-bucket":
        return metadata.updateBucket(BUCKET, {
          versioning: action.versioning,
          configurations: { cors: action.cors },
        });
      case "put":
        return this.#put(action);
      case "append":
        return this.#append(action);
      case "change":
        return this.#change(action);
      case "delete":
        return this.#delete(action);
      case "list":
        return this.#list(action);
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

  async #put({ key, sizeBytes, objectType, forbidOverwrite }: ActionOf<"put">): Promise<unknown> {
    const extent = await this.#newExtent(sizeBytes);
    const md5 = md5Of(`${this.#blobNumbers.size}`);
    const attributes = { standard: {}, tags: {}, user: { number: `${this.#blobNumbers.size}` } };
    return this.#store.metadata.putObject({
      ...{ bucket: BUCKET, key, etag: md5, md5, crc64: BigInt(sizeBytes), attributes, forbidOverwrite },
      extents: [extent],
      type: objectType,
      modifiedAtMs: this.clock.nowMs,
    });
  }

  async #append({ key, sizeBytes, beyondEndBytes }: ActionOf<"append">): Promise<unknown> {
    const extent = sizeBytes === undefined ? undefined : await this.#newExtent(sizeBytes);
    const { sizeBytes: endBytes = 0 } = (await this.#version(key, "current")) ?? {};
    return this.#store.metadata.appendObject({
      ...{ bucket: BUCKET, key, positionBytes: endBytes + beyondEndBytes },
      ...(extent === undefined ? {} : { extent }),
      ...{ crc64: BigInt(this.#blobNumbers.size) << 50n, etag: `A-${this.#blobNumbers.size}` },
      ...{ attributes: { standard: {}, user: {}, tags: {} }, modifiedAtMs: this.clock.nowMs },
    });
  }

  async #change({ key, version, acl, isStale }: ActionOf<"change">): Promise<unknown> {
    const there = await this.#version(key, version);
    const id = { bucket: BUCKET, key, ...versionIdOf(there, version) };
    return this.#store.metadata.changeObject(
      id,
      { acl, tags: { at: `${this.clock.nowMs}` }, standard: { contentType: isStale ? null : "text/html" } },
      isStale ? { generation: 0 } : undefined,
    );
  }

  async #delete(action: ActionOf<"delete">): Promise<unknown> {
    const deletions = await Promise.all(
      action.deletions.map(async ({ key, version, generation }) => {
        const there = await this.#version(key, version);
        const generations = { any: undefined, "its own": there?.generation, another: 0 };
        const only = generations[generation];
        return { key, ...versionIdOf(there, version), ...(only === undefined ? {} : { generation: only }) };
      }),
    );
    return this.#store.metadata.deleteObjects(BUCKET, deletions, this.clock.nowMs);
  }

  async #list({ delimiter, keyMarker, version, limit }: ActionOf<"list">): Promise<unknown> {
    const { metadata } = this.#store;
    const page = { prefix: "", delimiter, limit };
    const { versionId: versionIdMarker = "" } =
      keyMarker === "" ? {} : versionIdOf(await this.#version(keyMarker, version), version);
    return [
      await metadata.listObjects(BUCKET, { ...page, startAfter: keyMarker }),
      await metadata.listVersions(BUCKET, { ...page, keyMarker, versionIdMarker }),
    ];
  }

  async #createUpload(action: ActionOf<"create-upload">): Promise<void> {
    const upload = {
      bucket: BUCKET,
      key: action.key,
      uploadId: String(this.#uploads.length).padStart(32, "0"),
      attributes: { standard: { contentType: "text/plain" }, user: {}, tags: {} },
      isSequential: action.isSequential,
      initiatedAtMs: this.clock.nowMs,
    };
    this.#uploads.push(upload);
    await this.#store.metadata.createUpload(upload, { forbidOverwrite: action.forbidOverwrite });
  }

  async #putPart(action: ActionOf<"put-part">): Promise<void> {
    const extent = await this.#newExtent(action.sizeBytes);
    const upload = this.#upload(action.uploadIndex);
    const parts = await this.#listParts(upload);
    const partNumber = action.partNumber ?? (parts.at(-1)?.partNumber ?? 0) + 1;
    const before = parts.find((part) => part.partNumber === partNumber - 1);
    const follows = action.followsRightPart ? before?.blobId : "9/9";
    const number = this.#blobNumbers.size;
    await this.#store.metadata.putPart(
      upload,
      {
        ...{ ...extent, partNumber, md5: md5Of(`${number}`), crc64: BigInt(number) << 55n },
        ...{
          createdAtMs: this.clock.nowMs,
          ...(upload.isSequential ? { digestState: `after ${number}` } : {}),
        },
      },
      follows,
    );
  }

  async #complete(action: ActionOf<"complete">): Promise<unknown> {
    const upload = this.#upload(action.uploadIndex);
    const parts = await this.#listParts(upload);
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
      ...(action.md5 === undefined ? {} : { md5: action.md5, acl: "private" }),
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

  /** The version that is chosen, where there is one. */
  async #version(key: string, choice: VersionChoice): Promise<ChosenVersion | undefined> {
    if ((await this.#store.metadata.getBucket(BUCKET)) === undefined) {
      return undefined;
    }
    const versions = (await versionsOf(this.#store.metadata, key)).map(({ version }) => version);
    if (choice === "current") {
      return versions[0];
    }
    return "place" in choice
      ? versions[choice.place]
      : versions.find(({ versionId }) => versionId === choice.versionId);
  }

  /** None when there is no such upload. */
  async #listParts(upload: UploadRecord): Promise<readonly PartRecord[]> {
    const { metadata } = this.#store;
    return (await metadata.getUpload(upload)) === undefined
      ? []
      : (await metadata.listParts(upload, ALL_PARTS)).parts;
  }
}

interface ChosenVersion {
  readonly versionId: string;
  readonly generation: number;
  /** Absent for a delete marker. */
  readonly sizeBytes?: number;
}

/** How to name the version in a call. */
function versionIdOf(
  version: ChosenVersion | undefined,
  choice: VersionChoice,
): { readonly versionId?: string } {
  if (choice === "current") {
    return {};
  }
  return { versionId: version?.versionId ?? ("versionId" in choice ? choice.versionId : "gone") };
}
