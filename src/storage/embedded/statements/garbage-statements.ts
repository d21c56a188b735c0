// The queue of blobs that nobody owns, and the leases under which blobs are written.
import type { DatabaseSync } from "node:sqlite";
import type { BlobId } from "../../blob-store.ts";
import type { SynchronousOperations } from "../metadata-messages.ts";
import { text } from "../rows.ts";
import type { Counters } from "./counters.ts";
import type { Owners } from "./owners.ts";
import type { UnwrittenGarbage } from "./unwritten-garbage.ts";

type Operations = Pick<
  SynchronousOperations,
  | "listGarbage"
  | "forgetGarbage"
  | "postponeGarbage"
  | "openLease"
  | "listDeadLeases"
  | "findOrphans"
  | "forgetLease"
>;

export interface GarbageParts {
  readonly counters: Counters;
  readonly owners: Owners;
  readonly unwritten: UnwrittenGarbage;
}

export function garbageStatements(database: DatabaseSync, parts: GarbageParts): Operations {
  const { counters, owners, unwritten } = parts;
  const due = database.prepare("SELECT blob FROM gc WHERE due_at <= ? ORDER BY due_at LIMIT ?");
  const forget = database.prepare("DELETE FROM gc WHERE blob = ?");
  const postpone = database.prepare("UPDATE gc SET due_at = ? WHERE blob = ?");
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
    },
  };
}
