// The versions of a key: the current one in the table `object`, so that a bucket without versioning works as if there
// were no others, and these in `noncurrent`. A key that has any version has a current one.
import type { DatabaseSync } from "node:sqlite";
import type { UnpublishedObject } from "../../plan-append.ts";
import { planPublication, type Versioning } from "../../publication.ts";
import type { DeleteMarkerRecord, ObjectRecord } from "../../records.ts";
import { keyBytes, keyText } from "../key-bytes.ts";
import { type Row, text } from "../rows.ts";
import type { Contents } from "./contents.ts";
import type { Counters } from "./counters.ts";

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

  /** Makes the place in front free, by law 8. @returns the version that the new one replaces */
  function makeRoom(
    id: KeyId,
    versioning: Versioning,
  ): Pick<ObjectRecord, "generation" | "versionId"> & { readonly replaced: Row | undefined } {
    const current = find(id);
    const generation = counters.next("generation");
    const plan = planPublication(versioning, current && text(current.version_id), generation);
    const { versionId } = plan;
    if (plan.current === "dropped") {
      dropCurrent(id);
      return { generation, versionId, replaced: current };
    }
    const replaced = plan.dropsOlderOfSameName ? find(id, versionId) : undefined;
    if (replaced !== undefined) {
      removeNoncurrent.run(id.bucket, id.key, Number(replaced.generation));
      contents.drop(Number(replaced.content_id));
    }
    if (plan.current === "noncurrent") {
      copyToNoncurrent.run(id.bucket, id.key);
      removeCurrent.run(id.bucket, id.key);
    }
    return { generation, versionId, replaced };
  }

  return {
    find,
    remove,
    publish: (object, contentId, versioning) => {
      const { bucket, sizeBytes, etag, md5, crc64, type, attributes, modifiedAtMs } = object;
      const key = keyBytes(object.key);
      const { generation, versionId } = makeRoom({ bucket, key }, versioning);
      const bytes = [contentId, sizeBytes, etag, md5 ?? null, String(crc64), type] as const;
      insert.run(bucket, key, generation, ...bytes, JSON.stringify(attributes), modifiedAtMs, versionId);
      return { ...object, versionId, generation };
    },
    mark: (id, modifiedAtMs, versioning) => {
      const { bucket, key } = id;
      const { generation, versionId, replaced } = makeRoom(id, versioning);
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
