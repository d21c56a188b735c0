// The way to the one writer of the database, wherever it is: a thread of this process, or another process.
import { errorOf, type MetadataAnswer, type MetadataRequest } from "./metadata-messages.ts";

export interface MetadataCalls {
  /** @throws {StorageError} what the operation refuses; store-closed once the way is closed */
  call(request: Omit<MetadataRequest, "id">): Promise<unknown>;
  /** Answers what was asked, then ends. */
  close(): Promise<void>;
}

/** Requests that went together. */
interface Message {
  unansweredCount: number;
}

interface Waiter {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
  message?: Message;
}

/**
 * One is being committed, and one waits for that, so that the writer always has work; what more is asked goes together when
 * one of them is answered. A message costs each end more than a request.
 */
const MESSAGES_UNDER_WAY_MAX = 2;

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
  #messagesUnderWay = 0;
  #isFlushComing = false;
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
      this.#unsent.push({ ...request, id });
      this.#flushSoon();
    });
  }

  /** Sends what has not been sent, however much is under way. */
  flush(): void {
    if (this.#unsent.length > 0) {
      const requests = this.#unsent;
      const message = { unansweredCount: requests.length };
      for (const { id } of requests) {
        const waiter = this.#waiters.get(id);
        if (waiter !== undefined) {
          waiter.message = message;
        }
      }
      this.#messagesUnderWay += 1;
      this.#unsent = [];
      this.#options.send(requests);
    }
  }

  settle(answers: readonly MetadataAnswer[]): void {
    for (const answer of answers) {
      const waiter = this.#waiters.get(answer.id);
      this.#waiters.delete(answer.id);
      this.#countAnswer(waiter?.message);
      if ("value" in answer) {
        waiter?.resolve(answer.value);
      } else {
        waiter?.reject("refusal" in answer ? errorOf(answer.refusal) : answer.error);
      }
    }
    this.#flushSoon();
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

  #flushSoon(): void {
    if (!this.#isFlushComing && this.#unsent.length > 0 && this.#messagesUnderWay < MESSAGES_UNDER_WAY_MAX) {
      this.#isFlushComing = true;
      this.#options.schedule(() => {
        this.#isFlushComing = false;
        this.flush();
      });
    }
  }

  #countAnswer(message: Message | undefined): void {
    if (message !== undefined) {
      message.unansweredCount -= 1;
      this.#messagesUnderWay -= message.unansweredCount === 0 ? 1 : 0;
    }
  }

  #tellWhenSettled(): void {
    if (this.#waiters.size === 0) {
      for (const tell of this.#whenSettled.splice(0)) {
        tell();
      }
    }
  }
}
