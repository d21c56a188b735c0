// Numbers that are given once and never again.
import type { DatabaseSync } from "node:sqlite";

export interface Counters {
  next(name: "content" | "generation" | "lease"): number;
}

export function openCounters(database: DatabaseSync): Counters {
  const count = database.prepare("UPDATE counter SET value = value + 1 WHERE name = ? RETURNING value");
  return { next: (name) => Number(count.get(name)?.value) };
}
