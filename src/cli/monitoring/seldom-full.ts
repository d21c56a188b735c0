// On a full disk every body is refused, clients send them again and again, and the log may lie on that disk too. So of
// these failures one a minute is told, and how many there were besides.
import { StorageError } from "../../storage/index.ts";
import type { ServerLog } from "./server-log.ts";

const INTERVAL_MS = 60_000;

/** @param now  milliseconds since any moment */
export function tellFullDiskSeldom(log: ServerLog, now: () => number): ServerLog {
  let toldAtMs = Number.NEGATIVE_INFINITY;
  let untoldCount = 0;
  return {
    note: log.note,
    failure(failure, requestId) {
      if (!(failure instanceof StorageError && failure.code === "no-space")) {
        log.failure(failure, requestId);
        return;
      }
      untoldCount += 1;
      if (now() - toldAtMs < INTERVAL_MS) {
        return;
      }
      if (untoldCount > 1) {
        log.note(
          `${untoldCount} requests were refused for want of space since the last one that is told here`,
        );
      }
      log.failure(failure, requestId);
      toldAtMs = now();
      untoldCount = 0;
    },
  };
}
