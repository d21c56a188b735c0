import { deepEqual, equal, ok, rejects } from "node:assert/strict";
import { describe, it } from "node:test";
import { setImmediate } from "node:timers/promises";
import { runTransfers } from "../../../src/cli/transfer/run-transfers.ts";

async function* numbers(count: number): AsyncGenerator<number> {
  for (let number = 0; number < count; number++) {
    yield number;
  }
}

const { signal } = new AbortController();

describe("runTransfers()", () => {
  it("runs each once, as many at a time as it may", async () => {
    let running = 0;
    let most = 0;
    const done: number[] = [];

    const tally = await runTransfers(
      numbers(20),
      async (number) => {
        running += 1;
        most = Math.max(most, running);
        await setImmediate();
        running -= 1;
        done.push(number);
      },
      { jobCount: 3, signal, onFailure: () => {} },
    );

    deepEqual(tally, { doneCount: 20, failedCount: 0 });
    deepEqual(
      done.toSorted((left, right) => left - right),
      Array.from({ length: 20 }, (_, index) => index),
    );
    equal(most, 3);
  });

  it("goes on after a failure and tells it", async () => {
    const failures: unknown[] = [];

    const tally = await runTransfers(
      numbers(5),
      async (number) => {
        if (number % 2 === 1) {
          throw new Error(`no ${number}`);
        }
      },
      {
        jobCount: 2,
        signal,
        onFailure: (number, error) => failures.push([number, (error as Error).message]),
      },
    );

    deepEqual(tally, { doneCount: 3, failedCount: 2 });
    deepEqual(failures, [
      [1, "no 1"],
      [3, "no 3"],
    ]);
  });

  it("stops on an abort, when what ran has ended, and counts that as nobody's failure", async () => {
    const controller = new AbortController();
    let endedCount = 0;
    const running = runTransfers(
      numbers(1000),
      async (number) => {
        if (number === 5) {
          controller.abort(new Error("enough"));
        }
        await setImmediate();
        endedCount += 1;
        controller.signal.throwIfAborted();
      },
      { jobCount: 2, signal: controller.signal, onFailure: () => ok(false) },
    );

    await rejects(running, { message: "enough" });
    ok(endedCount < 10);
  });

  it("throws what the listing throws", async () => {
    async function* broken(): AsyncGenerator<number> {
      yield 1;
      throw new Error("no list");
    }

    const running = runTransfers(broken(), async () => {}, { jobCount: 4, signal, onFailure: () => {} });

    await rejects(running, { message: "no list" });
  });
});
