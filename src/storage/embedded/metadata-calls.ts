// The way to the one writer of the database, wherever it is: a thread of this process, or another process.
import { errorOf, type MetadataAnswer, type MetadataRequest } from "./metadata-messages.ts";

export interface MetadataCalls {
  /** @throws {StorageError} what the operation refuses; store-closed once the way is closed */
  call(request: Omit<MetadataRequest, "id">): Promise<unknown>;
  /** Answers what was asked, then ends. */
  close(): Promise<void>;
}

interface Waiter {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

export interface PendingCallsOptions {
  readonly send: (requests: readonly MetadataRequest[]) => void;
  /** When the requests that were made until then travel, as one message. */
  readonly schedule: (flush: () => void) => void;
}

/** Gathers requests into messages, and gives each caller its answer. */
export class PendingCalls {
  readonly #options: PendingCallsOptions;
  readonly #waiters = new Map<number, Waiter>();
  #whenSettled: (() => void)[] = [];
  #unsent: MetadataRequest[] = [];
  #lastId = 0;

  constructor(options: PendingCallsOptions) {
    this.#options = options;
  }

  /** How many calls wait for their answers. */
  get count(): number {
    return this.#waiters.size;
  }

  add(request: Omit<MetadataRequest, "id">): Promise<unknown> {
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiters.set(id, { resolve, reject });
      if (this.#unsent.length === 0) {
        this.#options.schedule(() => this.flush());
      }
      this.#unsent.push({ ...request, id });
    });
  }

  flush(): void {
    if (this.#unsent.length > 0) {
      const requests = this.#unsent;
      this.#unsent = [];
      this.#options.send(requests);
    }
  }

  settle(answers: readonly MetadataAnswer[]): void {
    for (const answer of answers) {
      const waiter = this.#waiters.get(answer.id);
      this.#waiters.delete(answer.id);
      if ("value" in answer) {
        waiter?.resolve(answer.value);
      } else {
        waiter?.reject("refusal" in answer ? errorOf(answer.refusal) : answer.error);
      }
    }
    this.#tellWhenSettled();
  }

  /** Resolves when no call waits any more. */
  settled(): Promise<void> {
    return new Promise((resolve) => {
      this.#whenSettled.push(resolve);
      this.#tellWhenSettled();
    });
  }

  rejectAll(error: unknown): void {
    this.#unsent = [];
    for (const waiter of this.#waiters.values()) {
      waiter.reject(error);
    }
    this.#waiters.clear();
    this.#tellWhenSettled();
  }

  #tellWhenSettled(): void {
    if (this.#waiters.size === 0) {
      for (const tell of this.#whenSettled.splice(0)) {
        tell();
      }
    }
  }
}
