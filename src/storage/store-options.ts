// What every kind of store can be told.
import { COLLECT_EVERY_MS } from "./garbage-pace.ts";

export interface StoreOptions {
  /** The clock, in milliseconds since 1970. Default: the system's. */
  readonly now?: () => number;
  /** How often garbage that is due is deleted in the background. Default: every 5 s. */
  readonly collectEveryMs?: number | "never";
  /**
   * Bytes of the disk that are held back, so that aborts, deletions and the collection of garbage work on a full one.
   * For a store on a disk. Default: 0, none.
   */
  readonly reserveBytes?: number;
  /** Told of background work that failed and will be tried again. Default: a warning of the process. */
  readonly reportError?: (error: unknown) => void;
}

export function withDefaults(options: StoreOptions): Required<StoreOptions> {
  return {
    now: options.now ?? Date.now,
    collectEveryMs: options.collectEveryMs ?? COLLECT_EVERY_MS,
    reserveBytes: options.reserveBytes ?? 0,
    reportError: options.reportError ?? warn,
  };
}

function warn(error: unknown): void {
  process.emitWarning(error instanceof Error ? error : String(error), "StorageWarning");
}
