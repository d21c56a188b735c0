// Buckets.
import type { DatabaseSync } from "node:sqlite";
import type { BucketRecord } from "../../records.ts";
import { bucketConflict, bucketMissing, bucketNotEmpty } from "../../refusals.ts";
import type { SynchronousOperations } from "../metadata-messages.ts";
import { bucketOf } from "../rows.ts";

type Operations = Pick<SynchronousOperations, "createBucket" | "getBucket" | "listBuckets" | "deleteBucket">;

export interface BucketStatements {
  readonly operations: Operations;
  /** @throws {StorageError} bucket-missing */
  readonly assertBucket: (name: string) => void;
}

export function bucketStatements(database: DatabaseSync): BucketStatements {
  const select = database.prepare("SELECT * FROM bucket WHERE name = ?");
  const insert = database.prepare("INSERT INTO bucket VALUES (?, ?, ?, ?)");
  const remove = database.prepare("DELETE FROM bucket WHERE name = ?");
  const selectAfter = database.prepare("SELECT * FROM bucket WHERE name > ? AND name >= ? ORDER BY name");
  const selectContent = database.prepare(
    "SELECT 1 FROM object WHERE bucket = ? UNION ALL SELECT 1 FROM upload WHERE bucket = ? LIMIT 1",
  );

  function getBucket(name: string): BucketRecord | undefined {
    const row = select.get(name);
    return row && bucketOf(row);
  }

  function assertBucket(name: string): void {
    if (select.get(name) === undefined) {
      throw bucketMissing(name);
    }
  }

  const operations: Operations = {
    getBucket,
    createBucket: (bucket) => {
      const there = getBucket(bucket.name);
      if (there === undefined) {
        insert.run(bucket.name, bucket.acl, bucket.storageClass, bucket.createdAtMs);
        return bucket;
      }
      if (there.storageClass !== bucket.storageClass) {
        throw bucketConflict(there.name, there.storageClass);
      }
      return there;
    },
    listBuckets: ({ prefix, startAfter, limit }) => {
      const buckets: BucketRecord[] = [];
      for (const row of selectAfter.iterate(startAfter, prefix)) {
        const bucket = bucketOf(row);
        if (!bucket.name.startsWith(prefix)) {
          break;
        }
        if (buckets.length === limit) {
          return { buckets, isTruncated: true };
        }
        buckets.push(bucket);
      }
      return { buckets, isTruncated: false };
    },
    deleteBucket: (name) => {
      assertBucket(name);
      if (selectContent.get(name, name) !== undefined) {
        throw bucketNotEmpty(name);
      }
      remove.run(name);
    },
  };
  return { operations, assertBucket };
}
