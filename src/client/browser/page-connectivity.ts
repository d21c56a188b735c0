// Whether the browser has a network, by its own word: `navigator.onLine` is false only when it surely has none.
// Source: HTML Standard, Browser state.
import type { Connectivity } from "../connectivity.ts";

export const pageConnectivity: Connectivity = {
  get isOffline() {
    return globalThis.navigator?.onLine === false;
  },

  untilOnline(signal) {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const end = () => {
        globalThis.removeEventListener("online", end);
        signal?.removeEventListener("abort", end);
        signal?.aborted ? reject(signal.reason) : resolve();
      };
      globalThis.addEventListener("online", end);
      signal?.addEventListener("abort", end);
    });
  },
};
