// The main thread's end of the way to the metadata worker: sends requests, matches answers, notices a worker's death.
import { type ResourceLimits, Worker } from "node:worker_threads";
import { storeClosed } from "../refusals.ts";
import type { StorageError } from "../storage-error.ts";
import { tellCommit } from "./disk-times.ts";
import { type MetadataCalls, PendingCalls } from "./metadata-calls.ts";
import {
  type AnsweredBatch,
  errorOf,
  type MessageFromWorker,
  type MessageToWorker,
  type MetadataRequest,
  type MetadataWorkerData,
} from "./metadata-messages.ts";

/**
 * The worker's young objects are messages, dead as soon as they are answered. Under load V8 would give them up to 64 MiB
 * all the same, and keep those. The old generation has no limit of ours: reaching it ends a worker.
 */
const RESOURCE_LIMITS: ResourceLimits = { maxYoungGenerationSizeMb: 8 };

export class MetadataChannel implements MetadataCalls {
  readonly #worker: Worker;
  readonly #exited: Promise<void>;
  readonly #pending = new PendingCalls({
    send: (requests) => this.#post(requests),
    // What is asked in one turn of the loop travels together: a message costs each of the threads more than a request.
    schedule: setImmediate,
  });
  /** Settles only if the worker ends although nobody has closed the channel: nothing can be stored any more. */
  readonly failed: Promise<StorageError>;
  #death: unknown;
  #isClosed = false;

  private constructor(worker: Worker) {
    this.#worker = worker;
    let fail: (death: StorageError) => void = () => undefined;
    this.failed = new Promise((resolve) => {
      fail = resolve;
    });
    this.#exited = new Promise((resolve) => {
      worker.once("exit", () => {
        const death = storeClosed(this.#death);
        if (!this.#isClosed) {
          this.#isClosed = true;
          fail(death);
        }
        this.#pending.rejectAll(death);
        resolve();
      });
    });
    worker.on("error", (error) => {
      this.#death = error;
    });
  }

  /**
   * Starts the worker and waits until it has opened its database.
   *
   * @throws {StorageError} what the worker met: format-unknown, folder-unusable
   */
  static async open(workerUrl: URL, workerData: MetadataWorkerData): Promise<MetadataChannel> {
    // The parent's flags are not for the worker: `--input-type` would even refuse a file.
    const worker = new Worker(workerUrl, {
      workerData,
      execArgv: [],
      resourceLimits: RESOURCE_LIMITS,
    });
    const channel = new MetadataChannel(worker);
    const opened = new Promise<MessageFromWorker>((resolve) => worker.once("message", resolve));
    const first = await Promise.race([opened, channel.#exited]);
    if (first === undefined) {
      throw storeClosed(channel.#death);
    }
    if (typeof first === "object" && "refusal" in first) {
      await channel.#exited;
      throw errorOf(first.refusal);
    }
    worker.on("message", (batch: AnsweredBatch) => channel.#settle(batch));
    worker.unref();
    return channel;
  }

  /** False once it was closed, or its worker has died. */
  get isOpen(): boolean {
    return !this.#isClosed;
  }

  /** @throws {StorageError} what the operation refuses; store-closed once the channel is closed or the worker died */
  call(request: Omit<MetadataRequest, "id">): Promise<unknown> {
    if (this.#isClosed) {
      return Promise.reject(storeClosed(this.#death));
    }
    if (this.#pending.count === 0) {
      // An idle store does not keep the process alive, a commit that somebody waits for does.
      this.#worker.ref();
    }
    return this.#pending.add(request);
  }

  /** Answers what was asked, then ends the worker. */
  async close(): Promise<void> {
    if (!this.#isClosed) {
      this.#isClosed = true;
      this.#pending.flush();
      this.#worker.ref();
      this.#post("close");
    }
    await this.#exited;
  }

  #post(message: MessageToWorker): void {
    this.#worker.postMessage(message);
  }

  #settle({ answers, commit }: AnsweredBatch): void {
    if (commit !== undefined) {
      tellCommit(commit);
    }
    this.#pending.settle(answers);
    if (this.#pending.count === 0 && !this.#isClosed) {
      this.#worker.unref();
    }
  }
}
