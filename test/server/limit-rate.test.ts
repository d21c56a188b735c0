import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import {
  afterSlice,
  limitRate,
  type RateClock,
  type RateSchedule,
  sliceSizeBytes,
  waitBeforeSliceMs,
} from "../../src/server/limit-rate.ts";

/** A clock that moves only when somebody waits, and then by as much. */
class WaitedClock implements RateClock {
  nowMs = 1_000;

  now(): number {
    return this.nowMs;
  }

  async wait(durationMs: number): Promise<void> {
    this.nowMs += durationMs;
  }
}

const anyLimit = fc.integer({ min: 245_760, max: 838_860_800 });
/** Not exact: times are fractions of milliseconds. */
const ROUNDING_BYTES = 1;

async function* chunksOf(sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  for (const [index, sizeBytes] of sizes.entries()) {
    yield new Uint8Array(sizeBytes).fill(index);
  }
}

describe("the schedule of a limited body", () => {
  it("lets through at most what the time since the beginning allows, and one slice", () => {
    const step = fc.record({ part: fc.double({ min: 0, max: 1, noNaN: true }), lateMs: fc.nat(60_000) });
    fc.assert(
      fc.property(anyLimit, fc.array(step, { maxLength: 50 }), (bitsPerSecond, steps) => {
        const burstBytes = sliceSizeBytes(bitsPerSecond);
        let schedule: RateSchedule = { bitsPerSecond, paidUntilMs: 0 };
        let nowMs = 0;
        let sentBytes = 0;
        for (const { part, lateMs } of steps) {
          nowMs += lateMs + waitBeforeSliceMs(schedule, nowMs + lateMs);
          const sizeBytes = Math.floor(part * burstBytes);

          schedule = afterSlice(schedule, sizeBytes, nowMs);

          sentBytes += sizeBytes;
          const allowedBytes = (bitsPerSecond / 8) * (nowMs / 1000) + burstBytes;
          assert.ok(sentBytes <= allowedBytes + ROUNDING_BYTES, `${sentBytes} of ${allowedBytes}`);
        }
      }),
    );
  });

  it("does not let a body that paused make up for more than a tenth of a second", () => {
    const bitsPerSecond = 819_200;
    const sliceBytes = sliceSizeBytes(bitsPerSecond);
    const afterFirst = afterSlice({ bitsPerSecond, paidUntilMs: 0 }, sliceBytes, 0);

    const afterPause = afterSlice(afterFirst, sliceBytes, 60_000);
    const afterNext = afterSlice(afterPause, sliceBytes, 60_000);

    assert.equal(waitBeforeSliceMs(afterPause, 60_000), 0);
    assert.equal(waitBeforeSliceMs(afterNext, 60_000), 100);
  });
});

describe("limitRate()", () => {
  it("gives the bytes that came, in order, at the limit's pace", async () => {
    const sizes = fc.array(fc.integer({ min: 0, max: 100_000 }), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 245_760, max: 8_000_000 }),
        sizes,
        async (bitsPerSecond, chunkSizes) => {
          const clock = new WaitedClock();
          const burstBytes = sliceSizeBytes(bitsPerSecond);
          const received: Uint8Array[] = [];
          let sentBytes = 0;

          for await (const slice of limitRate(chunksOf(chunkSizes), { bitsPerSecond, clock })) {
            received.push(Uint8Array.from(slice));
            sentBytes += slice.length;
            const allowedBytes = (bitsPerSecond / 8) * ((clock.nowMs - 1_000) / 1000) + burstBytes;
            assert.ok(sentBytes <= allowedBytes + ROUNDING_BYTES, `${sentBytes} of ${allowedBytes}`);
          }

          const expected = chunkSizes.map((sizeBytes, index) => new Uint8Array(sizeBytes).fill(index));
          assert.ok(Buffer.concat(received).equals(Buffer.concat(expected)));
          // All but the last slice have been waited for: no slower than the limit either.
          const dueMs = (Math.max(0, sentBytes - burstBytes) * 8 * 1000) / bitsPerSecond;
          assert.ok(clock.nowMs - 1_000 <= dueMs + 200, `${clock.nowMs - 1_000} ms for ${dueMs} ms`);
        },
      ),
      { numRuns: 50 },
    );
  });

  it("is the body itself where there is no limit", () => {
    const chunks = chunksOf([1]);

    assert.equal(limitRate(chunks, { bitsPerSecond: undefined, clock: new WaitedClock() }), chunks);
  });

  it("stops before the next slice when nobody wants the bytes any more, and closes what it reads", async () => {
    const abort = new AbortController();
    const clock = new WaitedClock();
    let isClosed = false;
    async function* chunks() {
      try {
        yield new Uint8Array(1_000_000);
      } finally {
        isClosed = true;
      }
    }
    const limited = limitRate(chunks(), { bitsPerSecond: 245_760, clock, signal: abort.signal });
    const slices = limited[Symbol.asyncIterator]();
    await slices.next();

    abort.abort(new Error("gone"));

    await assert.rejects(slices.next(), /gone/);
    assert.equal(isClosed, true);
    assert.ok(clock.nowMs <= 1_100);
  });

  it("closes what it reads when its reader leaves", async () => {
    let isClosed = false;
    async function* chunks() {
      try {
        yield new Uint8Array(1_000_000);
      } finally {
        isClosed = true;
      }
    }

    for await (const _slice of limitRate(chunks(), { bitsPerSecond: 245_760, clock: new WaitedClock() })) {
      break;
    }

    assert.equal(isClosed, true);
  });
});
