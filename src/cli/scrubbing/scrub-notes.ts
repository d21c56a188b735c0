// What a server notes of its scrubs in the data folder, so that one that is restarted every day still gets through.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { replaceFile } from "../../client/node/durable-file.ts";

/** What a scrub has read and found. */
export interface ScrubProgress {
  readonly startedAtMs: number;
  readonly blobCount: number;
  readonly bytes: number;
  readonly faultCount: number;
  /** The first of them. */
  readonly faults: readonly NotedFault[];
}

interface NotedFault {
  readonly blobId: string;
  /** One line: what, and whose. */
  readonly message: string;
}

export interface ScrubNotes {
  /** Of the last one that read everything; without one, of the first start. */
  readonly endedAtMs: number;
  /** Absent until one has read everything. */
  readonly last?: ScrubProgress;
  /** One that is not through yet. `after` is the last blob that it read. */
  readonly current?: ScrubProgress & { readonly after: string };
}

const NOTES_FILE = "scrub.json";

/** @returns undefined when there are none, or nobody can read them: then the next scrub begins anew */
export async function readScrubNotes(folder: string): Promise<ScrubNotes | undefined> {
  try {
    const notes = JSON.parse(await readFile(join(folder, NOTES_FILE), "utf8")) as ScrubNotes;
    return typeof notes.endedAtMs === "number" ? notes : undefined;
  } catch {
    return undefined;
  }
}

export function writeScrubNotes(folder: string, notes: ScrubNotes): Promise<void> {
  return replaceFile(join(folder, NOTES_FILE), `${JSON.stringify(notes)}\n`);
}
