// The scrubs of a server, as its options ask for them.
import type { Store } from "../../storage/index.ts";
import type { ServerLog } from "../monitoring/server-log.ts";
import type { ServeOptions } from "../serve-options.ts";
import { ScrubSchedule } from "./scrub-schedule.ts";

export interface RunningScrubs extends AsyncDisposable {
  /** Undefined when there are none. */
  readonly schedule: ScrubSchedule | undefined;
}

/** In place of a request's id, for what no request is to blame for. */
const SCRUB_LOG_ID = "scrub";
const MEBIBYTE = 1_048_576;
/** What others who scrub do: often enough to find damage while there still is a backup from before it. */
const DEFAULT_INTERVAL_SECONDS = 604_800;
/** A tenth of what a slow disk reads, and 12 TB a week. */
const DEFAULT_MEBIBYTES_PER_SECOND = 20;

export async function startScrubs(
  { metadata }: Store,
  { data, scrubInterval = DEFAULT_INTERVAL_SECONDS, scrubRate = DEFAULT_MEBIBYTES_PER_SECOND }: ServeOptions,
  log: ServerLog,
): Promise<RunningScrubs> {
  if (scrubInterval === 0) {
    return { schedule: undefined, [Symbol.asyncDispose]: async () => undefined };
  }
  const schedule = await ScrubSchedule.start({
    folder: data,
    intervalMs: scrubInterval * 1_000,
    bytesPerSecond: scrubRate * MEBIBYTE,
    now: Date.now,
    findGone: (blobIds) => metadata.findOrphans(blobIds),
    reportFailure: (failure) => log.failure(failure, SCRUB_LOG_ID),
    reportEnd: (message) => log.note(message),
  });
  return { schedule, [Symbol.asyncDispose]: () => schedule[Symbol.asyncDispose]() };
}
