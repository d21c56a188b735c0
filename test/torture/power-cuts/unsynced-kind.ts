// The kinds of syncs that a store makes before it answers, and that power cuts are tried without.

export const UNSYNCED_KINDS = ["segments", "files", "folders", "database"] as const;

export type UnsyncedKind = (typeof UNSYNCED_KINDS)[number];

export function isUnsyncedKind(name: string): name is UnsyncedKind {
  return (UNSYNCED_KINDS as readonly string[]).includes(name);
}
