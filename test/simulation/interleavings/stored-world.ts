// Facts and blobs together, as values: from each state that was reached once, every call leads where it led before, so it is
// made of the real store once only.
import type { BlobReader, BlobWriter } from "../../../src/storage/blob-store.ts";
import type { MetadataStore } from "../../../src/storage/metadata-store.ts";
import type { Call, MetadataCallName, Result } from "./operation-calls.ts";
import { type NumberedCall, newTreeNumbers, type TreeNumbers } from "./operation-tree.ts";
import { NO_BLOBS, StoredBlobs } from "./stored-blobs.ts";
import type { FactsStep, StoredFacts } from "./stored-facts.ts";
import { readerOf } from "./told-store.ts";
import type { StoreHalves } from "./world-content.ts";

export interface WorldState {
  readonly facts: number;
  readonly blobs: number;
}

export interface WorldStep extends WorldState {
  /** Its number among all results. */
  readonly result: number;
}

/** More than there are calls, so that a state and a call have one number together. */
const CALLS_MAX = 2 ** 22;

export class StoredWorld {
  readonly facts: StoredFacts;
  readonly blobs: StoredBlobs = new StoredBlobs();
  readonly numbers: TreeNumbers = newTreeNumbers();
  /** For each process, by state and call. */
  readonly #factsSteps = [
    new Map<number, FactsStep & WorldResult>(),
    new Map<number, FactsStep & WorldResult>(),
  ] as const;
  readonly #blobSteps = new Map<string, WorldStep>();
  #madeCount = 0;

  constructor(facts: StoredFacts) {
    this.facts = facts;
  }

  get empty(): WorldState {
    return { facts: this.facts.none, blobs: NO_BLOBS };
  }

  /** How many calls were made of the store of facts. */
  get madeCount(): number {
    return this.#madeCount;
  }

  /** @returns undefined for a call of the facts that was not made in this state before: `make` it */
  known(
    { facts, blobs }: WorldState,
    { number, call }: NumberedCall,
    pinned: readonly string[],
  ): WorldStep | undefined {
    if (call.kind !== "metadata") {
      return this.#blobStep({ facts, blobs }, { number, call }, pinned);
    }
    const made = this.#factsSteps[0].get(facts * CALLS_MAX + number);
    return made && { facts: made.after, blobs, result: made.resultNumber };
  }

  /** @param process  0 for the one that the operations run in, 1 for one that was started after that was lost */
  async make(
    { facts, blobs }: WorldState,
    { number, call }: NumberedCall,
    process: 0 | 1,
  ): Promise<WorldStep> {
    if (call.kind !== "metadata") {
      return this.#blobStep({ facts, blobs }, { number, call }, []);
    }
    const steps = this.#factsSteps[process];
    let made = steps.get(facts * CALLS_MAX + number);
    if (made === undefined) {
      const step = await this.facts.step(facts, call, process);
      this.#madeCount += 1;
      made = { ...step, resultNumber: this.numbers.results.numberOf(step.result) };
      steps.set(facts * CALLS_MAX + number, made);
    }
    return { facts: made.after, blobs, result: made.resultNumber };
  }

  #blobStep(
    { facts, blobs }: WorldState,
    {
      number,
      call,
    }: { readonly number: number; readonly call: Exclude<Call, { readonly kind: "metadata" }> },
    pinned: readonly string[],
  ): WorldStep {
    const kept = call.kind === "delete" ? call.blobIds.filter((id) => pinned.includes(id)) : [];
    const key = `${blobs} ${number} ${kept.join(" ")}`;
    let known = this.#blobSteps.get(key);
    if (known === undefined) {
      const { after, result } = this.blobs.step(blobs, call, kept);
      known = { facts, blobs: after, result: this.numbers.results.numberOf(result) };
      this.#blobSteps.set(key, known);
    }
    return known.facts === facts ? known : { ...known, facts };
  }
}

interface WorldResult {
  readonly resultNumber: number;
}

/** A world's state as a store, for who is alone in it: what it changes leads on to other states. */
export class WorldView implements StoreHalves {
  readonly metadata: MetadataStore;
  readonly blobs: StoreHalves["blobs"];
  readonly #world: StoredWorld;
  readonly #process: 0 | 1;
  #state: WorldState;
  #blobCount = 0;

  constructor(world: StoredWorld, state: WorldState, process: 0 | 1) {
    this.#world = world;
    this.#state = state;
    this.#process = process;
    this.metadata = new Proxy({} as MetadataStore, {
      get: (_target, property) => {
        const name = property as MetadataCallName;
        return (...input: readonly unknown[]) => this.#call({ kind: "metadata", name, input });
      },
    });
    this.blobs = {
      create: () => this.#create(),
      open: async (blobId) => this.#open(blobId),
      pin: () => ({ [Symbol.dispose]: () => {} }),
      delete: (blobIds) => this.#call({ kind: "delete", blobIds }) as Promise<readonly string[]>,
      reclaim: async () => [],
      list: (leaseId) => this.#list(leaseId),
      [Symbol.asyncDispose]: async () => {},
    };
  }

  get state(): WorldState {
    return this.#state;
  }

  async #call(call: Call): Promise<unknown> {
    const { numbers } = this.#world;
    const step = await this.#world.make(
      this.#state,
      { number: numbers.calls.numberOf(call), call },
      this.#process,
    );
    this.#state = step;
    const result: Result = numbers.results.thing(step.result);
    if ("error" in result) {
      throw result.error;
    }
    return result.value;
  }

  async #create(): Promise<BlobWriter> {
    this.#blobCount += 1;
    const id = `1/first-${this.#blobCount}`;
    await this.#call({ kind: "create", blobId: id });
    return {
      id,
      write: async (bytes) =>
        void (await this.#call({ kind: "write", blobId: id, bytes: Buffer.from(bytes) })),
      commit: async () => void (await this.#call({ kind: "commit", blobId: id })),
      discard: async () => void (await this.#call({ kind: "discard", blobId: id })),
    };
  }

  async #open(blobId: string): Promise<BlobReader> {
    return readerOf((await this.#call({ kind: "open", blobId })) as Uint8Array);
  }

  async *#list(leaseId: string): AsyncIterable<string> {
    yield* this.#world.blobs.list(this.#state.blobs).filter((id) => id.startsWith(`${leaseId}/`));
  }
}
