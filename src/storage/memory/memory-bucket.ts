// One bucket in memory: its versions by key, newest first, and its open uploads.
import type { BlobId } from "../blob-store.ts";
import type { BlobMove, OpenedVersion } from "../metadata-store.ts";
import type { BucketRecord, PartRecord, UploadRecord } from "../records.ts";
import type { HeldParts } from "../upload-transitions.ts";

export interface OpenUpload {
  readonly record: UploadRecord;
  readonly parts: Map<number, PartRecord>;
  held: HeldParts;
}

export class MemoryBucket {
  record: BucketRecord;
  /** By upload id. */
  readonly uploads: Map<string, OpenUpload> = new Map();
  /** No key has an empty list. */
  readonly #versions = new Map<string, readonly OpenedVersion[]>();

  constructor(record: BucketRecord) {
    this.record = record;
  }

  get isEmpty(): boolean {
    return this.#versions.size === 0 && this.uploads.size === 0;
  }

  allVersions(): readonly (readonly OpenedVersion[])[] {
    return [...this.#versions.values()];
  }

  /** The version of that id, or the current one when there is no id. */
  find(key: string, versionId?: string): OpenedVersion | undefined {
    const versions = this.#versions.get(key) ?? [];
    return versionId === undefined
      ? versions[0]
      : versions.find(({ version }) => version.versionId === versionId);
  }

  /** Puts a version in front of the others. */
  putInFront(opened: OpenedVersion): void {
    const { key } = opened.version;
    this.#versions.set(key, [opened, ...(this.#versions.get(key) ?? [])]);
  }

  /** @returns what was removed */
  remove(key: string, versionId: string): OpenedVersion | undefined {
    const removed = this.find(key, versionId);
    const rest = (this.#versions.get(key) ?? []).filter((each) => each !== removed);
    if (rest.length > 0) {
      this.#versions.set(key, rest);
    } else {
      this.#versions.delete(key);
    }
    return removed;
  }

  /** Puts a version in the place of the one that has its id. */
  replace(opened: OpenedVersion): void {
    const { key, versionId } = opened.version;
    const there = this.find(key, versionId);
    this.#versions.set(
      key,
      (this.#versions.get(key) ?? []).map((each) => (each === there ? opened : each)),
    );
  }

  /** Gives what belongs to one blob to another. @returns whether anything did */
  moveBlob({ from, to }: BlobMove): boolean {
    for (const { parts } of this.uploads.values()) {
      const part = [...parts.values()].find(({ blobId }) => blobId === from);
      if (part !== undefined) {
        parts.set(part.partNumber, { ...part, blobId: to });
        return true;
      }
    }
    const owner = this.allVersions()
      .flat()
      .find(({ extents }) => extents.some(({ blobId }) => blobId === from));
    if (owner === undefined) {
      return false;
    }
    const extents = owner.extents.map((each) => (each.blobId === from ? { ...each, blobId: to } : each));
    this.replace({ ...owner, extents });
    return true;
  }

  /** Of all versions, and of all parts of open uploads but the sequential ones. */
  movableBlobIds(): readonly BlobId[] {
    const sequential = [...this.uploads.values()].filter(({ record }) => record.isSequential);
    const kept = new Set(sequential.flatMap(sortedParts).map(({ blobId }) => blobId));
    return this.blobIds().filter((id) => !kept.has(id));
  }

  /** Of all versions and of all parts of open uploads. */
  blobIds(): readonly BlobId[] {
    const ofUploads = [...this.uploads.values()].flatMap(sortedParts);
    const ofVersions = this.allVersions().flatMap((versions) => versions.flatMap(({ extents }) => extents));
    return [...ofUploads, ...ofVersions].map(({ blobId }) => blobId);
  }
}

export function sortedParts({ parts }: OpenUpload): readonly PartRecord[] {
  return [...parts.values()].sort((first, second) => first.partNumber - second.partNumber);
}
