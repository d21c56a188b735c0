// In how many messages requests go to the writer.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { PendingCalls } from "../../src/storage/embedded/metadata-calls.ts";
import type { MetadataRequest } from "../../src/storage/embedded/metadata-messages.ts";

const REQUEST: Omit<MetadataRequest, "id"> = { operation: "getBucket", input: ["b"], nowMs: 0 };

describe("PendingCalls", () => {
  it("has two messages under way at most, and sends what waits as one when the first of them is answered", async () => {
    const { calls, messages, endTurn } = watchedCalls();

    const answers = [calls.add(REQUEST)];
    endTurn();
    answers.push(calls.add(REQUEST), calls.add(REQUEST));
    endTurn();
    answers.push(calls.add(REQUEST));
    endTurn();
    answers.push(calls.add(REQUEST));
    endTurn();
    assert.deepEqual(messages, [[1], [2, 3]]);

    calls.settle([{ id: 2, value: "second" }]);
    endTurn();
    assert.equal(messages.length, 2);
    calls.settle([{ id: 1, value: "first" }]);
    endTurn();
    assert.deepEqual(messages, [[1], [2, 3], [4, 5]]);

    calls.settle([3, 4, 5].map((id) => ({ id, value: String(id) })));
    assert.deepEqual(await Promise.all(answers), ["first", "second", "3", "4", "5"]);
    assert.equal(calls.count, 0);
  });

  it("sends all that waits when it is told to, however much is under way", async () => {
    const { calls, messages, endTurn } = watchedCalls();

    const answers = [1, 2, 3].map(() => {
      const answer = calls.add(REQUEST);
      endTurn();
      return answer;
    });
    calls.flush();

    assert.deepEqual(messages, [[1], [2], [3]]);
    calls.settle([1, 2, 3].map((id) => ({ id, value: id })));
    assert.deepEqual(await Promise.all(answers), [1, 2, 3]);
  });
});

/** Messages by the ids of their requests; a turn of the loop ends when the test says so. */
function watchedCalls() {
  const messages: number[][] = [];
  let flushes: (() => void)[] = [];
  const calls = new PendingCalls({
    send: (requests) => messages.push(requests.map(({ id }) => id)),
    schedule: (flush) => flushes.push(flush),
  });
  const endTurn = () => {
    const due = flushes;
    flushes = [];
    for (const flush of due) {
      flush();
    }
  };
  return { calls, messages, endTurn };
}
