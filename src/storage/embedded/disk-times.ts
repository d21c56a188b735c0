// How long syncs of the disk and commits take, told to whoever listens. They go through channels of the process, so that
// nothing between the disk and the listener has to hand them on, and cost next to nothing while nobody does.
import { channel } from "node:diagnostics_channel";

/** What is synced: a blob's own file, a segment of small blobs, marks of deleted ones, or a folder of new names. */
export type SyncedThing = "file" | "folder" | "marks" | "segment";

export interface SyncTime {
  readonly of: SyncedThing;
  readonly tookMs: number;
}

/** One transaction of the database, with its sync. */
export interface CommitTime {
  /** How many callers' changes it carried. */
  readonly changeCount: number;
  readonly tookMs: number;
}

export interface DiskTimesListener {
  readonly synced: (time: SyncTime) => void;
  /** Told in the process that commits, and in no other. */
  readonly committed: (time: CommitTime) => void;
}

const syncs = channel("partwise:sync");
const commits = channel("partwise:commit");

/** Tells of all stores of this process, from now on. What a listener throws is thrown for the process, not the store. */
export function listenForDiskTimes({ synced, committed }: DiskTimesListener): Disposable {
  const onSync = (time: unknown) => synced(time as SyncTime);
  const onCommit = (time: unknown) => committed(time as CommitTime);
  syncs.subscribe(onSync);
  commits.subscribe(onCommit);
  return {
    [Symbol.dispose]: () => {
      syncs.unsubscribe(onSync);
      commits.unsubscribe(onCommit);
    },
  };
}

/** Runs `sync`, and tells how long it took if it succeeded. */
export async function timeSync(of: SyncedThing, sync: () => Promise<void>): Promise<void> {
  if (!syncs.hasSubscribers) {
    return sync();
  }
  const startedAtMs = performance.now();
  await sync();
  syncs.publish({ of, tookMs: performance.now() - startedAtMs } satisfies SyncTime);
}

export function tellCommit(time: CommitTime): void {
  commits.publish(time);
}
