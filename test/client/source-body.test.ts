import { deepEqual, equal, ok, rejects } from "node:assert/strict";
import { describe, it } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import fc from "fast-check";
import { ClientError } from "../../src/client/client-error.ts";
import { BufferPool } from "../../src/client/upload/buffer-pool.ts";
import type { ByteSource, ImmediateReads } from "../../src/client/upload/byte-source.ts";
import { bytesSource } from "../../src/client/upload/memory-source.ts";
import { BUFFERS_PER_BODY, sourceBody } from "../../src/client/upload/source-body.ts";

function numberedBytes(sizeBytes: number): Uint8Array {
  return Uint8Array.from({ length: sizeBytes }, (_, index) => index);
}

function smallPool(bufferSizeBytes: number): BufferPool {
  return new BufferPool({ bufferSizeBytes, bufferCountMax: BUFFERS_PER_BODY });
}

async function contentOf(chunks: AsyncIterable<Uint8Array>): Promise<readonly number[]> {
  const content: number[] = [];
  for await (const chunk of chunks) {
    content.push(...chunk);
  }
  return content;
}

/** Gives fewer bytes than asked for, as a file may. */
function haltingSource(bytes: Uint8Array): ByteSource {
  const source = bytesSource(bytes);
  return { ...source, read: (position, target) => source.read(position, target.subarray(0, 3)) };
}

type Way = "whole" | "short" | "failing" | "not-due" | "other's-turn";

/** Goes the ways in turns. */
function immediateReads(bytes: Uint8Array, ways: readonly Way[]): ImmediateReads {
  let readCount = 0;
  let way: Way = "whole";
  return {
    isDue() {
      way = ways[readCount % ways.length] ?? "whole";
      readCount += 1;
      return way !== "not-due";
    },
    turn() {
      if (way !== "other's-turn") {
        return undefined;
      }
      way = "whole";
      return nextTurn();
    },
    read(position, target) {
      if (way === "failing") {
        throw new Error("the disk is gone");
      }
      const part = bytes.subarray(position, position + target.byteLength - (way === "short" ? 1 : 0));
      target.set(part);
      return part.byteLength;
    },
  };
}

describe("sourceBody()", () => {
  it("gives exactly the bytes of its range, whatever the size of the buffers", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(200),
        fc.nat(200),
        fc.integer({ min: 1, max: 50 }),
        async (one, other, bufferSizeBytes) => {
          const [start, end] = one < other ? [one, other] : [other, one];
          const bytes = numberedBytes(200);
          const source = haltingSource(bytes);
          const body = sourceBody({ source, start, end, pool: smallPool(bufferSizeBytes) });

          deepEqual(await contentOf(body.chunks()), [...bytes.subarray(start, end)]);
          equal(body.sizeBytes, end - start);
        },
      ),
    );
  });

  it("can be read again and again, from its beginning", async () => {
    const source = bytesSource(numberedBytes(100));
    const body = sourceBody({ source, start: 10, end: 60, pool: smallPool(7) });

    deepEqual(await contentOf(body.chunks()), await contentOf(body.chunks()));
  });

  it("fails whoever reads it, and nobody else, when the read ahead fails while a piece is being sent", async () => {
    const source = bytesSource(numberedBytes(100));
    const failure = new Error("the disk is gone");
    const failing: ByteSource = {
      ...source,
      read: (position, target) => (position > 0 ? Promise.reject(failure) : source.read(position, target)),
    };
    const body = sourceBody({ source: failing, start: 0, end: 100, pool: smallPool(10) });

    const chunks = body.chunks()[Symbol.asyncIterator]();
    await chunks.next();
    // An unhandled rejection would end the process here.
    await nextTurn();

    await rejects(chunks.next(), failure);
  });

  it("gives exactly its bytes when some of them can be had at once, in turns, and others fail or come short", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom("whole", "short", "failing", "not-due", "other's-turn"), { minLength: 1 }),
        fc.nat(100),
        fc.integer({ min: 1, max: 50 }),
        async (ways, start, bufferSizeBytes) => {
          const bytes = numberedBytes(200);
          const pool = smallPool(bufferSizeBytes);
          const source = { ...haltingSource(bytes), immediate: immediateReads(bytes, ways) };
          const body = sourceBody({ source, start, end: 200, pool });

          deepEqual(await contentOf(body.chunks()), [...bytes.subarray(start)]);
          equal((await Promise.all([pool.acquire(), pool.acquire()])).length, BUFFERS_PER_BODY);
        },
      ),
    );
  });

  it("needs one buffer for what can be had at once", async () => {
    const bytes = numberedBytes(100);
    const source = { ...bytesSource(bytes), immediate: immediateReads(bytes, ["whole"]) };
    const body = sourceBody({ source, start: 0, end: 100, pool: smallPool(10) });
    const buffers = new Set<ArrayBufferLike>();

    for await (const chunk of body.chunks()) {
      buffers.add(chunk.buffer);
    }

    equal(buffers.size, 1);
  });

  it("gives its buffers back when it is left early", async () => {
    const source = bytesSource(numberedBytes(100));
    const pool = smallPool(10);
    const body = sourceBody({ source, start: 0, end: 100, pool });

    for await (const chunk of body.chunks()) {
      equal(chunk.length, 10);
      break;
    }

    equal((await contentOf(body.chunks())).length, 100);
  });

  it("fails when the source ends early, and gives its buffers back", async () => {
    const source = { ...bytesSource(numberedBytes(50)), sizeBytes: 100 };
    const pool = smallPool(30);
    const body = sourceBody({ source, start: 0, end: 100, pool });

    await rejects(contentOf(body.chunks()), (error) => {
      ok(error instanceof ClientError);
      equal(error.code, "source-changed");
      equal(error.message, "the byte array ended at byte 50, but had 100 bytes when it was opened");
      return true;
    });
    const buffers = await Promise.all([pool.acquire(), pool.acquire()]);
    equal(buffers.length, BUFFERS_PER_BODY);
  });
});

describe("BufferPool", () => {
  it("makes no more buffers than allowed, and hands a released one to whoever waited longest", async () => {
    const pool = smallPool(1);
    const first = await pool.acquire();
    await pool.acquire();
    const order: string[] = [];
    const third = pool.acquire().then((buffer) => {
      order.push("third");
      return buffer;
    });
    const fourth = pool.acquire().then((buffer) => {
      order.push("fourth");
      return buffer;
    });

    pool.release(first);
    const reused = await third;

    equal(reused, first);
    deepEqual(order, ["third"]);
    pool.release(reused);
    equal(await fourth, first);
  });
});
