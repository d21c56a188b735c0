// What the operations can lead to when they happen one after another: the only outcomes that a schedule may have.
import { InterleavingWorld, type WorldOptions, type WorldPlace } from "./interleaving-world.ts";
import { ScheduleRun } from "./run-schedule.ts";
import type { Answer, OperationName } from "./world-operations.ts";

export interface SerialOutcome {
  /** By operation; undefined for one that never happened. */
  readonly answers: readonly (Answer | undefined)[];
  /** As JSON. */
  readonly snapshot: string;
}

/** Of every order of all operations, and of every order of some of them, for a process may be lost before the rest. */
export async function serialOutcomes(
  names: readonly OperationName[],
  place: WorldPlace,
  options: WorldOptions,
): Promise<readonly SerialOutcome[]> {
  const outcomes: SerialOutcome[] = [];
  for (const order of ordersOf(names.map((_, index) => index))) {
    outcomes.push(await runInOrder(order, names, { place, options }));
  }
  return outcomes;
}

async function runInOrder(
  order: readonly number[],
  names: readonly OperationName[],
  { place, options }: { readonly place: WorldPlace; readonly options: WorldOptions },
): Promise<SerialOutcome> {
  const world = await InterleavingWorld.make(place, options);
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
