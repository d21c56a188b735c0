// Ctrl-C, `kill` and a closed terminal: once asks whatever runs to stop in order, twice ends the process at once.

const controller = new AbortController();

/** Aborted by the first of them, once `listenForInterruption` was called. */
export const interruption: AbortSignal = controller.signal;

const EXIT_INTERRUPTED = 130;

/** Under \`npm start\` one Ctrl-C arrives twice, from the terminal and from npm, and still means one. */
const ECHO_MAX_MS = 500;

export function listenForInterruption(): AbortSignal {
  if (process.listenerCount("SIGINT") === 0) {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
      process.on(signal, stop);
    }
  }
  return interruption;
}

let stoppedAtMs = 0;

function stop(): void {
  if (!controller.signal.aborted) {
    stoppedAtMs = Date.now();
    controller.abort();
    return;
  }
  if (Date.now() - stoppedAtMs > ECHO_MAX_MS) {
    process.exit(EXIT_INTERRUPTED);
  }
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
