// A new file survives a power cut only once the folder that names it is synced. One sync serves all who made their file
// before it began, so the cost is shared by all commits that run at the same time.
import { open } from "node:fs/promises";
import { timeSync } from "./disk-times.ts";
import { SharedSync } from "./shared-sync.ts";

export class DirectorySync {
  readonly #folders = new Map<string, SharedSync>();

  /** Resolves when all that was in `folder` at the time of the call is named durably. */
  async sync(folder: string): Promise<void> {
    const shared = this.#folders.get(folder) ?? new SharedSync(() => syncDirectory(folder));
    this.#folders.set(folder, shared);
    try {
      await shared.run();
    } finally {
      if (shared.isIdle && this.#folders.get(folder) === shared) {
        this.#folders.delete(folder);
      }
    }
  }
}

/** Makes the names in `folder` durable. Windows cannot open a folder, and writes names through its journal. */
export async function syncDirectory(folder: string): Promise<void> {
  if (process.platform === "win32") {
    return;
  }
  const handle = await open(folder, "r");
  try {
    await timeSync("folder", () => handle.sync());
  } finally {
    await handle.close();
  }
}
