// A new file survives a power cut only once the folder that names it is synced. One sync serves all who made their file
// before it began, so the cost is shared by all commits that run at the same time.
import { open } from "node:fs/promises";

interface FolderState {
  running: Promise<void>;
  /** For those who came while `running` ran: it may have missed their file. */
  next: Promise<void> | undefined;
}

export class DirectorySync {
  readonly #folders = new Map<string, FolderState>();

  /** Resolves when all that was in `folder` at the time of the call is named durably. */
  sync(folder: string): Promise<void> {
    const state = this.#folders.get(folder);
    if (state === undefined) {
      return this.#start(folder);
    }
    // If the running one fails, so does the next: the system tells of names that it could not write only once.
    state.next ??= state.running.then(() => this.#start(folder));
    return state.next;
  }

  #start(folder: string): Promise<void> {
    const state: FolderState = { running: syncDirectory(folder), next: undefined };
    this.#folders.set(folder, state);
    const forget = (): void => void this.#folders.delete(folder);
    state.running.then(() => state.next === undefined && forget(), forget);
    return state.running;
  }
}

/** Makes the names in `folder` durable. Windows cannot open a folder, and writes names through its journal. */
export async function syncDirectory(folder: string): Promise<void> {
  if (process.platform === "win32") {
    return;
  }
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
