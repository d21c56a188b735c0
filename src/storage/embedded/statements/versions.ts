// The versions of a key: the current one in the table `object`, so that a bucket without versioning works as if there
// were no others, and these in `noncurrent`. A key that has any version has a current one.
import type { DatabaseSync } from "node:sqlite";
import type { UnpublishedObject } from "../../plan-append.ts";
import type { BucketRecord, DeleteMarkerRecord, ObjectRecord } from "../../records.ts";
import { NULL_VERSION_ID, versionIdOf } from "../../version-ids.ts";
import { keyBytes, keyText } from "../key-bytes.ts";
import type { Row } from "../rows.ts";
import type { Contents } from "./contents.ts";
import type { Counters } from "./counters.ts";

export type Versioning = BucketRecord["versioning"];

interface KeyId {
  readonly bucket: string;
  readonly key: Uint8Array;
}

interface PublishedMarker {
  readonly marker: DeleteMarkerRecord;
  /** The earlier version of the same id, whose place the marker took. */
  readonly replaced?: Row;
}

export interface Versions {
  /** The version of that id, or the current one when there is no id. */
  find(id: KeyId, versionId?: string): Row | undefined;
  /** Puts an object in front of the others, by law 8. */
  publish(object: UnpublishedObject, contentId: number, versioning: Versioning): ObjectRecord;
  /** Puts a delete marker in front of the others, by law 8. */
  mark(id: KeyId, modifiedAtMs: number, versioning: "Enabled" | "Suspended"): PublishedMarker;
  /** Removes one version, whose blobs become garbage; the newest that is left is the current one. */
  remove(id: KeyId, row: Row, versioning: Versioning): void;
}

/** A delete marker has no bytes. */
const NO_CONTENT = 0;
const NO_ATTRIBUTES = "{}";

export function openVersions(
  database: DatabaseSync,
  { contents, counters }: { readonly contents: Contents; readonly counters: Counters },
): Versions {
  const selectCurrent = database.prepare("SELECT * FROM object WHERE bucket = ? AND key = ?");
  const selectNoncurrent = database.prepare(
    "SELECT * FROM noncurrent WHERE bucket = ? AND key = ? AND version_id = ?",
  );
  const insert = database.prepare("INSERT INTO object VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  const removeCurrent = database.prepare(
    "DELETE FROM object WHERE bucket = ? AND key = ? RETURNING content_id AS content_id",
  );
  const removeNoncurrent = database.prepare(
    "DELETE FROM noncurrent WHERE bucket = ? AND key = ? AND generation = ?",
  );
  const copyToNoncurrent = database.prepare(
    "INSERT INTO noncurrent SELECT * FROM object WHERE bucket = ? AND key = ?",
  );
  const copyNewestBack = database.prepare(
    `INSERT INTO object SELECT * FROM noncurrent WHERE bucket = ? AND key = ? ORDER BY generation DESC LIMIT 1
     RETURNING generation AS generation`,
  );

  function find({ bucket, key }: KeyId, versionId?: string): Row | undefined {
    const current = selectCurrent.get(bucket, key);
    if (versionId === undefined || current === undefined || current.version_id === versionId) {
      return current;
    }
    return selectNoncurrent.get(bucket, key, versionId);
  }

  function dropCurrent({ bucket, key }: KeyId): void {
    const contentId = removeCurrent.get(bucket, key)?.content_id;
    if (contentId !== undefined) {
      contents.drop(Number(contentId));
    }
  }

  function remove(id: KeyId, row: Row, versioning: Versioning): void {
    if (versioning === undefined) {
      dropCurrent(id);
      return;
    }
    const { bucket, key } = id;
    const { changes } = removeNoncurrent.run(bucket, key, Number(row.generation));
    if (changes > 0) {
      contents.drop(Number(row.content_id));
      return;
    }
    dropCurrent(id);
    const promoted = copyNewestBack.get(bucket, key)?.generation;
    if (promoted !== undefined) {
      removeNoncurrent.run(bucket, key, Number(promoted));
    }
  }

  /** @returns what was removed, where somebody may want to know of it */
  function makeRoom(id: KeyId, versioning: Versioning): Row | undefined {
    if (versioning === undefined) {
      dropCurrent(id);
      return undefined;
    }
    const replaced = versioning === "Suspended" ? find(id, NULL_VERSION_ID) : undefined;
    if (replaced !== undefined) {
      remove(id, replaced, versioning);
    }
    copyToNoncurrent.run(id.bucket, id.key);
    removeCurrent.run(id.bucket, id.key);
    return replaced;
  }

  function nextName(versioning: Versioning): Pick<ObjectRecord, "generation" | "versionId"> {
    const generation = counters.next("generation");
    return { generation, versionId: versioning === "Enabled" ? versionIdOf(generation) : NULL_VERSION_ID };
  }

  return {
    find,
    remove,
    publish: (object, contentId, versioning) => {
      const { bucket, sizeBytes, etag, md5, crc64, type, attributes, modifiedAtMs } = object;
      const key = keyBytes(object.key);
      makeRoom({ bucket, key }, versioning);
      const { generation, versionId } = nextName(versioning);
      const bytes = [contentId, sizeBytes, etag, md5 ?? null, String(crc64), type] as const;
      insert.run(bucket, key, generation, ...bytes, JSON.stringify(attributes), modifiedAtMs, versionId);
      return { ...object, versionId, generation };
    },
    mark: (id, modifiedAtMs, versioning) => {
      const { bucket, key } = id;
      const replaced = makeRoom(id, versioning);
      const { generation, versionId } = nextName(versioning);
      const bytes = [NO_CONTENT, 0, "", null, "0", "DeleteMarker"] as const;
      insert.run(bucket, key, generation, ...bytes, NO_ATTRIBUTES, modifiedAtMs, versionId);
      const marker = {
        bucket,
        key: keyText(key),
        versionId,
        type: "DeleteMarker",
        modifiedAtMs,
        generation,
      } as const;
      return { marker, ...(replaced === undefined ? {} : { replaced }) };
    },
  };
}
