// Random sequences of calls on a server over one of the stores, all from one seed. A failure tells the seed, and the
// shortest sequence found that still shows it.
import fc from "fast-check";
import { arbitraryCalls } from "./arbitrary-calls.ts";
import { runCalls } from "./run-calls.ts";
import { ServiceWorld, type StoreKind } from "./service-world.ts";

const SEQUENCE_LENGTH_MAX = 60;
/** So much is kept on the disk or in memory before all of it goes. */
const SEQUENCES_PER_WORLD_MAX = 50;
/** After a failure shorter sequences are tried for so long; the shortest found by then is told. */
const SHRINKING_TIME_MAX_MS = 60_000;

export interface SequencesRequest {
  readonly kind: StoreKind;
  readonly count: number;
  /** Gives the same sequences, over either store. */
  readonly seed: number;
  /** After each sequence that went well, until the first that did not. */
  readonly passSequence?: () => void;
}

/** @throws {Error} with the seed and the shrunk sequence */
export async function checkSequences({ kind, count, seed, passSequence }: SequencesRequest): Promise<void> {
  await using worlds = new Worlds(kind);
  let failedAtMs = Number.POSITIVE_INFINITY;
  const property = fc.asyncProperty(arbitraryCalls(SEQUENCE_LENGTH_MAX), async (calls) => {
    if (performance.now() - failedAtMs > SHRINKING_TIME_MAX_MS) {
      return;
    }
    const [world, bucket] = await worlds.next();
    await runCalls(calls, world, bucket).catch((failure: unknown) => {
      failedAtMs = Math.min(failedAtMs, performance.now());
      throw failure;
    });
    if (failedAtMs === Number.POSITIVE_INFINITY) {
      passSequence?.();
    }
  });
  await fc.assert(property, { numRuns: count, seed });
}

class Worlds implements AsyncDisposable {
  readonly #kind: StoreKind;
  #world: ServiceWorld | undefined;
  #bucketCount = 0;

  constructor(kind: StoreKind) {
    this.#kind = kind;
  }

  async next(): Promise<readonly [world: ServiceWorld, bucket: string]> {
    if (this.#bucketCount % SEQUENCES_PER_WORLD_MAX === 0) {
      await this.#world?.[Symbol.asyncDispose]();
      this.#world = undefined;
    }
    this.#world ??= await ServiceWorld.open(this.#kind);
    this.#bucketCount += 1;
    return [this.#world, `sequence-${this.#bucketCount}`];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#world?.[Symbol.asyncDispose]();
  }
}
