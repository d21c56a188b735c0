// Numbers that are given once and never again.
import type { DatabaseSync } from "node:sqlite";

export interface Counters {
  /** @returns a number above the last one, and above `after` */
  next(name: "content" | "generation" | "lease", after?: number): number;
}

export function openCounters(database: DatabaseSync): Counters {
  const count = database.prepare(
    "UPDATE counter SET value = max(value, ?) + 1 WHERE name = ? RETURNING value",
  );
  return { next: (name, after = 0) => Number(count.get(after, name)?.value) };
}
