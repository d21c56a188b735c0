// Objects.
import type { DatabaseSync } from "node:sqlite";
import type { ObjectRecord } from "../../records.ts";
import { objectExists } from "../../refusals.ts";
import { keyBytes } from "../key-bytes.ts";
import type { SynchronousOperations } from "../metadata-messages.ts";
import { objectOf, type Row } from "../rows.ts";
import type { Contents } from "./contents.ts";
import type { Counters } from "./counters.ts";
import type { Owners } from "./owners.ts";

type Operations = Pick<SynchronousOperations, "putObject" | "getObject" | "openObject" | "deleteObjects">;

export interface ObjectStatements {
  readonly operations: Operations;
  /** @throws {StorageError} object-exists */
  readonly assertAbsent: (bucket: string, key: string) => void;
  /** Puts an object in place of the one under its key, whose blobs become garbage. */
  readonly publish: (facts: Omit<ObjectRecord, "generation">, contentId: number) => ObjectRecord;
}

export interface ObjectParts {
  readonly contents: Contents;
  readonly counters: Counters;
  readonly owners: Owners;
  readonly assertBucket: (name: string) => void;
}

export function objectStatements(database: DatabaseSync, parts: ObjectParts): ObjectStatements {
  const { contents, counters, owners, assertBucket } = parts;
  const select = database.prepare("SELECT * FROM object WHERE bucket = ? AND key = ?");
  const insert = database.prepare("INSERT INTO object VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  const remove = database.prepare(
    "DELETE FROM object WHERE bucket = ? AND key = ? RETURNING content_id AS content_id",
  );

  function find(bucket: string, key: string): Row | undefined {
    assertBucket(bucket);
    return select.get(bucket, keyBytes(key));
  }

  function assertAbsent(bucket: string, key: string): void {
    if (find(bucket, key) !== undefined) {
      throw objectExists(bucket, key);
    }
  }

  function drop(bucket: string, key: Uint8Array): void {
    const contentId = remove.get(bucket, key)?.content_id;
    if (contentId !== undefined) {
      contents.drop(Number(contentId));
    }
  }

  function publish(facts: Omit<ObjectRecord, "generation">, contentId: number): ObjectRecord {
    const { bucket, sizeBytes, etag, md5, crc64, type, attributes, modifiedAtMs } = facts;
    const key = keyBytes(facts.key);
    drop(bucket, key);
    const generation = counters.next("generation");
    const row = [
      bucket,
      key,
      generation,
      contentId,
      sizeBytes,
      etag,
      md5 ?? null,
      String(crc64),
      type,
    ] as const;
    insert.run(...row, JSON.stringify(attributes), modifiedAtMs);
    return { ...facts, generation };
  }

  const operations: Operations = {
    putObject: (object) => {
      const { extents, forbidOverwrite, ...facts } = object;
      owners.assertUnowned(extents);
      try {
        assertBucket(object.bucket);
        if (forbidOverwrite) {
          assertAbsent(object.bucket, object.key);
        }
      } catch (refusal) {
        contents.discard(extents);
        throw refusal;
      }
      const contentId = counters.next("content");
      contents.putExtents(contentId, extents, object.modifiedAtMs);
      const sizeBytes = extents.reduce((sum, extent) => sum + extent.sizeBytes, 0);
      return publish({ ...facts, sizeBytes, type: "Normal" }, contentId);
    },
    getObject: (bucket, key) => {
      const row = find(bucket, key);
      return row && objectOf(row);
    },
    openObject: (bucket, key) => {
      const row = find(bucket, key);
      return row && { object: objectOf(row), extents: contents.extents(Number(row.content_id)) };
    },
    deleteObjects: (bucket, keys) => {
      assertBucket(bucket);
      for (const key of keys.map(keyBytes)) {
        drop(bucket, key);
      }
    },
  };
  return { operations, assertAbsent, publish };
}
