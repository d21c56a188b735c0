// Buckets.
import type { DatabaseSync } from "node:sqlite";
import { changedBucket } from "../../apply-changes.ts";
import type { Versioning } from "../../publication.ts";
import type { BucketRecord } from "../../records.ts";
import { bucketConflict, bucketMissing, bucketNotEmpty } from "../../refusals.ts";
import type { SynchronousOperations } from "../metadata-messages.ts";
import { bucketOf, versioningOf } from "../rows.ts";
import { prepareBucketMeasurement } from "./bucket-measurement.ts";

type Operations = Pick<
  SynchronousOperations,
  "createBucket" | "getBucket" | "updateBucket" | "listBuckets" | "measureBucket" | "deleteBucket"
>;

/** @returns the bucket's versioning @throws {StorageError} bucket-missing */
export type RequireBucket = (name: string) => Versioning;

export interface BucketStatements {
  readonly operations: Operations;
  readonly requireBucket: RequireBucket;
}

export function bucketStatements(database: DatabaseSync): BucketStatements {
  const select = database.prepare("SELECT * FROM bucket WHERE name = ?");
  const insert = database.prepare("INSERT INTO bucket VALUES (?, ?, ?, ?, ?, ?, ?)");
  // Without the configurations, which may be long, for every call on an object begins with it.
  const selectVersioning = database.prepare("SELECT versioning FROM bucket WHERE name = ?");
  const update = database.prepare(
    "UPDATE bucket SET acl = ?, versioning = ?, configurations = ? WHERE name = ?",
  );
  const remove = database.prepare("DELETE FROM bucket WHERE name = ?");
  const selectAfter = database.prepare("SELECT * FROM bucket WHERE name > ? AND name >= ? ORDER BY name");
  const selectContent = database.prepare(
    "SELECT 1 FROM object WHERE bucket = ? UNION ALL SELECT 1 FROM upload WHERE bucket = ? LIMIT 1",
  );

  const measure = prepareBucketMeasurement(database);

  function getBucket(name: string): BucketRecord | undefined {
    const row = select.get(name);
    return row && bucketOf(row);
  }

  function requireBucket(name: string): Versioning {
    const row = selectVersioning.get(name);
    if (row === undefined) {
      throw bucketMissing(name);
    }
    return versioningOf(row);
  }

  const operations: Operations = {
    getBucket,
    createBucket: (bucket) => {
      const there = getBucket(bucket.name);
      if (there === undefined) {
        const { name, acl, storageClass, createdAtMs, dataRedundancyType, versioning, configurations } =
          bucket;
        const texts = [dataRedundancyType, versioning ?? null, JSON.stringify(configurations)] as const;
        insert.run(name, acl, storageClass, createdAtMs, ...texts);
        return bucket;
      }
      if (there.storageClass !== bucket.storageClass) {
        throw bucketConflict(there.name, there.storageClass);
      }
      return there;
    },
    updateBucket: (name, change) => {
      const there = getBucket(name);
      if (there === undefined) {
        throw bucketMissing(name);
      }
      const bucket = changedBucket(there, change);
      update.run(bucket.acl, bucket.versioning ?? null, JSON.stringify(bucket.configurations), name);
      return bucket;
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
    measureBucket: (name) => {
      requireBucket(name);
      return measure(name);
    },
    deleteBucket: (name) => {
      requireBucket(name);
      if (selectContent.get(name, name) !== undefined) {
        throw bucketNotEmpty(name);
      }
      remove.run(name);
    },
  };
  return { operations, requireBucket };
}
