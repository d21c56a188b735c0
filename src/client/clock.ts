// The port through which the client learns the time and waits.

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** @throws the signal's reason when it aborts first */
  wait(durationMs: number, signal: AbortSignal | undefined): Promise<void>;
}

/** The machine's own. */
export const systemClock: Clock = {
  now: () => Date.now(),

  wait(durationMs, signal) {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const finish = () => {
        signal?.removeEventListener("abort", stop);
        resolve();
      };
      const stop = () => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      const timer = setTimeout(finish, durationMs);
      signal?.addEventListener("abort", stop, { once: true });
    });
  },
};
