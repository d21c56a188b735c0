// Every order of the steps of a few operations, to the end. What may come next depends on what is stored and on how far
// each operation is, and on nothing else; so two orders that led to the same are one from there on, and every state is left
// once by every step that is possible in it. No order is left out, and no state. Over the database the process is lost in
// every state, and between every step and its answer.
import type { Beginning, OperatedState, OperatedStep, OperatedWorld, Scenario } from "./operated-world.ts";
import { nameOfCall } from "./operation-calls.ts";
import type { OperationNode } from "./operation-tree.ts";
import { type Answers, isSerial, type SerialStates } from "./serial-states.ts";
import type { WorldState } from "./stored-world.ts";

export interface StateCounts {
  readonly stateCount: number;
  /** From one state to another. */
  readonly stepCount: number;
  /** All orders of the steps to the end, those too that came to a state that another had come to before. */
  readonly scheduleCount: number;
  /** States and answers with which the process was lost. */
  readonly lossCount: number;
}

/** Told of each outcome: what clients see after the end of a schedule, or after a loss, and the answers until then. */
export type OutcomeListener = (kind: "end" | "loss", answers: Answers, snapshot: string) => void;

/** One state on the way that is followed. */
interface Moment extends OperatedState {
  readonly key: string;
  /** Operations that can go on, by their place. */
  readonly ready: readonly number[];
  triedCount: number;
  scheduleCount: number;
}

/** @throws {Error} with a schedule that breaks a law */
export async function exploreStates(
  world: OperatedWorld,
  scenario: Scenario,
  serial: SerialStates,
  onOutcome: OutcomeListener = () => {},
): Promise<StateCounts> {
  return await new StateSearch(world, scenario, serial, onOutcome).run(await world.begin(scenario));
}

class StateSearch {
  readonly #world: OperatedWorld;
  readonly #scenario: Scenario;
  readonly #serial: SerialStates;
  readonly #onOutcome: OutcomeListener;
  readonly #path: Moment[] = [];
  /** By state that was left by every step: how many orders lead from it to the end. */
  readonly #done = new Map<string, number>();
  readonly #losses = new Set<string>();
  #stepCount = 0;

  constructor(world: OperatedWorld, scenario: Scenario, serial: SerialStates, onOutcome: OutcomeListener) {
    this.#world = world;
    this.#scenario = scenario;
    this.#serial = serial;
    this.#onOutcome = onOutcome;
  }

  async run(beginning: Beginning): Promise<StateCounts> {
    const first = await this.#arrive(beginning);
    for (let moment = this.#path.at(-1); moment !== undefined; moment = this.#path.at(-1)) {
      const index = moment.ready[moment.triedCount];
      if (index === undefined) {
        this.#leave(moment);
        continue;
      }
      moment.triedCount += 1;
      const node = moment.nodes[index] as OperationNode;
      const pinned = node.next?.call.kind === "delete" ? moment.nodes.flatMap((each) => each.pinned) : [];
      const step =
        this.#world.known(moment, node, pinned) ?? (await this.#find(beginning, moment, index, pinned));
      this.#stepCount += 1;
      await this.#take(moment, index, step);
    }
    const { size: stateCount } = this.#done;
    const counts = { stepCount: this.#stepCount, scheduleCount: first.scheduleCount };
    return { stateCount, ...counts, lossCount: this.#losses.size };
  }

  async #find(
    beginning: Beginning,
    moment: Moment,
    index: number,
    pinned: readonly string[],
  ): Promise<OperatedStep> {
    const node = moment.nodes[index] as OperationNode;
    const tree = beginning.trees[index] as Beginning["trees"][number];
    try {
      return await this.#world.find(moment, node, tree, pinned);
    } catch (failure) {
      throw this.#told("to here", failure);
    }
  }

  async #take(moment: Moment, index: number, { facts, blobs, node }: OperatedStep): Promise<void> {
    if (node.answer !== undefined) {
      // It has happened, and nobody was told.
      await this.#lose({ facts, blobs }, moment.nodes);
    }
    const nodes = moment.nodes.with(index, node);
    const known = this.#done.get(keyOf({ facts, blobs }, nodes));
    if (known === undefined) {
      await this.#arrive({ facts, blobs, nodes });
    } else {
      moment.scheduleCount += known;
    }
  }

  async #arrive(state: OperatedState): Promise<Moment> {
    const { facts, blobs, nodes } = state;
    const moment = {
      facts,
      blobs,
      nodes,
      key: keyOf(state, nodes),
      ready: readyOf(nodes),
      triedCount: 0,
      scheduleCount: 0,
    };
    this.#path.push(moment);
    await this.#lose(state, nodes);
    if (moment.ready.length === 0) {
      moment.scheduleCount = 1;
      await this.#end(state);
    }
    return moment;
  }

  #leave({ key, scheduleCount }: Moment): void {
    this.#done.set(key, scheduleCount);
    this.#path.pop();
    const before = this.#path.at(-1);
    if (before !== undefined) {
      before.scheduleCount += scheduleCount;
    }
  }

  async #end({ facts, blobs, nodes }: OperatedState): Promise<void> {
    const answers = nodes.map(({ answer }) => answer);
    try {
      if (answers.includes(undefined)) {
        throw new Error("an operation came to no end");
      }
      this.#judge("end", answers, await this.#world.outcomes.afterEnd({ facts, blobs }));
    } catch (failure) {
      throw this.#told("to the end", failure);
    }
  }

  async #lose({ facts, blobs }: WorldState, nodes: readonly OperationNode[]): Promise<void> {
    if (!this.#world.facts.isLasting) {
      return;
    }
    const key = `${facts},${blobs},${nodes.map(({ answer }) => answer).join()}`;
    if (this.#losses.has(key)) {
      return;
    }
    this.#losses.add(key);
    try {
      const answers = nodes.map(({ answer }) => answer);
      this.#judge("loss", answers, await this.#world.outcomes.afterLoss({ facts, blobs }));
    } catch (failure) {
      throw this.#told("then the process is lost", failure);
    }
  }

  #judge(kind: "end" | "loss", answers: Answers, snapshot: string): void {
    if (!isSerial(answers, snapshot, this.#serial)) {
      throw new Error(`no serial order answers ${JSON.stringify(answers)} and leaves ${snapshot}`);
    }
    this.#onOutcome(kind, answers, snapshot);
  }

  #told(end: string, cause: unknown): Error {
    const { operations } = this.#scenario;
    const steps = this.#path.flatMap(({ nodes, ready, triedCount }) => {
      const index = ready[triedCount - 1];
      const call = index === undefined ? undefined : nodes[index]?.next?.call;
      return call === undefined ? [] : [`  ${operations[index ?? 0]}: ${nameOfCall(call)}`];
    });
    return new Error(`${operations.join(" | ")}, ${end}:\n${steps.join("\n")}`, { cause });
  }
}

function keyOf({ facts, blobs }: WorldState, nodes: readonly OperationNode[]): string {
  let key = `${facts},${blobs}`;
  for (const { id } of nodes) {
    key += `,${id}`;
  }
  return key;
}

function readyOf(nodes: readonly OperationNode[]): readonly number[] {
  const isReaderAboutToPin = nodes.some(({ answer, isAboutToPin }) => answer === undefined && isAboutToPin);
  const ready: number[] = [];
  for (const [index, { next }] of nodes.entries()) {
    // Who has read where bytes are keeps them within the grace; the collection here comes after it.
    if (next !== undefined && !(next.call.kind === "delete" && isReaderAboutToPin)) {
      ready.push(index);
    }
  }
  return ready;
}
