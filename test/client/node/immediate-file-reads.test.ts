import { deepEqual, equal, ok } from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import {
  BYTES_PER_TURN,
  ImmediateFileReads,
  QUICK_READ_MS,
  REST_MAX_READS,
  REST_MIN_READS,
} from "../../../src/client/node/immediate-file-reads.ts";

const PIECE_BYTES = 256 * 1024;

interface Machine {
  readonly reads: ImmediateFileReads;
  /** One read of the next 256 KiB that takes so long, and makes so many reads of a disk. */
  read(durationMs: number, diskReads?: number): number;
  /** Everything else has its turn. */
  turn(): void;
}

function machine(): Machine {
  const target = new Uint8Array(PIECE_BYTES);
  let nowMs = 0;
  let diskReadCount = 0;
  let position = 0;
  let next = { durationMs: 0, diskReads: 0 };
  let waiting: (() => void)[] = [];
  const reads = new ImmediateFileReads({
    fd: 3,
    nowMs: () => nowMs,
    atNextTurn: (act) => waiting.push(act),
    read: (_fd, { byteLength }) => {
      nowMs += next.durationMs;
      diskReadCount += next.diskReads;
      return byteLength;
    },
    diskReadCount: () => diskReadCount,
  });
  const turn = () => {
    const due = waiting;
    waiting = [];
    for (const act of due) {
      act();
    }
  };
  return {
    reads,
    read(durationMs, diskReads = 0) {
      next = { durationMs, diskReads };
      const byteCount = reads.read(position, target);
      position += byteCount;
      return byteCount;
    },
    turn,
  };
}

/** How often the way through the pool is taken before another read is tried here. */
function restOf({ reads }: Machine): number {
  let count = 0;
  while (count <= REST_MAX_READS && !reads.isDue()) {
    count += 1;
  }
  return count;
}

describe("ImmediateFileReads", () => {
  it("goes on as long as reads are quick", () => {
    const { reads, read, turn } = machine();

    for (let count = 0; count < 1000; count += 1) {
      ok(reads.isDue());
      equal(read(QUICK_READ_MS), PIECE_BYTES);
      turn();
    }
  });

  it("gives everything else its turn after some bytes", async () => {
    const { reads, read, turn } = machine();
    for (let bytes = 0; bytes < BYTES_PER_TURN; bytes += PIECE_BYTES) {
      equal(reads.turn(), undefined);
      read(0.05);
    }

    const waiting = reads.turn();

    ok(waiting);
    turn();
    await waiting;
    equal(reads.turn(), undefined);
  });

  it("leaves a disk to the pool for ever longer while it answers slowly", () => {
    const cold = machine();
    const rests: number[] = [];

    for (let count = 0; count < 10; count += 1) {
      cold.read(8, 1);
      rests.push(restOf(cold));
    }

    deepEqual(rests, [16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 4096]);
  });

  it("takes no busy processor for a slow disk", () => {
    const busy = machine();

    busy.read(30);

    equal(restOf(busy), 0);
  });

  it("forgets slow reads after quick ones", () => {
    const warming = machine();
    warming.read(8, 1);
    warming.read(8, 1);
    restOf(warming);

    for (let count = 0; count < 16; count += 1) {
      warming.read(0.05);
    }
    warming.read(8, 1);

    equal(restOf(warming), REST_MIN_READS);
  });

  it("waits for a disk in at most a few of the reads of a file that is not in memory", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40_000 }), (pieceCount) => {
        const cold = machine();
        let slowCount = 0;

        for (let piece = 0; piece < pieceCount; piece += 1) {
          if (cold.reads.isDue()) {
            cold.read(8, 1);
            slowCount += 1;
          }
        }

        // Twice as many pieces cost one more, until one of 4,097 does.
        ok(slowCount <= 1 + Math.log2(1 + pieceCount / REST_MIN_READS) + pieceCount / REST_MAX_READS);
      }),
    );
  });
});
