// The load's calls, watched: how long each operation takes, when the next one begins, and whether a call failed because
// the server is gone.
import { TransportError } from "../../src/client/node/index.ts";
import type { ServedFolder } from "../e2e/server-process.ts";
import type { LoadOperation } from "./kill-load.ts";

/** What an operation is thought to take before it was seen. */
const FIRST_GUESS_MS = 5;
/** How long the end of a process may come after the end of its connections. */
const END_TIMEOUT_MS = 5_000;

/** What operations took last, in all rounds. */
export type Durations = Map<LoadOperation, number>;

/** One of several processes that answer requests has died under a call: whether it happened is not known. */
export class LostWithWorker extends Error {
  override readonly name = "LostWithWorker";
}

export class WatchedCalls {
  readonly #server: ServedFolder;
  readonly #losesWorker: boolean;
  readonly #durations: Durations;
  readonly #over = new AbortController();
  #onBegin: (operation: LoadOperation, usualMs: number) => void = () => undefined;

  /** @param losesWorker  whether a worker is killed meanwhile, and the service goes on */
  constructor(server: ServedFolder, durations: Durations, { losesWorker = false } = {}) {
    this.#server = server;
    this.#losesWorker = losesWorker;
    this.#durations = durations;
  }

  /** Whatever fails from now on is no failure of the server, and whatever is answered counts as not answered. */
  end(): void {
    this.#over.abort();
  }

  isOver(): boolean {
    return this.#over.signal.aborted;
  }

  /** Tells of each operation that begins, and of how long it took the last time. */
  onBegin(listener: (operation: LoadOperation, usualMs: number) => void): void {
    this.#onBegin = listener;
  }

  async call<T>(operation: LoadOperation, act: () => Promise<T>): Promise<T> {
    const startedAtMs = performance.now();
    this.#onBegin(operation, this.#durations.get(operation) ?? FIRST_GUESS_MS);
    try {
      const result = await act();
      if (this.isOver()) {
        throw new Error(`${operation} was answered after the end`);
      }
      this.#durations.set(operation, performance.now() - startedAtMs);
      return result;
    } catch (failure) {
      if (this.#losesWorker && !this.isOver() && isConnectionLost(failure)) {
        throw new LostWithWorker(operation, { cause: failure });
      }
      if (!this.isOver() && (await this.#server.hasEndedWithin(END_TIMEOUT_MS))) {
        this.end();
      }
      throw failure;
    }
  }
}

/** Without an answer; `fetch` says so with a TypeError. */
function isConnectionLost(failure: unknown): boolean {
  return failure instanceof TransportError || failure instanceof TypeError;
}
