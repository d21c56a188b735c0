// Every schedule of a few operations, one by one, each from the beginning, by depth-first search, and at every step of every
// one of them the loss of the process. It is slow and simple: what explore-states.ts finds out is compared with it. Of
// schedules that differ only in the order of steps that do not touch the same thing, one may be enough: whether a step may
// be left out is remembered in sleep sets (Godefroid, Partial-Order Methods for the Verification of Concurrent Systems,
// 1996). They leave out orders, but no state, so no state is missed in which a process can be lost.
import assert from "node:assert/strict";
import type { OutcomeListener } from "./explore-states.ts";
import { InterleavingWorld, type WorldPlace } from "./interleaving-world.ts";
import type { Scenario } from "./operated-world.ts";
import { areIndependent, changesSomething, type Footprint } from "./operation-steps.ts";
import { type Choice, ScheduleRun } from "./run-schedule.ts";
import type { Answer, OperationName } from "./world-operations.ts";

export interface ScheduleCounts {
  readonly scheduleCount: number;
  readonly crashCount: number;
}

export interface ExplorationOptions {
  readonly place: WorldPlace;
  /** Which schedules are left out. */
  readonly leaveOut: "equal orders" | "none";
  readonly onOutcome: OutcomeListener;
}

/** A moment at which an operation was chosen to go on. */
interface Fork {
  readonly options: readonly Option[];
  /** Operations whose next step was tried before, and still comes to the same here. */
  readonly asleep: Map<number, Footprint>;
  chosen: Option;
}

interface Option {
  readonly operationIndex: number;
  readonly name: string;
  readonly footprint: Footprint;
}

/** @throws {Error} with the schedule that breaks a law of every state */
export function exploreSchedules(
  scenario: Scenario<OperationName>,
  options: ExplorationOptions,
): Promise<ScheduleCounts> {
  return new Exploration(scenario, options).run();
}

class Exploration {
  readonly #scenario: Scenario<OperationName>;
  readonly #options: ExplorationOptions;
  readonly #forks: Fork[] = [];
  #scheduleCount = 0;
  #crashCount = 0;

  constructor(scenario: Scenario<OperationName>, options: ExplorationOptions) {
    this.#scenario = scenario;
    this.#options = options;
  }

  async run(): Promise<ScheduleCounts> {
    do {
      const knownForkCount = this.#forks.length;
      await this.#told(() => this.#runOnce());
      if (this.#options.place.kind === "sqlite") {
        await this.#loseProcessFrom(Math.max(0, knownForkCount - 1));
      }
    } while (this.#goBack());
    return { scheduleCount: this.#scheduleCount, crashCount: this.#crashCount };
  }

  /** Follows the choices that are made, and makes those that are left until nothing more can happen. */
  async #runOnce(): Promise<void> {
    const [world, run] = await this.#replay(this.#forks.length);
    for (;;) {
      const choices = run.choices();
      if (choices.length === 0) {
        break;
      }
      const asleep = this.#sleepingAfter(this.#forks.at(-1));
      const awake = choices.find(({ operationIndex }) => !asleep.has(operationIndex));
      if (awake === undefined) {
        // What is under way holds buffers, of which a process has so many.
        await run.lose();
        return;
      }
      this.#forks.push({ options: choices.map(optionOf), asleep, chosen: optionOf(awake) });
      await run.take(awake);
    }
    this.#scheduleCount += 1;
    assert.ok(
      run.answers.every((answer) => answer !== undefined),
      "an operation came to no end",
    );
    await this.#look("end", world, run.answers);
  }

  /** @returns the run after so many of the choices that are made */
  async #replay(forkCount: number): Promise<readonly [InterleavingWorld, ScheduleRun]> {
    const world = await InterleavingWorld.make(this.#options.place, this.#scenario);
    const run = await ScheduleRun.begin(this.#scenario.operations, world);
    for (const { chosen } of this.#forks.slice(0, forkCount)) {
      await run.take(choiceOf(run, chosen));
    }
    return [world, run];
  }

  /** After each step from here on, and in the middle of those that change something, between the change and its answer. */
  async #loseProcessFrom(firstIndex: number): Promise<void> {
    for (let index = firstIndex; index < this.#forks.length; index += 1) {
      const { chosen } = this.#forks[index] as Fork;
      await this.#told(() => this.#loseProcess(index + 1), index + 1);
      if (changesSomething(chosen.footprint)) {
        await this.#told(() => this.#loseProcess(index, chosen), index + 1);
      }
    }
  }

  async #loseProcess(forkCount: number, unheard?: Option): Promise<void> {
    const [world, run] = await this.#replay(forkCount);
    await (unheard === undefined ? run.lose() : run.takeUnheard(choiceOf(run, unheard)));
    await world.restart();
    this.#crashCount += 1;
    await this.#look("loss", world, run.answers);
  }

  async #look(
    kind: "end" | "loss",
    world: InterleavingWorld,
    answers: readonly (Answer | undefined)[],
  ): Promise<void> {
    await world.assertEquation();
    this.#options.onOutcome(kind, answers, JSON.stringify(await world.snapshot()));
  }

  /** A step sleeps on when the step that was taken does not touch what it touches. */
  #sleepingAfter(fork: Fork | undefined): Map<number, Footprint> {
    if (fork === undefined || this.#options.leaveOut === "none") {
      return new Map();
    }
    const { asleep, chosen } = fork;
    return new Map(
      [...asleep].filter(
        ([operationIndex, footprint]) =>
          operationIndex !== chosen.operationIndex && areIndependent(footprint, chosen.footprint),
      ),
    );
  }

  /** To the last fork with a way that was not taken. @returns false when there is none */
  #goBack(): boolean {
    for (let fork = this.#forks.at(-1); fork !== undefined; fork = this.#forks.at(-1)) {
      fork.asleep.set(fork.chosen.operationIndex, fork.chosen.footprint);
      const next = fork.options.find(({ operationIndex }) => !fork.asleep.has(operationIndex));
      if (next !== undefined) {
        fork.chosen = next;
        return true;
      }
      this.#forks.pop();
    }
    return false;
  }

  async #told(act: () => Promise<void>, forkCount?: number): Promise<void> {
    try {
      await act();
    } catch (cause) {
      const { operations } = this.#scenario;
      const steps = this.#forks
        .slice(0, forkCount)
        .map(({ chosen }) => `  ${operations[chosen.operationIndex]}: ${chosen.name}`);
      const end = forkCount === undefined ? "to the end" : "then the process is lost";
      throw new Error(`${operations.join(" | ")}, ${end}:\n${steps.join("\n")}`, { cause });
    }
  }
}

function optionOf({ operationIndex, step: { name, footprint } }: Choice): Option {
  return { operationIndex, name, footprint };
}

function choiceOf(run: ScheduleRun, { operationIndex, name }: Option): Choice {
  const choice = run.choices().find((each) => each.operationIndex === operationIndex);
  if (choice?.step.name !== name) {
    throw new Error(`a schedule cannot be repeated: ${name} became ${choice?.step.name}`);
  }
  return choice;
}
