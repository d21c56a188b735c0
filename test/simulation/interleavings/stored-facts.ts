// What the facts are, as a value: each state of a store of facts has a number, and a call leads from one to another. Each
// call is made of the real store, which is first brought into the state that it is made in.

import { MemoryMetadataStore } from "../../../src/storage/memory/memory-metadata-store.ts";
import type { MetadataStore } from "../../../src/storage/metadata-store.ts";
import type { MetadataCallName, Result } from "./operation-calls.ts";
import { NOW_MS } from "./world-content.ts";

export interface FactsCall {
  readonly name: MetadataCallName;
  readonly input: readonly unknown[];
}

export interface FactsStep {
  readonly after: number;
  readonly result: Result;
}

export interface StoredFacts {
  /** The state before anything was stored. */
  readonly none: number;
  /** Whether they outlive a process. */
  readonly isLasting: boolean;
  /** @param process  0 for the one that the operations run in, 1 for one that was started after that was lost */
  step(before: number, call: FactsCall, process: 0 | 1): Promise<FactsStep>;
}

/** Those that leave every store as it is; of the others each is taken to change something. */
const READS: ReadonlySet<MetadataCallName> = new Set<MetadataCallName>([
  ...(["getBucket", "listBuckets", "getObject", "openObject", "listObjects", "listVersions"] as const),
  ...(["getUpload", "listParts", "listUploads", "getOutcome", "measureUploads"] as const),
  ...(["listGarbage", "findMovable", "listDeadLeases", "findOrphans"] as const),
]);

/** In memory a state is the changes that led to it: nobody can look into such a store. */
export class FactsInMemory implements StoredFacts {
  readonly none = 0;
  readonly isLasting = false;
  /** By the state's number: the one before it, and the call that was made then. */
  readonly #origins: (readonly [before: number, call: FactsCall])[] = [
    [0, { name: "getBucket", input: [""] }],
  ];
  #store: MetadataStore = newStore();
  #state = 0;
  /** There is one store for all states: one call after another. */
  #last: Promise<unknown> = Promise.resolve();

  step(before: number, call: FactsCall): Promise<FactsStep> {
    const turn = this.#last.then(() => this.#step(before, call));
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  async #step(before: number, call: FactsCall): Promise<FactsStep> {
    await this.#goTo(before);
    const result = await resultOf(this.#store, call);
    if (READS.has(call.name)) {
      return { after: before, result };
    }
    this.#state = this.#origins.push([before, call]) - 1;
    return { after: this.#state, result };
  }

  async #goTo(state: number): Promise<void> {
    if (this.#state === state) {
      return;
    }
    const calls: FactsCall[] = [];
    for (let at = state; at !== this.none; ) {
      const [before, call] = this.#origins[at] as readonly [number, FactsCall];
      calls.push(call);
      at = before;
    }
    this.#store = newStore();
    for (const call of calls.reverse()) {
      await resultOf(this.#store, call);
    }
    this.#state = state;
  }
}

function newStore(): MetadataStore {
  return new MemoryMetadataStore(() => NOW_MS);
}

async function resultOf(store: MetadataStore, { name, input }: FactsCall): Promise<Result> {
  const call = store[name] as (...input: readonly unknown[]) => Promise<unknown>;
  const [settled] = await Promise.allSettled([call.apply(store, [...input])]);
  return settled.status === "fulfilled" ? { value: settled.value } : { error: settled.reason };
}
