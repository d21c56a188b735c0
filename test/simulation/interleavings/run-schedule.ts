// One schedule: operations begin together, and their steps happen in the order that somebody chooses, until all have ended
// or the process is lost.
import assert from "node:assert/strict";
import { setImmediate as turn } from "node:timers/promises";
import type { InterleavingWorld } from "./interleaving-world.ts";
import { OperationSteps, type Step } from "./operation-steps.ts";
import { type StepwiseStore, stepwiseStore } from "./stepwise-store.ts";
import { type Answer, type OperationName, worldOperations } from "./world-operations.ts";

/** So long an operation may take between two steps; none waits for anything but its steps. */
const TURNS_MAX = 10_000;

interface RunningOperation {
  readonly name: OperationName;
  readonly steps: OperationSteps;
  readonly store: StepwiseStore;
  readonly ended: Promise<void>;
  answer?: Answer;
  failure?: unknown;
}

/** Which operation goes on, by its place among all. */
export interface Choice {
  readonly operationIndex: number;
  readonly step: Step;
}

export class ScheduleRun {
  readonly #operations: readonly RunningOperation[];

  private constructor(operations: readonly RunningOperation[]) {
    this.#operations = operations;
  }

  static async begin(names: readonly OperationName[], world: InterleavingWorld): Promise<ScheduleRun> {
    const run = new ScheduleRun(names.map((name) => begin(name, world)));
    await run.#settle();
    return run;
  }

  /** By operation, in their order; undefined for one that has not ended. */
  get answers(): readonly (Answer | undefined)[] {
    return this.#operations.map(({ answer }) => answer);
  }

  /** The next step of each operation that can go on. */
  choices(): readonly Choice[] {
    const isReaderAboutToPin = this.#operations.some(
      ({ answer, store }) => answer === undefined && store.isAboutToPin,
    );
    return this.#operations.flatMap(({ steps: { next } }, operationIndex) => {
      // Who has read where bytes are keeps them within the grace; the collection here comes after it.
      const isTooEarly = next?.name === "blobs.delete" && isReaderAboutToPin;
      return next === undefined || isTooEarly ? [] : [{ operationIndex, step: next }];
    });
  }

  async take({ step }: Choice): Promise<void> {
    await step.take(true);
    await this.#settle();
  }

  /** The step happens, and nobody learns of it: the process is lost at this moment. */
  async takeUnheard({ step }: Choice): Promise<void> {
    await step.take(false);
    await this.lose();
  }

  async lose(): Promise<void> {
    for (const { steps } of this.#operations) {
      steps.lose();
    }
    await turn();
  }

  async #settle(): Promise<void> {
    for (let count = 0; count < TURNS_MAX; count += 1) {
      await turn();
      const failed = this.#operations.find(({ failure }) => failure !== undefined);
      if (failed !== undefined) {
        throw new Error(`${failed.name} failed`, { cause: failed.failure });
      }
      if (this.#operations.every(({ answer, steps }) => answer !== undefined || steps.next !== undefined)) {
        return;
      }
    }
    assert.fail("an operation waits for something else than its steps");
  }
}

function begin(name: OperationName, world: InterleavingWorld): RunningOperation {
  const steps = new OperationSteps();
  const store = stepwiseStore(world.store, steps);
  const operation: RunningOperation = {
    ...{ name, steps, store },
    ended: worldOperations[name](store).then(
      (answer) => {
        operation.answer = answer;
      },
      (failure: unknown) => {
        operation.failure = failure;
      },
    ),
  };
  return operation;
}
