// How many parts a page sends side by side. A browser opens six connections to a host under HTTP/1.1, and over one of
// HTTP/2 six parts fill the line too: there is nothing to be found by measuring, so the window is as large as that, and
// smaller only for as long as the service, or the network, cannot take it.
import type { Clock } from "../clock.ts";
import { PlaceQueue, WINDOW_SIZE_MAX } from "../flow/place-queue.ts";
import type { CreateWindow, TransferWindow, WindowListener } from "../flow/transfer-window.ts";

/** Unless the user says otherwise. */
const SIZE_MAX = 6;
/** What is left of the window after the service has asked for less, or requests have timed out. */
const BACK_OFF_FACTOR = 0.7;
/** For each place, so many transfers have to end well before there is one more. */
const RECOVERY_COUNT = 4;

export const createPageWindow: CreateWindow = (concurrency, clock) => {
  const bounds = typeof concurrency === "number" ? { min: concurrency, max: concurrency } : concurrency;
  if ((typeof bounds !== "object" && bounds !== "auto") || bounds === null) {
    throw new TypeError('concurrency must be a number, "auto" or { min, max }');
  }
  const { min = 1, max = Math.max(SIZE_MAX, min) } = bounds === "auto" ? {} : bounds;
  const isPossible = Number.isSafeInteger(min) && Number.isSafeInteger(max);
  if (!isPossible || min < 1 || max < min || max > WINDOW_SIZE_MAX) {
    throw new RangeError(`concurrency must be from 1 to ${WINDOW_SIZE_MAX}, but is ${min} to ${max}`);
  }
  return pageWindow(min, max, clock);
};

function pageWindow(sizeMin: number, sizeMax: number, clock: Clock): TransferWindow {
  const queue = new PlaceQueue(sizeMax, clock);
  const listeners = new Set<WindowListener>();
  /** Requests that began before are of the larger window. */
  let backedOffAtMs = Number.NEGATIVE_INFINITY;
  let doneCount = 0;
  const resize = (wanted: number, reason: string) => {
    const size = Math.max(sizeMin, Math.min(sizeMax, wanted));
    doneCount = 0;
    if (size !== queue.size) {
      queue.resize(size);
      for (const listener of listeners) {
        listener({ size, reason });
      }
    }
  };
  return {
    get size() {
      return queue.size;
    },
    sizeMax,
    get inUse() {
      return queue.inUse;
    },
    measured: undefined,
    recall() {},
    watch(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async acquire(signal) {
      await queue.acquire(signal);
      let startedAtMs = clock.now();
      let isTaken = true;
      return {
        sent() {},
        failed({ kind, retryAfterMs = 0 }) {
          queue.hold(retryAfterMs);
          if ((kind === "throttled" || kind === "timeout") && startedAtMs > backedOffAtMs) {
            backedOffAtMs = clock.now();
            resize(Math.floor(queue.size * BACK_OFF_FACTOR), `${kind}: fewer at a time`);
          }
          startedAtMs = clock.now();
        },
        release(doneBytes) {
          if (!isTaken) {
            return;
          }
          isTaken = false;
          doneCount += doneBytes > 0 ? 1 : 0;
          if (doneCount >= RECOVERY_COUNT * queue.size) {
            resize(queue.size + 1, "all went well: one more at a time");
          }
          queue.release();
        },
      };
    },
  };
}
