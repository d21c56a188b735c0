// Where a server is killed, round by round: at each named place of its code, within each operation's own duration, and at
// any moment; and of a server of several processes which of them: all at once, one that answers requests, or the one that
// commits. Counts what was hit, so that no kind of kill can be forgotten.
import { CRASH_POINTS, type CrashPoint } from "../../src/storage/crash-points.ts";
import { LOAD_OPERATIONS, type LoadOperation } from "./kill-load.ts";
import type { SeededRandom } from "./seeded-random.ts";

/** Who dies: all processes at one moment, as when the machine crashes, or one of them alone. */
export type Victim = "everything" | "worker" | "committer";

export type Kill = {
  readonly victim: Victim;
  /** Whether garbage is collected and blobs are moved all the time, and not after a minute. */
  readonly hurriesGarbage: boolean;
} & (
  | PointKill
  /** The process is killed while it does this, `fraction` of its usual duration after it began. */
  | {
      readonly kind: "operation";
      readonly operation: LoadOperation;
      readonly fraction: number;
      readonly pass: number;
    }
  | { readonly kind: "moment"; readonly afterMs: number }
);

/** The process kills itself there. */
interface PointKill {
  readonly kind: "point";
  readonly point: CrashPoint;
  readonly phase: PointPhase;
  readonly pass: number;
}

/** When a process comes to a place: while it starts, while it works, or while it stops. */
export type PointPhase = "start" | "load" | "stop";

const STARTING: ReadonlySet<CrashPoint> = new Set<CrashPoint>(["sweep.deleted", "forgetLease.committed"]);
/** An orderly stop deletes all garbage at once. */
const STOPPING: ReadonlySet<CrashPoint> = new Set<CrashPoint>([
  "garbage.deleted",
  "forgetGarbage.committing",
  "forgetGarbage.committed",
]);
/** These come a minute after a blob lost its owner, unless the server hurries. */
const OF_GARBAGE: ReadonlySet<CrashPoint> = new Set<CrashPoint>([
  ...STOPPING,
  "blobs.copied",
  "moveBlobs.committing",
  "moveBlobs.committed",
  "segment.removed",
]);
/** Where bytes are received; all other places are those of the process that commits. */
const OF_WORKERS = /^(blob|record)\./;
/** Under load the first few times that a place is passed are all different moments. */
const PASSES_MAX = 10;
/** Uploads have one beginning and one end, and few blobs are large: to wait for more of them would take seconds. */
const RARE_PASSES_MAX = 2;
const RARE = /^blob|^(abort|complete|create|initiate).*upload|^moveBlobs|^segment/i;
const MOMENTS_PER_CYCLE = 4;
const KILL_AFTER_MIN_MS = 20;
const KILL_AFTER_MAX_MS = 400;

export interface KillPlanOptions {
  readonly random: SeededRandom;
  /** Whether requests are answered by other processes than the one that commits. */
  readonly hasWorkers: boolean;
}

/** All kinds of kills, again and again, each time in another order. */
export class KillPlan {
  readonly #random: SeededRandom;
  readonly #victims: readonly Victim[];
  #count = 0;
  readonly #hitCounts = new Map<string, number>();
  #queue: Kill[] = [];

  constructor({ random, hasWorkers }: KillPlanOptions) {
    this.#random = random;
    this.#victims = hasWorkers ? ["everything", "worker", "committer"] : ["everything"];
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
    // Each in its turn, as long as there are any left of it, so that few rounds have some of each.
    this.#count += 1;
    const wanted = this.#victims[this.#count % this.#victims.length];
    const index = this.#queue.findLastIndex(({ victim }) => victim === wanted);
    return this.#queue.splice(index, 1)[0] as Kill;
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

  #cycle(): Kill[] {
    return [
      ...this.#pointKills(),
      ...this.#victims.flatMap((victim) => [
        ...LOAD_OPERATIONS.map((operation) => this.#operationKill(operation, victim)),
        ...Array.from({ length: MOMENTS_PER_CYCLE / this.#victims.length }, () => this.#momentKill(victim)),
      ]),
    ];
  }

  #pointKills(): Kill[] {
    return CRASH_POINTS.flatMap((point): Kill[] => {
      const alone: Victim = OF_WORKERS.test(point) ? "worker" : "committer";
      const hurriesGarbage = OF_GARBAGE.has(point);
      if (STARTING.has(point)) {
        return [{ kind: "point", point, phase: "start", pass: 1, victim: "everything", hurriesGarbage }];
      }
      const underLoad = this.#victims
        .filter((victim) => victim === "everything" || victim === alone)
        .map(
          (victim): Kill => ({
            ...{ kind: "point", point, phase: "load", pass: this.#pass(point), victim },
            hurriesGarbage: hurriesGarbage || this.#isLikely(),
          }),
        );
      return STOPPING.has(point)
        ? [
            ...underLoad,
            { kind: "point", point, phase: "stop", pass: 1, victim: "everything", hurriesGarbage: false },
          ]
        : underLoad;
    });
  }

  #operationKill(operation: LoadOperation, victim: Victim): Kill {
    return {
      ...{ kind: "operation", operation, victim, hurriesGarbage: this.#isLikely() },
      fraction: this.#random.next(),
      pass: this.#pass(operation),
    };
  }

  #momentKill(victim: Victim): Kill {
    const afterMs = this.#random.integer(KILL_AFTER_MIN_MS, KILL_AFTER_MAX_MS);
    return { kind: "moment", afterMs, victim, hurriesGarbage: this.#isLikely() };
  }

  #pass(name: string): number {
    return this.#random.integer(1, RARE.test(name) ? RARE_PASSES_MAX : PASSES_MAX);
  }

  #isLikely(): boolean {
    return this.#random.next() < 0.5;
  }
}

/** Without the victim where there is one process only. */
export function nameOf(kill: Kill): string {
  const where = whereOf(kill);
  return kill.victim === "everything" ? where : `${where}, the ${kill.victim} alone`;
}

function whereOf(kill: Kill): string {
  switch (kill.kind) {
    case "point":
      return `at ${kill.point}${kill.phase === "stop" ? ", stopping" : ""}`;
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
