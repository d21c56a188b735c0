// Where a server is killed, round by round: at each named place of its code, within each operation's own duration, and at
// any moment. Counts what was hit, so that no kind of kill can be forgotten.
import { CRASH_POINTS, type CrashPoint } from "../../src/storage/crash-points.ts";
import { LOAD_OPERATIONS, type LoadOperation } from "./kill-load.ts";
import type { SeededRandom } from "./seeded-random.ts";

export type Kill =
  /** The process kills itself there. */
  | { readonly kind: "point"; readonly point: CrashPoint; readonly phase: PointPhase; readonly pass: number }
  /** The process is killed while it does this, `fraction` of its usual duration after it began. */
  | {
      readonly kind: "operation";
      readonly operation: LoadOperation;
      readonly fraction: number;
      readonly pass: number;
    }
  | { readonly kind: "moment"; readonly afterMs: number };

/** When a process comes to a place: while it starts, while it works, or while it stops. */
export type PointPhase = "start" | "load" | "stop";

const STARTING: ReadonlySet<CrashPoint> = new Set<CrashPoint>(["sweep.deleted", "forgetLease.committed"]);
/** Garbage is kept for a minute; an orderly stop deletes it at once. */
const STOPPING: ReadonlySet<CrashPoint> = new Set<CrashPoint>([
  "garbage.deleted",
  "forgetGarbage.committing",
  "forgetGarbage.committed",
]);
/** Blobs are moved a minute after their neighbours were deleted: too late for a round. They have a test of their own. */
const MOVING: ReadonlySet<CrashPoint> = new Set<CrashPoint>([
  "blobs.copied",
  "moveBlobs.committing",
  "moveBlobs.committed",
  "segment.removed",
]);
/** Under load the first few times that a place is passed are all different moments. */
const PASSES_MAX = 10;
/** Uploads have one beginning and one end, and few blobs are large: to wait for more of them would take seconds. */
const RARE_PASSES_MAX = 2;
const RARE = /^blob|^(abort|complete|create|initiate).*upload/i;
const MOMENTS_PER_CYCLE = 4;
const KILL_AFTER_MIN_MS = 20;
const KILL_AFTER_MAX_MS = 400;

/** All kinds of kills, again and again, each time in another order. */
export class KillPlan {
  readonly #random: SeededRandom;
  readonly #hitCounts = new Map<string, number>();
  #queue: Kill[] = [];

  constructor(random: SeededRandom) {
    this.#random = random;
    for (const kill of this.#cycle()) {
      this.#hitCounts.set(nameOf(kill), 0);
    }
  }

  /** How many rounds it takes to come to every kind of kill once, if each hits. */
  get kindCount(): number {
    return this.#cycle().length;
  }

  next(): Kill {
    if (this.#queue.length === 0) {
      this.#queue = shuffled(this.#cycle(), this.#random);
    }
    return this.#queue.pop() as Kill;
  }

  hit(kill: Kill): void {
    this.#hitCounts.set(nameOf(kill), (this.#hitCounts.get(nameOf(kill)) ?? 0) + 1);
  }

  /** The process did not come there. It is tried again, as soon as it was. */
  missed(kill: Kill): void {
    this.#queue.push(kill.kind === "moment" ? kill : { ...kill, pass: 1 });
  }

  /** By kind of kill: how often. */
  get hitCounts(): ReadonlyMap<string, number> {
    return this.#hitCounts;
  }

  #pass(name: string): number {
    return this.#random.integer(1, RARE.test(name) ? RARE_PASSES_MAX : PASSES_MAX);
  }

  #cycle(): Kill[] {
    const random = this.#random;
    const moment = (): Kill => ({
      kind: "moment",
      afterMs: random.integer(KILL_AFTER_MIN_MS, KILL_AFTER_MAX_MS),
    });
    return [
      ...CRASH_POINTS.filter((point) => !MOVING.has(point)).map((point): Kill => {
        const phase = STARTING.has(point) ? "start" : STOPPING.has(point) ? "stop" : "load";
        return { kind: "point", point, phase, pass: phase === "load" ? this.#pass(point) : 1 };
      }),
      ...LOAD_OPERATIONS.map(
        (operation): Kill => ({
          ...{ kind: "operation", operation },
          fraction: random.next(),
          pass: this.#pass(operation),
        }),
      ),
      ...Array.from({ length: MOMENTS_PER_CYCLE }, moment),
    ];
  }
}

export function nameOf(kill: Kill): string {
  switch (kill.kind) {
    case "point":
      return `at ${kill.point}`;
    case "operation":
      return `during ${kill.operation}`;
    case "moment":
      return "at any moment";
  }
}

function shuffled<T>(items: readonly T[], random: SeededRandom): T[] {
  const result = [...items];
  for (let index = result.length - 1; index > 0; index -= 1) {
    const other = random.integer(0, index);
    [result[index], result[other]] = [result[other] as T, result[index] as T];
  }
  return result;
}
