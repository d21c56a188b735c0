// What the operations can lead to when they happen one after another: the only outcomes that a schedule may have.
import { InterleavingWorld } from "./interleaving-world.ts";
import { ScheduleRun } from "./run-schedule.ts";
import { REFUSED_FOR_ANOTHER } from "./serial-states.ts";
import type { WorldOptions } from "./world-content.ts";
import type { Answer, OperationName } from "./world-operations.ts";

export interface SerialOutcome {
  /** By operation; undefined for one that never happened. */
  readonly answers: readonly (Answer | undefined)[];
  /** As JSON. */
  readonly snapshot: string;
}

/** Of every order of all operations. */
export async function wholeSerialOutcomes(
  names: readonly OperationName[],
  options: WorldOptions,
): Promise<readonly SerialOutcome[]> {
  const orders = ordersOf(names.map((_, index) => index)).filter(({ length }) => length === names.length);
  const outcomes: SerialOutcome[] = [];
  for (const order of orders) {
    outcomes.push(await runInOrder(order, names, options));
  }
  return outcomes;
}

/** Whether an order is among them that left the same and gave the same answers, as far as there were any. */
export function isPossible({ answers, snapshot }: SerialOutcome, serial: readonly SerialOutcome[]): boolean {
  return serial.some(
    (outcome) =>
      outcome.snapshot === snapshot &&
      answers.every(
        (answer, index) =>
          answer === undefined || answer === REFUSED_FOR_ANOTHER || answer === outcome.answers[index],
      ),
  );
}

async function runInOrder(
  order: readonly number[],
  names: readonly OperationName[],
  options: WorldOptions,
): Promise<SerialOutcome> {
  const world = await InterleavingWorld.make({ kind: "memory" }, options);
  const answers: (Answer | undefined)[] = names.map(() => undefined);
  for (const index of order) {
    const run = await ScheduleRun.begin([names[index] as OperationName], world);
    for (let [choice] = run.choices(); choice !== undefined; [choice] = run.choices()) {
      await run.take(choice);
    }
    answers[index] = run.answers[0];
  }
  return { answers, snapshot: JSON.stringify(await world.snapshot()) };
}

function ordersOf(indices: readonly number[]): readonly (readonly number[])[] {
  const longer = indices.flatMap((first) =>
    ordersOf(indices.filter((index) => index !== first)).map((rest) => [first, ...rest]),
  );
  return [[], ...longer];
}
