// A world in which operations run, each as far as it is: a step of one of them leads from one state to another.
import { type OperationNode, OperationTree } from "./operation-tree.ts";
import type { StoredFacts } from "./stored-facts.ts";
import { StoredWorld, type WorldState, type WorldStep, WorldView } from "./stored-world.ts";
import { fillStore, type WorldOptions } from "./world-content.ts";
import type { WorldOperation } from "./world-operations.ts";
import { WorldOutcomes } from "./world-outcomes.ts";

export interface Scenario<Name extends string = string> extends WorldOptions {
  readonly operations: readonly Name[];
}

/** `nodes` are by operation, in the scenario's order. */
export interface OperatedState extends WorldState {
  readonly nodes: readonly OperationNode[];
}

export interface Beginning extends OperatedState {
  readonly trees: readonly OperationTree[];
}

export interface OperatedStep extends WorldState {
  readonly node: OperationNode;
}

/** Any number of scenarios can begin in it: what was found out for one is not found out again. */
export class OperatedWorld {
  readonly #world: StoredWorld;
  readonly outcomes: WorldOutcomes;
  readonly #operations: Readonly<Record<string, WorldOperation>>;
  readonly #trees = new Map<string, OperationTree>();

  constructor(facts: StoredFacts, operations: Readonly<Record<string, WorldOperation>>) {
    this.#world = new StoredWorld(facts);
    this.#operations = operations;
    this.outcomes = new WorldOutcomes(this.#world);
  }

  get facts(): StoredFacts {
    return this.#world.facts;
  }

  /** How many calls were made of the store of facts itself. */
  get madeCount(): number {
    return this.#world.madeCount;
  }

  async begin(scenario: Scenario): Promise<Beginning> {
    const view = new WorldView(this.#world, this.#world.empty, 0);
    await view.metadata.openLease();
    await fillStore(view, scenario);
    const trees = scenario.operations.map((name, index) => {
      const occurrence = scenario.operations.slice(0, index).filter((each) => each === name).length;
      return this.#tree(name, occurrence);
    });
    const nodes = await Promise.all(trees.map((tree) => tree.root()));
    return { ...view.state, nodes, trees };
  }

  /** The next call of `node` happens. @returns undefined when what comes of it was not found out before: `find` it */
  known(state: WorldState, node: OperationNode, pinned: readonly string[]): OperatedStep | undefined {
    const step = node.next && this.#world.known(state, node.next, pinned);
    const next = step && node.children.get(step.result);
    return next && { facts: step.facts, blobs: step.blobs, node: next };
  }

  async find(
    state: WorldState,
    node: OperationNode,
    tree: OperationTree,
    pinned: readonly string[] = [],
  ): Promise<OperatedStep> {
    if (node.next === undefined) {
      throw new Error("an operation that has ended has no next step");
    }
    const step: WorldStep =
      this.#world.known(state, node.next, pinned) ?? (await this.#world.make(state, node.next, 0));
    const { facts, blobs, result } = step;
    return { facts, blobs, node: node.children.get(result) ?? (await tree.grow(node, result)) };
  }

  /** One for each place that an operation can have among others of its name, so that blobs are told apart. */
  #tree(name: string, occurrence: number): OperationTree {
    const operation = this.#operations[name];
    if (operation === undefined) {
      throw new RangeError(`there is no operation ${name}`);
    }
    const key = `${name}, ${occurrence}`;
    const prefix = `1/${Object.keys(this.#operations).indexOf(name)}-${occurrence}-`;
    const tree = this.#trees.get(key) ?? new OperationTree(operation, prefix, this.#world.numbers);
    this.#trees.set(key, tree);
    return tree;
  }
}
