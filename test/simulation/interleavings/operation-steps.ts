// The steps of one operation: each call that it makes of the two stores waits until the scheduler lets it happen. What it
// does in between is its own affair, so the order of the calls is all that can differ between two schedules.

/** What a step touches, and how. Two steps that may be swapped without anybody noticing are independent. */
export type Footprint = Readonly<Partial<Record<Resource, "add" | "read" | "write">>>;
type Resource = "blobs" | "bucket" | "object" | "queue" | "upload";

export interface Step {
  /** Such as `metadata.putPart`. */
  readonly name: string;
  readonly footprint: Footprint;
  /** Makes the call, and hands its result on. @param isHeard  whether the operation gets the result */
  take(isHeard: boolean): Promise<void>;
}

interface WaitingStep extends Step {
  lose(): void;
}

/** What the calls of an operation end with when its process is gone. */
export class ProcessLost extends Error {
  override readonly name = "ProcessLost";
}

export class OperationSteps {
  #waiting: WaitingStep[] = [];
  #isLost = false;

  /** The call that is next, or undefined while the operation is busy or has ended. */
  get next(): Step | undefined {
    return this.#waiting[0];
  }

  /** The process is gone: no call of it happens any more. */
  lose(): void {
    this.#isLost = true;
    for (const step of this.#waiting) {
      step.lose();
    }
    this.#waiting = [];
  }

  /** Resolves when the scheduler has let `call` happen. */
  wait<Result>(name: string, footprint: Footprint, call: () => Promise<Result>): Promise<Result> {
    if (this.#isLost) {
      return Promise.reject(new ProcessLost(name));
    }
    return new Promise((resolve, reject) => {
      const step: WaitingStep = {
        name,
        footprint,
        take: async (isHeard) => {
          this.#waiting = this.#waiting.filter((each) => each !== step);
          const result = await Promise.allSettled([call()]);
          const [settled] = result;
          if (!isHeard) {
            return;
          }
          if (settled.status === "fulfilled") {
            resolve(settled.value);
          } else {
            reject(settled.reason);
          }
        },
        lose: () => reject(new ProcessLost(name)),
      };
      this.#waiting.push(step);
    });
  }
}

export function areIndependent(one: Footprint, other: Footprint): boolean {
  return Object.entries(one).every(([resource, use]) => {
    const otherUse = other[resource as Resource];
    return otherUse === undefined || (use === otherUse && use !== "write");
  });
}

/** Whether what is stored may be another afterwards. */
export function changesSomething(footprint: Footprint): boolean {
  return Object.values(footprint).some((use) => use !== "read");
}
