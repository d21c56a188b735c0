// The stores as one operation sees them: every call waits until somebody tells it what came of it.
import assert from "node:assert/strict";
import type { BlobReader, BlobStore, BlobWriter } from "../../../src/storage/blob-store.ts";
import type { MetadataStore } from "../../../src/storage/metadata-store.ts";
import type { Call, MetadataCallName, Result } from "./operation-calls.ts";
import { ProcessLost } from "./operation-steps.ts";
import type { StepwiseStore } from "./stepwise-store.ts";

interface WaitingCall {
  readonly call: Call;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

export class ToldStore implements StepwiseStore {
  readonly metadata: MetadataStore;
  readonly blobs: BlobStore;
  readonly #blobPrefix: string;
  readonly #waiting: WaitingCall[] = [];
  readonly #pins = new Set<readonly string[]>();
  #blobCount = 0;
  #isAboutToPin = false;
  #isLost = false;

  constructor(blobPrefix: string) {
    this.#blobPrefix = blobPrefix;
    this.metadata = new Proxy({} as MetadataStore, {
      get: (_target, property) => {
        const name = property as MetadataCallName;
        return (...input: readonly unknown[]) => this.#ask({ kind: "metadata", name, input });
      },
    });
    this.blobs = {
      create: () => this.#create(),
      open: (blobId) => this.#open(blobId),
      pin: (ids) => this.#pin(ids),
      delete: (blobIds) => this.#ask<readonly string[]>({ kind: "delete", blobIds }),
      reclaim: () => this.#ask<readonly string[]>({ kind: "reclaim" }),
      // Only the sweep at a start lists blobs; it is no operation.
      list: () => {
        throw new Error("an operation listed the blobs");
      },
      [Symbol.asyncDispose]: async () => {},
    };
  }

  /** What was asked first of what was not told yet. */
  get next(): Call | undefined {
    return this.#waiting[0]?.call;
  }

  get pinned(): readonly string[] {
    return [...this.#pins].flat();
  }

  get isAboutToPin(): boolean {
    return this.#isAboutToPin;
  }

  /** Tells what came of `next`. */
  tell(result: Result): void {
    const waiting = this.#waiting.shift();
    assert.ok(waiting !== undefined, "nothing was asked");
    const { call } = waiting;
    if (call.kind === "metadata" && (call.name === "openObject" || call.name === "findMovable")) {
      this.#isAboutToPin = true;
    }
    if ("error" in result) {
      waiting.reject(result.error);
    } else {
      waiting.resolve(result.value);
    }
  }

  /** The process is gone: nothing is answered any more. */
  lose(): void {
    this.#isLost = true;
    for (const { call, reject } of this.#waiting.splice(0)) {
      reject(new ProcessLost(call.kind));
    }
  }

  async collectGarbage(): Promise<number> {
    throw new Error("no operation of a client collects");
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  #ask<Value>(call: Call): Promise<Value> {
    if (this.#isLost) {
      return Promise.reject(new ProcessLost(call.kind));
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ call, resolve: resolve as (value: unknown) => void, reject });
    });
  }

  #pin(ids: readonly string[]): Disposable {
    this.#isAboutToPin = false;
    const pin = [...ids];
    this.#pins.add(pin);
    return { [Symbol.dispose]: () => void this.#pins.delete(pin) };
  }

  async #create(): Promise<BlobWriter> {
    this.#blobCount += 1;
    const blobId = `${this.#blobPrefix}${this.#blobCount}`;
    await this.#ask({ kind: "create", blobId });
    let isCommitted = false;
    return {
      get id() {
        assert.ok(isCommitted, "a blob has its id once it is committed");
        return blobId;
      },
      // The caller may use its memory for something else once this is answered.
      write: (bytes) => this.#ask({ kind: "write", blobId, bytes: Buffer.from(bytes) }),
      commit: async () => {
        await this.#ask({ kind: "commit", blobId });
        isCommitted = true;
      },
      discard: async () => {
        await this.#ask({ kind: "discard", blobId }).catch(() => undefined);
      },
    };
  }

  async #open(blobId: string): Promise<BlobReader> {
    return readerOf(await this.#ask<Uint8Array>({ kind: "open", blobId }));
  }
}

/** Who has opened a blob reads it to its end, whatever becomes of it. */
export function readerOf(bytes: Uint8Array): BlobReader {
  return {
    read: async (position, target) => {
      const run = bytes.subarray(position, position + target.length);
      target.set(run);
      return run.length;
    },
    [Symbol.asyncDispose]: async () => {},
  };
}
