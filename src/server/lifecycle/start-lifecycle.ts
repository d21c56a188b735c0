// The lifecycle rules of a whole store, carried out from time to time: by a server, or beside several that share the store.
import type { MetadataStore } from "../../storage/metadata-store.ts";
import { reportOnStandardError } from "../report-on-standard-error.ts";
import { LifecycleSchedule } from "./lifecycle-schedule.ts";
import { runLifecycle } from "./run-lifecycle.ts";

export interface LifecycleOptions {
  readonly metadata: MetadataStore;
  /** How often: 1 … 2³¹ − 1. Default: every hour. */
  readonly lifecycleIntervalMs?: number | "never";
  /** Milliseconds since 1970. Default: the system's clock. */
  readonly now?: () => number;
  /** Told of every failure, with the request id `lifecycle`. Default: a line on standard error. */
  readonly reportFailure?: (failure: unknown, requestId: string) => void;
}

const LIFECYCLE_INTERVAL_MS = 60 * 60 * 1000;
const LIFECYCLE_REQUEST_ID = "lifecycle";

/** Begins with a run at once. Disposing of it ends a run under way after its step. @throws {RangeError} for no interval */
export function startLifecycle(options: LifecycleOptions): AsyncDisposable {
  const schedule = lifecycleOf(options);
  schedule.start();
  return schedule;
}

/** The same, not started yet. @throws {RangeError} for no interval */
export function lifecycleOf(options: LifecycleOptions): LifecycleSchedule {
  const { metadata, lifecycleIntervalMs = LIFECYCLE_INTERVAL_MS, now = Date.now } = options;
  const { reportFailure: report = reportOnStandardError } = options;
  const reportFailure = (failure: unknown) => report(failure, LIFECYCLE_REQUEST_ID);
  return new LifecycleSchedule({
    run: (signal) => runLifecycle(metadata, { nowMs: now(), signal, reportFailure }),
    intervalMs: lifecycleIntervalMs,
    reportFailure,
  });
}
