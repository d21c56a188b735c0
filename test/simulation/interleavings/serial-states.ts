// What the operations of a scenario can lead to when they happen one after another, in memory: in every order of all of
// them, and of some of them, for a process may be lost before the rest.
import type { Beginning, OperatedState, OperatedWorld, Scenario } from "./operated-world.ts";
import type { Answer } from "./world-operations.ts";

export type Answers = readonly (Answer | undefined)[];

/** By what clients see, as JSON: the answers of orders that lead to that. */
export type SerialStates = ReadonlyMap<string, readonly Answers[]>;

/**
 * A part of a sequential upload, sent while another one is, may be refused although every order of the two would take it:
 * the part before it was replaced while it was received. It has done nothing then, as if it had not been sent.
 */
export const REFUSED_FOR_ANOTHER: Answer = "PartNotSequential";

export async function serialStates(world: OperatedWorld, scenario: Scenario): Promise<SerialStates> {
  const found = new Map<string, Answers[]>();
  const beginning = await world.begin(scenario);
  const goOn = async (state: OperatedState) => {
    const snapshot = await world.outcomes.afterEnd(state);
    const answers = state.nodes.map(({ answer }) => answer);
    found.set(snapshot, [...(found.get(snapshot) ?? []), answers]);
    for (const [index, { next }] of state.nodes.entries()) {
      if (next !== undefined) {
        await goOn(await runToItsEnd(world, beginning, state, index));
      }
    }
  };
  await goOn(beginning);
  return found;
}

/** Whether an order is among them that leaves the same and gave the same answers, as far as there were any. */
export function isSerial(answers: Answers, snapshot: string, serial: SerialStates): boolean {
  return (serial.get(snapshot) ?? []).some((outcome) =>
    answers.every(
      (answer, index) => answer === undefined || answer === REFUSED_FOR_ANOTHER || answer === outcome[index],
    ),
  );
}

async function runToItsEnd(
  world: OperatedWorld,
  { trees }: Beginning,
  before: OperatedState,
  index: number,
): Promise<OperatedState> {
  let { facts, blobs } = before;
  let node = before.nodes[index];
  const tree = trees[index];
  while (tree !== undefined && node !== undefined && node.next !== undefined) {
    ({ facts, blobs, node } = await world.find({ facts, blobs }, node, tree, node.pinned));
  }
  return { facts, blobs, nodes: before.nodes.map((each, at) => (at === index ? (node ?? each) : each)) };
}
