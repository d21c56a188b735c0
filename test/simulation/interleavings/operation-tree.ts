// An operation is a function of what the stores told it: whoever was told the same so far makes the same call next. So
// each of its histories is run once, with the real handler, and remembered as a node of a tree.
import assert from "node:assert/strict";
import { setImmediate as turn } from "node:timers/promises";
import { type Call, keyOfCall, keyOfResult, Numbering, type Result } from "./operation-calls.ts";
import { ToldStore } from "./told-store.ts";
import type { Answer, WorldOperation } from "./world-operations.ts";

/** So long an operation may take between two calls; none waits for anything but what it is told. */
const TURNS_MAX = 10_000;
/** More than any operation makes. */
const CALLS_MAX = 200;

export interface OperationNode {
  /** Unlike that of any other node. */
  readonly id: number;
  /** What it asks next; undefined at the end. One that has answered may still have asked something. */
  readonly next: NumberedCall | undefined;
  readonly answer: Answer | undefined;
  /** What nobody may delete now. */
  readonly pinned: readonly string[];
  /** Whether it has read where bytes are and does not yet keep them. */
  readonly isAboutToPin: boolean;
  readonly results: readonly Result[];
  readonly children: Map<number, OperationNode>;
}

export interface NumberedCall {
  readonly number: number;
  readonly call: Call;
}

export interface TreeNumbers {
  readonly calls: Numbering<Call>;
  readonly results: Numbering<Result>;
  nodeCount: number;
}

export function newTreeNumbers(): TreeNumbers {
  return { calls: new Numbering(keyOfCall), results: new Numbering(keyOfResult), nodeCount: 0 };
}

export class OperationTree {
  readonly #operation: WorldOperation;
  readonly #blobPrefix: string;
  readonly #numbers: TreeNumbers;
  #root: OperationNode | undefined;

  /** @param blobPrefix  its blobs' ids begin with it, and nobody else's do */
  constructor(operation: WorldOperation, blobPrefix: string, numbers: TreeNumbers) {
    this.#operation = operation;
    this.#blobPrefix = blobPrefix;
    this.#numbers = numbers;
  }

  async root(): Promise<OperationNode> {
    this.#root ??= await this.#run([]);
    return this.#root;
  }

  /** @throws {Error} when the operation fails inside */
  async grow(node: OperationNode, resultNumber: number): Promise<OperationNode> {
    const child = await this.#run([...node.results, this.#numbers.results.thing(resultNumber)]);
    node.children.set(resultNumber, child);
    return child;
  }

  async #run(results: readonly Result[]): Promise<OperationNode> {
    assert.ok(results.length <= CALLS_MAX, "an operation comes to no end");
    const store = new ToldStore(this.#blobPrefix);
    let end: Result | undefined;
    const ended = this.#operation(store).then(
      (value) => {
        end = { value };
      },
      (error: unknown) => {
        end = { error };
      },
    );
    const settle = async () => {
      for (let count = 0; count < TURNS_MAX; count += 1) {
        await turn();
        if (end !== undefined || store.next !== undefined) {
          return;
        }
      }
      assert.fail("an operation waits for something else than the stores");
    };
    await settle();
    for (const result of results) {
      store.tell(result);
      await settle();
    }
    const node = this.#nodeOf(results, store, end);
    // What it has of the process, such as buffers, goes back.
    store.lose();
    await ended;
    return node;
  }

  #nodeOf(results: readonly Result[], store: ToldStore, end: Result | undefined): OperationNode {
    if (end !== undefined && "error" in end) {
      throw new Error("an operation failed inside", { cause: end.error });
    }
    const { next: call } = store;
    this.#numbers.nodeCount += 1;
    return {
      id: this.#numbers.nodeCount,
      next: call && { number: this.#numbers.calls.numberOf(call), call },
      answer: end?.value as Answer | undefined,
      pinned: store.pinned,
      isAboutToPin: store.isAboutToPin,
      ...{ results, children: new Map() },
    };
  }
}
