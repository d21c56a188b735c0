import assert from "node:assert/strict";
import { hash } from "node:crypto";
import { describe, it } from "node:test";
import fc from "fast-check";
import { ReceiveMemory } from "../../../src/server/receive-memory.ts";

const BUFFER_COUNT = 8;
const BUFFER_SIZE_BYTES = 32 * 1024;
const noise = noiseBytes(3 * BUFFER_SIZE_BYTES);
const memory = new ReceiveMemory({ bufferCount: BUFFER_COUNT, bufferSizeBytes: BUFFER_SIZE_BYTES });

/** Where in the noise a stream's pieces begin, and how long they are. */
const streams = fc.array(
  fc.record({
    start: fc.nat(BUFFER_SIZE_BYTES),
    sizes: fc.array(
      fc.oneof(fc.nat(130), fc.nat(9_000), fc.nat(BUFFER_SIZE_BYTES), fc.constant(BUFFER_SIZE_BYTES)),
      { maxLength: 5 },
    ),
  }),
  { minLength: 1, maxLength: BUFFER_COUNT },
);

describe("the MD5s of bodies that come side by side", () => {
  it("are those that OpenSSL computes, whatever their lengths, pieces and company", async () => {
    await fc.assert(
      fc.asyncProperty(streams, async (bodies) => {
        const digests = await Promise.all(
          bodies.map(({ start, sizes }) => digestPieces(start, sizes, memory)),
        );

        assert.deepEqual(digests, bodies.map(expectedDigest));
      }),
      { numRuns: 60 },
    );
    assert.equal(memory.idleCount, BUFFER_COUNT);
  });

  for (let count = 1; count <= BUFFER_COUNT; count++) {
    it(`are right for ${count} whose bytes come at the same moment`, async () => {
      const bodies = Array.from({ length: count }, (_, index) => ({
        start: 1_000 * index,
        sizes: [BUFFER_SIZE_BYTES, BUFFER_SIZE_BYTES - 64 * index, 100],
      }));

      const digests = await Promise.all(bodies.map(({ start, sizes }) => digestPieces(start, sizes, memory)));

      assert.deepEqual(digests, bodies.map(expectedDigest));
    });
  }

  it("are right at every length around a block's end", async () => {
    const lengths = Array.from({ length: 200 }, (_, length) => length);

    const digests = await Promise.all(lengths.map((length) => digestPieces(0, [length], memory)));

    assert.deepEqual(
      digests,
      lengths.map((length) => hash("md5", noise.subarray(0, length))),
    );
  });

  it("are right for a body that is left behind by those that were given up", async () => {
    const abandoned = memory.startMd5();
    const buffer = await memory.take();
    abandoned.abandon();
    memory.give(buffer);

    assert.equal(
      await digestPieces(1, [9_000, 9_000], memory),
      expectedDigest({ start: 1, sizes: [9_000, 9_000] }),
    );
  });

  it("are right where WebAssembly cannot run the kernel", async () => {
    class Refused {
      constructor() {
        throw new Error("no SIMD");
      }
    }
    const platform = { Memory: Refused, Module: Refused, Instance: Refused } as never;
    const without = new ReceiveMemory({ bufferCount: 2, bufferSizeBytes: BUFFER_SIZE_BYTES }, platform);
    const body = { start: 5, sizes: [100, BUFFER_SIZE_BYTES, 7] };

    assert.equal(await digestPieces(body.start, body.sizes, without), expectedDigest(body));
  });
});

async function digestPieces(start: number, sizes: readonly number[], from: ReceiveMemory): Promise<string> {
  const md5 = from.startMd5();
  let position = start;
  for (const size of sizes) {
    const buffer = await from.take();
    // At an odd address too, where there is room.
    const target = buffer.subarray(position % Math.min(64, buffer.length - size + 1)).subarray(0, size);
    target.set(pieceOf(position, size));
    await md5.update(target);
    from.give(target);
    position += size;
  }
  return md5.digest().toString("hex");
}

/** The noise goes round. */
function pieceOf(position: number, size: number): Uint8Array {
  const start = position % (noise.length - BUFFER_SIZE_BYTES);
  return noise.subarray(start, start + size);
}

function expectedDigest({
  start,
  sizes,
}: {
  readonly start: number;
  readonly sizes: readonly number[];
}): string {
  let position = start;
  const pieces = sizes.map((size) => {
    const piece = pieceOf(position, size);
    position += size;
    return piece;
  });
  return hash("md5", Buffer.concat(pieces));
}

/** By a fixed linear congruential generator. */
function noiseBytes(size: number): Uint8Array {
  let state = 1;
  return Uint8Array.from({ length: size }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 24;
  });
}
