// What a state of the world comes to when operations ended in it, or when the process was lost in it: what clients can see
// then, after the laws that hold in every state were checked.
import assert from "node:assert/strict";
import { type StoredWorld, type WorldState, WorldView } from "./stored-world.ts";
import { NOW_MS } from "./world-content.ts";
import { assertEquation, collectorAt, snapshotOf } from "./world-state.ts";

/** The one that all blobs of a world were written under. */
const LEASE_ID = "1";

/** What clients see, as JSON, or the law that is broken. */
type Outcome = { readonly snapshot: string } | { readonly failure: unknown };

export class WorldOutcomes {
  readonly #world: StoredWorld;
  readonly #ofEnds = new Map<string, Outcome>();
  readonly #ofLosses = new Map<string, Outcome>();
  readonly #ofSwept = new Map<string, Outcome>();

  constructor(world: StoredWorld) {
    this.#world = world;
  }

  /** @throws {Error} that a law is broken */
  afterEnd(state: WorldState): Promise<string> {
    return remembered(this.#ofEnds, state, () => this.#look(state, 0));
  }

  /** Another process starts, and sweeps what nobody owns. @throws {Error} that a law is broken */
  afterLoss(state: WorldState): Promise<string> {
    return remembered(this.#ofLosses, state, async () => {
      const view = new WorldView(this.#world, state, 1);
      await collectorAt(NOW_MS, view).sweepDeadLeases();
      assert.deepEqual(await view.metadata.listDeadLeases(), [], "a lease was not swept");
      return await remembered(this.#ofSwept, view.state, () => this.#look(view.state, 1));
    });
  }

  async #look(state: WorldState, process: 0 | 1): Promise<string> {
    const view = new WorldView(this.#world, state, process);
    await assertEquation(view, [LEASE_ID]);
    return JSON.stringify(await snapshotOf(view));
  }
}

async function remembered(
  outcomes: Map<string, Outcome>,
  { facts, blobs }: WorldState,
  find: () => Promise<string>,
): Promise<string> {
  const key = `${facts} ${blobs}`;
  let outcome = outcomes.get(key);
  if (outcome === undefined) {
    outcome = await find().then(
      (snapshot) => ({ snapshot }),
      (failure: unknown) => ({ failure }),
    );
    outcomes.set(key, outcome);
  }
  if ("failure" in outcome) {
    throw outcome.failure;
  }
  return outcome.snapshot;
}
