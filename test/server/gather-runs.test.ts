import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { gatherRuns } from "../../src/server/gather-runs.ts";
import { ReceiveMemory } from "../../src/server/receive-memory.ts";

const BUFFER_SIZE_BYTES = 1_000;
const newMemory = (bufferCount: number) =>
  new ReceiveMemory({ bufferCount, bufferSizeBytes: BUFFER_SIZE_BYTES });

describe("gatherRuns()", () => {
  it("gives the same bytes in full buffers, whatever the chunks, and leaves no buffer behind", async () => {
    const chunks = fc.array(fc.uint8Array({ maxLength: 2_500 }), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(chunks, async (pieces) => {
        const memory = newMemory(2);
        const runs: Buffer[] = [];

        for await (const run of gatherRuns(chunksOf(pieces), memory)) {
          runs.push(Buffer.from(run));
          memory.give(run);
        }

        assert.deepEqual(Buffer.concat(runs), Buffer.concat(pieces));
        assert.ok(runs.slice(0, -1).every((run) => run.length === BUFFER_SIZE_BYTES));
        assert.equal(memory.idleCount, 2);
      }),
      { numRuns: 100 },
    );
  });

  it("has no buffer while it waits for a body's first byte", async () => {
    const memory = newMemory(1);
    const source = openSource();

    const runs = gatherRuns(source.chunks, memory);
    const first = runs.next();
    assert.equal(memory.idleCount, 1);
    source.send("a");
    source.end();

    assert.equal(textOf((await first).value), "a");
  });

  it("lets go of a buffer that another body wants", async () => {
    const memory = newMemory(1);
    const slow = openSource();
    const slowRuns = gatherRuns(slow.chunks, memory);
    const slowFirst = slowRuns.next();
    slow.send("slow");
    await turn();
    const other = gatherRuns(chunksOf([Buffer.from("other")]), memory).next();

    const slowRun = (await slowFirst).value;
    assert.equal(textOf(slowRun), "slow");
    memory.give(slowRun as Uint8Array);

    assert.equal(textOf((await other).value), "other");
  });

  it("lets go of a buffer that nothing comes into", async () => {
    const memory = newMemory(1);
    const source = openSource();
    const runs = gatherRuns(source.chunks, memory);

    const first = runs.next();
    source.send("a");

    assert.equal(textOf((await first).value), "a");
  });

  it("gives its buffer back when the body breaks off, and when nobody wants the rest", async () => {
    const memory = newMemory(1);
    const broken = openSource();
    const brokenFirst = gatherRuns(broken.chunks, memory).next();
    broken.send("a");
    broken.fail(new Error("broken"));

    await assert.rejects(brokenFirst, /broken/);
    for await (const run of gatherRuns(chunksOf([Buffer.alloc(5_000)]), memory)) {
      memory.give(run);
      break;
    }

    assert.equal(memory.idleCount, 1);
  });
});

function textOf(bytes: Uint8Array | undefined): string {
  return Buffer.from(bytes ?? []).toString();
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

async function* chunksOf(pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* pieces;
}

/** A body that brings what the test sends, when it sends it. */
function openSource() {
  const steps: (() => IteratorResult<Uint8Array>)[] = [];
  let onStep = () => {};
  const add = (step: () => IteratorResult<Uint8Array>) => {
    steps.push(step);
    onStep();
  };
  const chunks: AsyncIterable<Uint8Array> = {
    [Symbol.asyncIterator]: () => ({
      async next() {
        while (steps.length === 0) {
          await new Promise<void>((resolve) => {
            onStep = resolve;
          });
        }
        return steps.shift()?.() ?? { done: true, value: undefined };
      },
    }),
  };
  return {
    chunks,
    send: (text: string) => add(() => ({ done: false, value: Buffer.from(text) })),
    end: () => add(() => ({ done: true, value: undefined })),
    fail: (failure: Error) =>
      add(() => {
        throw failure;
      }),
  };
}
