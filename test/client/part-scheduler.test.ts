import { deepEqual, equal, ok, rejects } from "node:assert/strict";
import { describe, it } from "node:test";
import { PartScheduler } from "../../src/client/upload/part-scheduler.ts";

function newScheduler(placeCount: number) {
  const controller = new AbortController();
  return { scheduler: new PartScheduler(placeCount, controller.signal), controller };
}

/** A task that runs until it is told to end. */
function openTask() {
  let end: (value: string) => void = () => {};
  let hasBegun = false;
  const ended = new Promise<string>((resolve) => {
    end = resolve;
  });
  const task = () => {
    hasBegun = true;
    return ended;
  };
  return { task, end: (value: string) => end(value), hasBegun: () => hasBegun };
}

describe("PartScheduler", () => {
  it("never runs more tasks at a time than it has places", async () => {
    const { scheduler } = newScheduler(3);
    let running = 0;
    let mostRunning = 0;
    const task = async () => {
      running += 1;
      mostRunning = Math.max(mostRunning, running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
    };

    await Promise.all(Array.from({ length: 20 }, () => scheduler.run(task)));

    equal(mostRunning, 3);
    equal(running, 0);
  });

  it("starts tasks in the order in which they came", async () => {
    const { scheduler } = newScheduler(1);
    const order: number[] = [];

    await Promise.all(
      [1, 2, 3].map((number) =>
        scheduler.run(async () => {
          order.push(number);
        }),
      ),
    );

    deepEqual(order, [1, 2, 3]);
  });

  it("gives a place on when its task fails", async () => {
    const { scheduler } = newScheduler(1);

    const failing = scheduler.run(() => Promise.reject(new Error("scripted")));
    const next = scheduler.run(async () => "done");

    await rejects(failing, { message: "scripted" });
    equal(await next, "done");
  });

  it("turns away the tasks that wait on an abort, and lets the running one end", async () => {
    const { scheduler, controller } = newScheduler(1);
    const { task, end } = openTask();
    const waiting = openTask();
    const running = scheduler.run(task);
    await new Promise((resolve) => setImmediate(resolve));
    const turnedAway = scheduler.run(waiting.task);

    controller.abort();
    end("ended");

    equal(await running, "ended");
    await rejects(turnedAway, { name: "AbortError" });
    ok(!waiting.hasBegun());
  });
});
