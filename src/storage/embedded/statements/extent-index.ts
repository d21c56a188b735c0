// Where the parts of an object begin, for every 64th of them: whoever reads a range of an object of 10,000 parts looks at
// those around it. A row for every part would double what a completion writes.
import type { DatabaseSync } from "node:sqlite";
import type { ByteRun } from "../../wanted-bytes.ts";

/** Parts from one row of the index to the next. */
const STRIDE = 64;

/** A part, by its place in the order of its object's parts. */
interface IndexedPart {
  readonly contentId: number;
  readonly partNumber: number;
  /** From 0. */
  readonly partIndex: number;
  /** Where in the object it begins. */
  readonly startBytes: number;
}

/** The parts of numbers [first, endExclusive). */
interface PartSpan {
  readonly first: number;
  readonly endExclusive: number;
  /** Where in the object the first of them begins. */
  readonly startBytes: number;
}

export interface ExtentIndex {
  /** To be told every part of an object, once. */
  add(part: IndexedPart): void;
  /** Parts that have all bytes of the run; at most some 64 on either side of it have none, where the index knows the object. */
  spanOf(contentId: number, run: ByteRun | undefined): PartSpan;
  drop(contentId: number): void;
}

const ALL_PARTS: PartSpan = { first: 0, endExclusive: Number.MAX_SAFE_INTEGER, startBytes: 0 };

export function openExtentIndex(database: DatabaseSync): ExtentIndex {
  const insert = database.prepare("INSERT INTO extent_index VALUES (?, ?, ?)");
  const remove = database.prepare("DELETE FROM extent_index WHERE content_id = ?");
  const selectBefore = database.prepare(
    `SELECT part_number, start FROM extent_index WHERE content_id = ? AND start <= ?
     ORDER BY start DESC, part_number DESC LIMIT 1`,
  );
  const selectBehind = database.prepare(
    "SELECT part_number FROM extent_index WHERE content_id = ? AND start >= ? ORDER BY start, part_number LIMIT 1",
  );
  return {
    add: ({ contentId, partNumber, partIndex, startBytes }) => {
      if (partIndex > 0 && partIndex % STRIDE === 0) {
        insert.run(contentId, startBytes, partNumber);
      }
    },
    spanOf: (contentId, run) => {
      if (run === undefined) {
        return ALL_PARTS;
      }
      const before = selectBefore.get(contentId, run.start);
      const behind = selectBehind.get(contentId, run.endExclusive);
      return {
        first: Number(before?.part_number ?? ALL_PARTS.first),
        endExclusive: Number(behind?.part_number ?? ALL_PARTS.endExclusive),
        startBytes: Number(before?.start ?? ALL_PARTS.startBytes),
      };
    },
    drop: (contentId) => {
      remove.run(contentId);
    },
  };
}
