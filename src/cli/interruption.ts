// Ctrl-C: once asks whatever runs to stop in order, twice ends the process at once.

const controller = new AbortController();

/** Aborted by the first Ctrl-C, once `listenForInterruption` was called. */
export const interruption: AbortSignal = controller.signal;

const EXIT_INTERRUPTED = 130;

export function listenForInterruption(): AbortSignal {
  if (process.listenerCount("SIGINT") === 0) {
    process.on("SIGINT", () => {
      if (controller.signal.aborted) {
        process.exit(EXIT_INTERRUPTED);
      }
      controller.abort();
    });
  }
  return interruption;
}

/** Resolves when `signal` is aborted. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
