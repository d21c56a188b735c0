// Which names a power cut would leave on a file system that promises nothing: those that stood in their folder when it was
// synced last. ext4 writes names along with other things, so that with it no cut shows that a folder's sync is missing.
// It looks at real syncs of real folders, in this process; only Linux says which folder a descriptor is.
import fs, { fstatSync, readdirSync, readlinkSync } from "node:fs";
import promises, { type FileHandle } from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import { basename, dirname } from "node:path";

type Sync = (this: FileHandle) => Promise<void>;

export interface SyncedNames extends Disposable {
  /** Whether the name of `path` would be there, and those of the folders that lead to it below `base`. */
  survives(path: string, base: string): boolean;
}

/** Watches from now on. Names that were there before are known from the next sync of their folder on. */
export async function watchSyncedNames(): Promise<SyncedNames> {
  const namesByFolder = new Map<string, ReadonlySet<string>>();
  await using handle = await promises.open(process.execPath, "r");
  const prototype = Object.getPrototypeOf(handle) as { sync: Sync };
  const { sync } = prototype;
  const { fsyncSync } = fs;
  prototype.sync = async function watchedSync(this: FileHandle): Promise<void> {
    // What comes while a sync runs may be left out of it.
    const synced = namesIn(this.fd);
    await sync.call(this);
    synced?.();
  };
  fs.fsyncSync = (fd: number) => {
    const synced = namesIn(fd);
    fsyncSync(fd);
    synced?.();
  };
  syncBuiltinESMExports();

  /** @returns what notes the names that the folder has now; undefined of what is no folder */
  function namesIn(fd: number): (() => void) | undefined {
    if (!fstatSync(fd).isDirectory()) {
      return undefined;
    }
    const folder = readlinkSync(`/proc/self/fd/${fd}`);
    const names = new Set(readdirSync(folder));
    return () => void namesByFolder.set(folder, names);
  }

  return {
    survives(path, base) {
      for (let at = path; at !== base; at = dirname(at)) {
        if (!namesByFolder.get(dirname(at))?.has(basename(at))) {
          return false;
        }
      }
      return true;
    },
    [Symbol.dispose]() {
      prototype.sync = sync;
      fs.fsyncSync = fsyncSync;
      syncBuiltinESMExports();
    },
  };
}
