import { deepEqual, equal } from "node:assert/strict";
import { describe, it } from "node:test";
import { EventQueue } from "../../src/client/upload/event-queue.ts";

function newQueue(lengthMax = 100): EventQueue<string> {
  return new EventQueue({ isReplaceable: (event) => event.startsWith("progress"), lengthMax });
}

async function rest(queue: EventQueue<string>): Promise<readonly string[]> {
  const events: string[] = [];
  for await (const event of queue) {
    events.push(event);
  }
  return events;
}

describe("EventQueue", () => {
  it("gives events in order, before and after they are asked for", async () => {
    const queue = newQueue();
    queue.push("a");
    const asked = [queue.next(), queue.next(), queue.next()];

    queue.push("b");
    queue.end();

    deepEqual(await Promise.all(asked), [
      { value: "a", done: false },
      { value: "b", done: false },
      { value: undefined, done: true },
    ]);
  });

  it("keeps of progress the latest, and of everything else all", async () => {
    const queue = newQueue();
    for (const event of ["progress 1", "progress 2", "part", "progress 3", "progress 4", "part"]) {
      queue.push(event);
    }
    queue.end();

    deepEqual(await rest(queue), ["progress 2", "part", "progress 4", "part"]);
  });

  it("replaces nothing that was taken", async () => {
    const queue = newQueue();
    queue.push("progress 1");
    const first = await queue.next();
    queue.push("progress 2");
    queue.end();

    deepEqual([first.value, ...(await rest(queue))], ["progress 1", "progress 2"]);
  });

  it("drops the oldest when nobody takes them", async () => {
    const queue = newQueue(1000);
    for (let index = 0; index < 5000; index += 1) {
      queue.push(`event ${index}`);
    }
    queue.end();

    const events = await rest(queue);

    deepEqual([events.length, events[0], events.at(-1)], [1000, "event 4000", "event 4999"]);
  });

  it("ends with whoever stops listening", async () => {
    let isReturned = false;
    const queue = new EventQueue<string>({ isReplaceable: () => false, lengthMax: 10 }, () => {
      isReturned = true;
    });
    queue.push("a");
    queue.push("b");

    for await (const event of queue) {
      equal(event, "a");
      break;
    }

    deepEqual([isReturned, await queue.next()], [true, { value: undefined, done: true }]);
  });
});
