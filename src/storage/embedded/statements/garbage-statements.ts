// The queue of blobs that nobody owns, and the leases under which blobs are written.
import type { DatabaseSync } from "node:sqlite";
import type { BlobId } from "../../blob-store.ts";
import { blobOwned } from "../../refusals.ts";
import type { SynchronousOperations } from "../metadata-messages.ts";
import { text } from "../rows.ts";
import type { Contents } from "./contents.ts";
import type { Counters } from "./counters.ts";
import type { Owners } from "./owners.ts";
import type { UnwrittenGarbage } from "./unwritten-garbage.ts";

type Operations = Pick<
  SynchronousOperations,
  | "listGarbage"
  | "measureGarbage"
  | "forgetGarbage"
  | "postponeGarbage"
  | "findMovable"
  | "moveBlobs"
  | "openLease"
  | "listDeadLeases"
  | "findOrphans"
  | "forgetLease"
>;

export interface GarbageParts {
  readonly contents: Contents;
  readonly counters: Counters;
  readonly owners: Owners;
  readonly unwritten: UnwrittenGarbage;
}

export function garbageStatements(database: DatabaseSync, parts: GarbageParts): Operations {
  const { contents, counters, owners, unwritten } = parts;
  const due = database.prepare("SELECT blob FROM gc WHERE due_at <= ? ORDER BY due_at LIMIT ?");
  const forget = database.prepare("DELETE FROM gc WHERE blob = ?");
  const postpone = database.prepare("UPDATE gc SET due_at = ? WHERE blob = ?");
  const contentOf = database.prepare("SELECT content_id FROM part WHERE blob = ?");
  const sequentialContents = database.prepare("SELECT content_id FROM upload WHERE is_sequential = 1");
  const sizeOf = database.prepare(
    "SELECT size FROM part WHERE blob = ? UNION ALL SELECT size FROM gc WHERE blob = ?",
  );
  const measure = database.prepare("SELECT count(*) AS blobs, coalesce(sum(size), 0) AS bytes FROM gc");
  const move = database.prepare("UPDATE part SET blob = ? WHERE blob = ?");
  const insertLease = database.prepare("INSERT INTO lease VALUES (?)");
  const leases = database.prepare("SELECT id FROM lease ORDER BY CAST(id AS INTEGER)");
  const forgetLease = database.prepare("DELETE FROM lease WHERE id = ?");
  /** Given to this run: the lock on the folder makes every other lease a dead one. */
  const ownLeases = new Set<string>();

  return {
    listGarbage: ({ nowMs, limit }) => {
      const first = unwritten
        .due(nowMs)
        .filter((id) => !owners.isOwned(id))
        .slice(0, limit);
      return [...first, ...due.all(nowMs, limit - first.length).map((row) => text(row.blob))];
    },
    measureGarbage: () => {
      const row = measure.get();
      return { blobCount: Number(row?.blobs), heldBytes: Number(row?.bytes) };
    },
    forgetGarbage: (ids) => {
      for (const id of ids) {
        forget.run(id);
        unwritten.forget(id);
      }
    },
    postponeGarbage: (ids, dueMs) => {
      for (const id of ids) {
        postpone.run(dueMs, id);
        unwritten.postpone(id, dueMs);
      }
    },
    findMovable: (ids) => {
      const kept = new Set(sequentialContents.all().map((row) => row.content_id));
      return ids.filter((id) => {
        const contentId = contentOf.get(id)?.content_id;
        return contentId !== undefined && !kept.has(contentId);
      });
    },
    moveBlobs: (moves) => {
      const owned = moves.find(({ to }) => owners.isOwned(to));
      if (owned !== undefined) {
        throw blobOwned(owned.to);
      }
      const unneeded = moves.map(({ from, to }) => {
        const sizeBytes = Number(sizeOf.get(from, from)?.size ?? 0);
        return { blobId: move.run(to, from).changes > 0 ? from : to, sizeBytes };
      });
      contents.discard(unneeded);
      return moves.filter(({ from }, index) => unneeded[index]?.blobId === from).length;
    },
    openLease: (after = "0") => {
      const id = String(counters.next("lease", Number(after)));
      insertLease.run(id);
      ownLeases.add(id);
      return id;
    },
    listDeadLeases: () =>
      leases
        .all()
        .map((row) => text(row.id))
        .filter((id) => !ownLeases.has(id)),
    findOrphans: (ids: readonly BlobId[]) => ids.filter((id) => !owners.isOwned(id)),
    forgetLease: (leaseId) => {
      forgetLease.run(leaseId);
      ownLeases.delete(leaseId);
    },
  };
}
