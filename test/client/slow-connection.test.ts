import { deepEqual, equal, ok } from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { ConnectionWatch, type WatchedPart } from "../../src/client/upload/connection-watch.ts";
import {
  type ConnectionsSituation,
  type SendingPart,
  slowConnection,
} from "../../src/client/upload/slow-connection.ts";

const MIB = 1024 * 1024;

function sending(partNumber: number, changes: Partial<SendingPart> = {}): SendingPart {
  return {
    partNumber,
    sizeBytes: 8 * MIB,
    sentBytes: 4 * MIB,
    ageMs: 10_000,
    mayBeSentAgain: true,
    ...changes,
  };
}

const slow = { sentBytes: MIB / 2 };
const peers = [1, 2, 3, 4].map((partNumber) => sending(partNumber));

function slowestOf(changes: Partial<ConnectionsSituation>): number | undefined {
  const situation = { sending: [...peers, sending(5, slow)], finishedRates: [], affordableBytes: 8 * MIB };
  return slowConnection({ ...situation, ...changes })?.partNumber;
}

describe("slowConnection()", () => {
  it("is one with less than a quarter of the median of its peers", () => {
    equal(slowestOf({}), 5);
    equal(slowestOf({ sending: [...peers, sending(5, { sentBytes: MIB + 1 })] }), undefined);
  });

  it("says what it loses and how slow it is", () => {
    const found = slowConnection({
      sending: [...peers, sending(5, slow)],
      finishedRates: [],
      affordableBytes: MIB,
    });

    deepEqual(found, {
      partNumber: 5,
      lostBytes: MIB / 2,
      goodput: (MIB / 2 / 10_000) * 1_000,
      usualGoodput: ((4 * MIB) / 10_000) * 1_000,
    });
  });

  it("is none when all are slow", () => {
    equal(slowestOf({ sending: [1, 2, 3, 4, 5].map((number) => sending(number, slow)) }), undefined);
  });

  it("is none without enough peers, but those that have ended count", () => {
    const two = [sending(4), sending(5, slow)];

    equal(slowestOf({ sending: two }), undefined);
    equal(slowestOf({ sending: two, finishedRates: [400, 420, 440] }), 5);
  });

  it("is none that is young, nearly there, or was sent again before", () => {
    equal(slowestOf({ sending: [...peers, sending(5, { sentBytes: 0, ageMs: 4_999 })] }), undefined);
    equal(slowestOf({ sending: [...peers, sending(5, { sentBytes: 7 * MIB, ageMs: 100_000 })] }), undefined);
    equal(slowestOf({ sending: [...peers, sending(5, { ...slow, mayBeSentAgain: false })] }), undefined);
  });

  it("is none whose bytes cost more than may be lost", () => {
    equal(slowestOf({ affordableBytes: MIB / 2 - 1 }), undefined);
  });

  it("never loses more than it may, nor drops one that keeps up with the median", () => {
    const part = fc.record({
      sizeBytes: fc.integer({ min: 100, max: 1_000 }),
      sentBytes: fc.integer({ min: 0, max: 1_000 }),
      ageMs: fc.integer({ min: 1, max: 20_000 }),
    });
    fc.assert(
      fc.property(fc.array(part, { maxLength: 20 }), fc.nat(500), (parts, affordableBytes) => {
        const all = parts.map((one, index) =>
          sending(index, { ...one, sentBytes: Math.min(one.sentBytes, one.sizeBytes) }),
        );

        const found = slowConnection({ sending: all, finishedRates: [], affordableBytes });

        if (found !== undefined) {
          ok(found.lostBytes <= affordableBytes);
          ok(found.goodput * 4 < found.usualGoodput);
          const rates = all.map(({ sentBytes, ageMs }) => (sentBytes / ageMs) * 1_000);
          ok(rates.filter((rate) => rate >= found.usualGoodput).length >= 2);
        }
      }),
    );
  });
});

describe("ConnectionWatch", () => {
  it("takes the wait for another attempt for no slowness, and begins anew with that", () => {
    let nowMs = 0;
    const clock = { now: () => nowMs, wait: async () => {} };
    const slow: number[] = [];
    const watch = new ConnectionWatch({
      clock,
      statistics: { duplicateBytes: 0 },
      totalBytes: () => 1_000 * MIB,
      onSlow: ({ partNumber }) => slow.push(partNumber),
    });
    const parts = [1, 2, 3, 4, 5].map((partNumber) => watch.start(partNumber, 80 * MIB));
    const [waiting] = parts;
    const go = (untilMs: number, others: readonly WatchedPart[]) => {
      while (nowMs < untilMs) {
        nowMs += 1_000;
        for (const part of others) {
          watch.sent(part, nowMs * 1_000);
        }
      }
    };
    ok(waiting !== undefined);
    watch.failed(waiting);
    go(20_000, parts.slice(1));
    watch.sent(waiting, 0);
    go(24_000, parts.slice(1));

    deepEqual(slow, []);
    go(26_000, parts.slice(1));
    deepEqual(slow, [1]);
    go(60_000, parts.slice(1));
    deepEqual(slow, [1]);
  });
});
