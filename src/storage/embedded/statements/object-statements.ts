// Objects and their versions.
import type { DatabaseSync } from "node:sqlite";
import { changedAttributes } from "../../apply-changes.ts";
import type { Deletion, DeletionOutcome } from "../../metadata-store.ts";
import { type AppendPlan, planAppend } from "../../plan-append.ts";
import {
  assertMayPublish,
  assertRights,
  type PublicationTarget,
  planDeletion,
  type Versioning,
} from "../../publication.ts";
import type { ObjectId, ObjectRecord } from "../../records.ts";
import { wantedRun } from "../../wanted-bytes.ts";
import { keyBytes } from "../key-bytes.ts";
import type { SynchronousOperations } from "../metadata-messages.ts";
import { objectOf, type Row, versionOf } from "../rows.ts";
import type { RequireBucket } from "./bucket-statements.ts";
import type { Contents } from "./contents.ts";
import type { Counters } from "./counters.ts";
import type { Owners } from "./owners.ts";
import type { Versions } from "./versions.ts";

type Operations = Pick<
  SynchronousOperations,
  "putObject" | "appendObject" | "getObject" | "openObject" | "changeObject" | "deleteObjects"
>;

export interface ObjectStatements {
  readonly operations: Operations;
  /** @throws {StorageError} bucket-missing */
  readonly target: (id: { readonly bucket: string; readonly key: string }) => PublicationTarget;
}

export interface ObjectParts {
  readonly contents: Contents;
  readonly counters: Counters;
  readonly owners: Owners;
  readonly versions: Versions;
  /** With its configurations, which may be long. */
  readonly getBucket: SynchronousOperations["getBucket"];
  readonly requireBucket: RequireBucket;
}

/** A new content's first extent goes here. */
const EMPTY = { afterPartNumber: 0, startBytes: 0 } as const;
/**
 * Rows that deletions of one call may change before the others of it have to wait for another transaction: some 5 ms. An
 * object of one part is five, each further part two, and an object is deleted as a whole.
 */
const DELETION_CHANGES_MAX = 4_000;

export function objectStatements(database: DatabaseSync, parts: ObjectParts): ObjectStatements {
  const { contents, counters, owners, versions, getBucket, requireBucket } = parts;
  const grow = database.prepare(
    `UPDATE object SET generation = ?, size = ?, etag = ?, md5 = NULL, crc64 = ?, modified_at = ?,
       attributes = ?
     WHERE bucket = ? AND key = ?`,
  );
  const changeCurrent = database.prepare(
    "UPDATE object SET attributes = ? WHERE bucket = ? AND key = ? AND generation = ?",
  );
  const changeNoncurrent = database.prepare(
    "UPDATE noncurrent SET attributes = ? WHERE bucket = ? AND key = ? AND generation = ?",
  );

  const totalChanges = database.prepare("SELECT total_changes() AS count");

  /** How many rows this connection has changed since it was opened. */
  function changeCount(): number {
    return Number(totalChanges.get()?.count);
  }

  function find({ bucket, key, versionId }: ObjectId): Row | undefined {
    requireBucket(bucket);
    return versions.find({ bucket, key: keyBytes(key) }, versionId);
  }

  const target: ObjectStatements["target"] = ({ bucket, key }) => {
    const find = () => versions.find({ bucket, key: keyBytes(key) });
    const current = () => {
      const row = find();
      return row && versionOf(row);
    };
    return {
      ...{ bucket, key, versioning: requireBucket(bucket) },
      isTaken: () => find() !== undefined,
      rights: () => ({ bucket: getBucket(bucket), current: current() }),
    };
  };

  function growCurrent({ object }: AppendPlan & { readonly type: "grow" }): ObjectRecord {
    const { bucket, key, sizeBytes, etag, crc64, modifiedAtMs } = object;
    const attributes = JSON.stringify(object.attributes);
    const generation = counters.next("generation");
    grow.run(generation, sizeBytes, etag, String(crc64), modifiedAtMs, attributes, bucket, keyBytes(key));
    return { ...object, generation };
  }

  function deleteOne(
    bucket: string,
    deletion: Deletion,
    context: { readonly versioning: Versioning; readonly deletedAtMs: number },
  ): DeletionOutcome {
    const id = { bucket, key: keyBytes(deletion.key) };
    const row = versions.find(id, deletion.versionId);
    const there = row && { generation: Number(row.generation) };
    const plan = planDeletion(deletion, context.versioning, there);
    if (plan === "mark" && context.versioning !== undefined) {
      const { marker, replaced } = versions.mark(id, context.deletedAtMs, context.versioning);
      return { ...(replaced === undefined ? {} : { removed: versionOf(replaced) }), marker };
    }
    if (plan === "nothing" || row === undefined) {
      return {};
    }
    versions.remove(id, row, context.versioning);
    return { removed: versionOf(row) };
  }

  const operations: Operations = {
    putObject: ({ extents, forbidOverwrite, onlyWhile, ...facts }) => {
      const { versioning } = owners.orDiscard(extents, () => {
        const found = target(facts);
        assertMayPublish(found, { forbidOverwrite, onlyWhile });
        return found;
      });
      const contentId = counters.next("content");
      contents.addExtents({ contentId, ...EMPTY }, extents, facts.modifiedAtMs);
      const sizeBytes = extents.reduce((sum, extent) => sum + extent.sizeBytes, 0);
      return versions.publish({ ...facts, sizeBytes }, contentId, versioning);
    },
    appendObject: (append) => {
      const { bucket, extent, modifiedAtMs } = append;
      const appended = extent === undefined ? [] : [extent];
      const { plan, row, versioning } = owners.orDiscard(appended, () => {
        const found = target(append);
        assertRights(found, append.onlyWhile);
        const { versioning } = found;
        const row = versions.find({ bucket, key: keyBytes(append.key) });
        return { plan: planAppend(row && versionOf(row), append), row, versioning };
      });
      if (plan.type === "begin") {
        const contentId = counters.next("content");
        contents.addExtents({ contentId, ...EMPTY }, appended, modifiedAtMs);
        return versions.publish(plan.object, contentId, versioning);
      }
      const contentId = Number(row?.content_id);
      const afterPartNumber = contents.lastPartNumber(contentId);
      const place = { contentId, afterPartNumber, startBytes: append.positionBytes };
      contents.addExtents(place, appended, modifiedAtMs);
      return growCurrent(plan);
    },
    getObject: (id) => {
      const row = find(id);
      return row && versionOf(row);
    },
    openObject: (id, wanted) => {
      const row = find(id);
      if (row === undefined) {
        return undefined;
      }
      const version = versionOf(row);
      const run = wantedRun(version, wanted);
      return { version, extents: contents.extents(Number(row.content_id), run), run };
    },
    changeObject: (id, change, only) => {
      const row = find(id);
      const isOther = only !== undefined && only.generation !== row?.generation;
      if (row === undefined || row.type === "DeleteMarker" || isOther) {
        return undefined;
      }
      const object = objectOf(row);
      const attributes = changedAttributes(object.attributes, change);
      const place = [id.bucket, keyBytes(id.key), object.generation] as const;
      const text = JSON.stringify(attributes);
      if (changeCurrent.run(text, ...place).changes === 0) {
        changeNoncurrent.run(text, ...place);
      }
      return { ...object, attributes };
    },
    deleteObjects: (bucket, deletions, deletedAtMs) => {
      const context = { versioning: requireBucket(bucket), deletedAtMs };
      const changeCountMax = changeCount() + DELETION_CHANGES_MAX;
      const outcomes: DeletionOutcome[] = [];
      for (const deletion of deletions) {
        outcomes.push(deleteOne(bucket, deletion, context));
        if (changeCount() >= changeCountMax) {
          break;
        }
      }
      return outcomes;
    },
  };
  return { operations, target };
}
