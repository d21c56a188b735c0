// What the operations of a schedule meet: a bucket with an object and an open upload in it, over one of the stores, made
// anew for each schedule. Time stands still, so that a schedule is all that two runs can differ in.
import assert from "node:assert/strict";
import { crc64 } from "../../../src/protocol/crc64/crc64.ts";
import { GARBAGE_GRACE_MS, GarbageCollector } from "../../../src/storage/garbage-collector.ts";
import type { MetadataStore, Store, UploadId } from "../../../src/storage/index.ts";
import { MemoryBlobStore } from "../../../src/storage/memory/memory-blob-store.ts";
import { MemoryMetadataStore } from "../../../src/storage/memory/memory-metadata-store.ts";
import { writeBlob } from "../../contract/blob-store-contract.ts";
import { md5Of } from "../../contract/metadata/records.ts";
import type { LastingDatabase } from "./in-thread-metadata.ts";

export const DAY_MS: number = 24 * 60 * 60 * 1_000;
export const NOW_MS: number = Date.UTC(2026, 10, 23, 12);
/** When everything in the queue is due, what was postponed too. */
const LONG_AFTER_MS = NOW_MS + 10 * GARBAGE_GRACE_MS;
export const UPLOAD: UploadId = { bucket: "photos", key: "cat.jpg", uploadId: "A".repeat(32) };
const ATTRIBUTES = { standard: {}, user: {}, tags: {} };
const FULL_PART_TEXT = "1".repeat(100 * 1024);

/** What stands in the store before the operations begin: part 1 has the least size that a part may have. */
export const texts: Readonly<Record<"object" | "part1" | "part2", string>> = {
  object: "before",
  part1: FULL_PART_TEXT,
  part2: "two",
};

export interface WorldOptions {
  readonly versioning?: "Enabled" | "Suspended";
  readonly isSequential?: boolean;
  /** Default: there is one. */
  readonly hasObject?: boolean;
}

/** Where worlds are made: in memory, or in a database that outlives its process. */
export type WorldPlace =
  | { readonly kind: "memory" }
  | { readonly kind: "sqlite"; readonly database: LastingDatabase };

export class InterleavingWorld {
  readonly #place: WorldPlace;
  #metadata: MetadataStore;
  readonly #blobs: MemoryBlobStore;
  readonly #leaseId: string;

  private constructor(place: WorldPlace, metadata: MetadataStore, leaseId: string) {
    this.#place = place;
    this.#metadata = metadata;
    this.#leaseId = leaseId;
    this.#blobs = new MemoryBlobStore(leaseId);
  }

  static async make(place: WorldPlace, options: WorldOptions): Promise<InterleavingWorld> {
    const now = () => NOW_MS;
    if (place.kind === "sqlite") {
      place.database.empty();
    }
    const metadata = place.kind === "memory" ? new MemoryMetadataStore(now) : place.database.metadata(now);
    const world = new InterleavingWorld(place, metadata, await metadata.openLease());
    await world.#fill(options);
    return world;
  }

  get store(): Pick<Store, "blobs" | "metadata"> & Store {
    const { collector } = this;
    return {
      metadata: this.#metadata,
      blobs: this.#blobs,
      collectGarbage: () => collector(NOW_MS).collectDue(),
      [Symbol.asyncDispose]: async () => {},
    };
  }

  /** Of this world, at a moment of its own. */
  readonly collector = (
    nowMs: number,
    store: Pick<Store, "blobs" | "metadata"> = this.store,
  ): GarbageCollector =>
    new GarbageCollector({
      ...store,
      now: () => nowMs,
      collectEveryMs: "never",
      reportError: (error) => {
        throw error;
      },
    });

  /** The process was lost and another one starts: it sweeps the blobs that nobody owns. */
  async restart(): Promise<void> {
    assert.ok(this.#place.kind === "sqlite", "memory is lost with its process");
    this.#place.database.restart();
    this.#metadata = this.#place.database.metadata(() => NOW_MS);
    await this.collector(NOW_MS).sweepDeadLeases();
    assert.deepEqual(await this.#metadata.listDeadLeases(), [], "a lease was not swept");
  }

  /** stored = live + open + queued, each blob once; and when the queue was worked off, stored = live + open. */
  async assertEquation(): Promise<void> {
    const queued = await this.#metadata.listGarbage({ nowMs: Number.MAX_SAFE_INTEGER, limit: 1_000 });
    const used = [...(await this.#liveBlobs()), ...(await this.#openBlobs())];
    const stored = await this.#storedBlobs();
    // A process that was lost may have deleted what it could not take off the queue any more.
    const there = queued.filter((id) => stored.includes(id));
    assert.deepEqual([...used, ...there].toSorted(), stored, "stored is not live + open + queued");

    await this.collector(LONG_AFTER_MS).collectDue();
    assert.deepEqual(used.toSorted(), await this.#storedBlobs(), "stored is not live + open");
  }

  /** All that a client can see, in words that do not depend on the order of what was given a number. */
  async snapshot(): Promise<unknown> {
    const { bucket } = UPLOAD;
    const page = { prefix: "", delimiter: "", keyMarker: "", limit: 100 };
    const { versions } = await this.#metadata.listVersions(bucket, { ...page, versionIdMarker: "" });
    const { uploads } = await this.#metadata.listUploads(bucket, { ...page, uploadIdMarker: "" });
    const outcome = await this.#metadata.getOutcome(UPLOAD);
    return {
      versions: await Promise.all(versions.map(({ version }) => this.#describeVersion(version))),
      uploads: await Promise.all(uploads.map((upload) => this.#describeUpload(upload))),
      outcome: outcome?.type === "completed" ? outcome.object.etag : outcome?.type,
    };
  }

  async #describeVersion(version: {
    readonly key: string;
    readonly versionId: string;
    readonly type: string;
  }) {
    const { key, versionId, type } = version;
    const opened = await this.#metadata.openObject({ bucket: UPLOAD.bucket, key, versionId });
    assert.ok(opened !== undefined);
    if (opened.version.type === "DeleteMarker") {
      return [key, type];
    }
    const { sizeBytes, etag } = opened.version;
    const sum = await this.#sumOf(opened.extents);
    assert.deepEqual(sum, { sizeBytes, crc64: opened.version.crc64 }, `${key} does not have its own bytes`);
    return [key, type, etag, String(sum.crc64)];
  }

  async #describeUpload(upload: UploadId & { readonly partCount: number; readonly heldBytes: number }) {
    const { parts } = await this.#metadata.listParts(upload, { afterPartNumber: 0, limit: 100 });
    const held = parts.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    assert.deepEqual([upload.partCount, upload.heldBytes], [parts.length, held], "the sums of an upload");
    return Promise.all(
      parts.map(async (part) => {
        const { sizeBytes, crc64: sum } = part;
        assert.deepEqual(await this.#sumOf([part]), { sizeBytes, crc64: sum }, "a part's own bytes");
        return [part.partNumber, part.md5];
      }),
    );
  }

  async #sumOf(extents: readonly { readonly blobId: string; readonly sizeBytes: number }[]) {
    let sum = 0n;
    let sizeBytes = 0;
    for (const extent of extents) {
      await using reader = await this.#blobs.open(extent.blobId);
      const bytes = new Uint8Array(extent.sizeBytes + 1);
      const readBytes = await reader.read(0, bytes);
      sizeBytes += readBytes;
      sum = crc64(bytes.subarray(0, readBytes), sum);
    }
    return { sizeBytes, crc64: sum };
  }

  async #storedBlobs(): Promise<readonly string[]> {
    const stored: string[] = [];
    for await (const id of this.#blobs.list(this.#leaseId)) {
      stored.push(id);
    }
    return stored.toSorted();
  }

  async #liveBlobs(): Promise<readonly string[]> {
    const page = { prefix: "", delimiter: "", keyMarker: "", versionIdMarker: "", limit: 100 };
    const { versions } = await this.#metadata.listVersions(UPLOAD.bucket, page);
    const opened = await Promise.all(versions.map(({ version }) => this.#metadata.openObject(version)));
    return opened.flatMap((each) => each?.extents.map(({ blobId }) => blobId) ?? []);
  }

  async #openBlobs(): Promise<readonly string[]> {
    const page = { prefix: "", delimiter: "", keyMarker: "", uploadIdMarker: "", limit: 100 };
    const { uploads } = await this.#metadata.listUploads(UPLOAD.bucket, page);
    const pages = await Promise.all(
      uploads.map((upload) => this.#metadata.listParts(upload, { afterPartNumber: 0, limit: 100 })),
    );
    return pages.flatMap(({ parts }) => parts.map(({ blobId }) => blobId));
  }

  async #fill({ versioning, isSequential = false, hasObject = true }: WorldOptions): Promise<void> {
    const { bucket: name, key } = UPLOAD;
    const lifecycle = [{ id: "1", prefix: "", status: "Enabled", abortMultipartUpload: { days: 1 } }];
    await this.#metadata.createBucket({
      ...{ name, acl: "private", storageClass: "Standard", dataRedundancyType: "LRS", createdAtMs: 0 },
      configurations: { lifecycle: JSON.stringify(lifecycle) },
      ...(versioning === undefined ? {} : { versioning }),
    });
    if (hasObject) {
      const {
        partNumber: _,
        createdAtMs: __,
        blobId,
        sizeBytes,
        md5,
        ...sums
      } = await this.#part(0, texts.object);
      await this.#metadata.putObject({
        ...{
          bucket: name,
          key,
          etag: md5.toUpperCase(),
          md5,
          ...sums,
          attributes: ATTRIBUTES,
          type: "Normal",
        },
        ...{ extents: [{ blobId, sizeBytes }], modifiedAtMs: 0, forbidOverwrite: false },
      });
    }
    const initiatedAtMs = NOW_MS - 3 * DAY_MS;
    const record = { ...UPLOAD, attributes: ATTRIBUTES, initiatedAtMs, isSequential };
    await this.#metadata.createUpload(record, { forbidOverwrite: false });
    const first = await this.#part(1, texts.part1);
    await this.#metadata.putPart(UPLOAD, first);
    await this.#metadata.putPart(UPLOAD, await this.#part(2, texts.part2), first.blobId);
  }

  async #part(partNumber: number, text: string) {
    const { bytes, ...sums } = contentOf(text);
    return { partNumber, blobId: await writeBlob(this.#blobs, [bytes]), ...sums, createdAtMs: 0 };
  }
}

interface Content {
  readonly bytes: Buffer;
  readonly sizeBytes: number;
  readonly md5: string;
  readonly crc64: bigint;
}

const contents = new Map<string, Content>();

/** Computed once, for there are thousands of worlds. */
function contentOf(text: string): Content {
  const bytes = Buffer.from(text);
  const content = contents.get(text) ?? {
    ...{ bytes, sizeBytes: bytes.length, md5: md5Of(text), crc64: crc64(bytes) },
  };
  contents.set(text, content);
  return content;
}
