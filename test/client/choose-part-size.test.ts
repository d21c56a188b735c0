import { deepEqual, equal, match, ok, throws } from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { LinkMeasurement } from "../../src/client/flow/link-measurement.ts";
import { choosePartSize } from "../../src/client/upload/choose-part-size.ts";
import {
  OBJECT_SIZE_MAX_BYTES,
  PART_COUNT_MAX,
  PART_SIZE_MAX_BYTES,
  PART_SIZE_MIN_BYTES,
} from "../../src/protocol/limits.ts";

const KIB = 1024;
const MIB = 1024 * KIB;
const GIB = 1024 * MIB;
const TIB = 1024 * GIB;

const sizes = fc.oneof(fc.integer({ min: 0, max: GIB }), fc.integer({ min: 0, max: OBJECT_SIZE_MAX_BYTES }));
const measurements = fc.record({
  connectionGoodput: fc.double({ min: 1, max: 1e10, noNaN: true }),
  concurrency: fc.integer({ min: 1, max: 256 }),
  partCostMs: fc.double({ min: 0, max: 60_000, noNaN: true }),
  lossPerByte: fc.double({ min: 0, max: 1, noNaN: true }),
});
const memories = fc.record({
  budgetBytes: fc.integer({ min: 1, max: TIB }),
  partCount: fc.integer({ min: 1, max: 256 }),
});

/** 10 connections of 1 MB/s, 100 ms each part, nothing lost. */
function measuredLink(changes: Partial<LinkMeasurement> = {}): LinkMeasurement {
  return { connectionGoodput: 1e6, concurrency: 10, partCostMs: 100, lossPerByte: 0, ...changes };
}

function partSizeOf(sizeBytes: number, measured?: LinkMeasurement): number {
  return choosePartSize({ sizeBytes, measured }).partSizeBytes;
}

describe("choosePartSize()", () => {
  it("keeps to the service's limits, whatever was measured and however little memory there is", () => {
    fc.assert(
      fc.property(
        sizes,
        fc.option(measurements, { nil: undefined }),
        fc.option(memories, { nil: undefined }),
        (sizeBytes, measured, memory) => {
          const { partSizeBytes, partCount, reasons } = choosePartSize({ sizeBytes, measured, memory });

          ok(Number.isSafeInteger(partSizeBytes));
          ok(partSizeBytes >= PART_SIZE_MIN_BYTES && partSizeBytes <= PART_SIZE_MAX_BYTES);
          ok(partCount >= 1 && partCount <= PART_COUNT_MAX);
          equal(partCount, Math.max(1, Math.ceil(sizeBytes / partSizeBytes)));
          ok(reasons.length > 0 && reasons.every((reason) => reason !== ""));
        },
      ),
    );
  });

  it("leaves room for a tenth more parts, unless the largest parts are too small for that", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 9_000 * PART_SIZE_MAX_BYTES }), (sizeBytes) => {
        ok(choosePartSize({ sizeBytes }).partCount <= 9_000);
      }),
    );
  });

  it("makes no smaller parts of larger objects", () => {
    fc.assert(
      fc.property(sizes, sizes, fc.option(measurements, { nil: undefined }), (one, other, measured) => {
        const [small, large] = [Math.min(one, other), Math.max(one, other)];

        ok(partSizeOf(small, measured) <= partSizeOf(large, measured));
      }),
    );
  });

  it("makes no larger parts of the same object on a link that breaks more often", () => {
    fc.assert(
      fc.property(sizes, measurements, fc.double({ min: 1, max: 1e6, noNaN: true }), (size, link, factor) => {
        const worse = { ...link, lossPerByte: link.lossPerByte * factor };

        ok(partSizeOf(size, worse) <= partSizeOf(size, link));
      }),
    );
  });

  it("cuts by size when nothing was measured", () => {
    const sizeAndPart = [0, MIB, 25e6, 125e6, 500e6, GIB, 8 * GIB, 30 * GIB, 500 * GIB, TIB, 5 * TIB].map(
      (sizeBytes) => [sizeBytes, partSizeOf(sizeBytes)],
    );

    deepEqual(sizeAndPart, [
      [0, 256 * KIB],
      [MIB, 256 * KIB],
      [25e6, 256 * KIB],
      [125e6, MIB],
      [500e6, 4 * MIB],
      [GIB, 8 * MIB],
      [8 * GIB, 16 * MIB],
      [30 * GIB, 32 * MIB],
      [500 * GIB, 64 * MIB],
      [TIB, 128 * MIB],
      [5 * TIB, GIB],
    ]);
  });

  it("cuts small objects smaller than the store allows in parts that it allows", () => {
    const limits = { partSizeMinBytes: 5 * MIB, partSizeMaxBytes: 5 * GIB, partCountMax: 10_000 };

    const { partSizeBytes, reasons } = choosePartSize({ sizeBytes: 25e6, limits });

    equal(partSizeBytes, 5 * MIB);
    match(reasons.at(-1) ?? "", /5 MiB: the service takes no smaller/);
  });

  it("makes larger parts where each costs much, and smaller ones where connections are slow or break", () => {
    equal(partSizeOf(GIB, measuredLink()), 4 * MIB);
    equal(partSizeOf(GIB, measuredLink({ partCostMs: 1_000 })), 8 * MIB);
    equal(partSizeOf(GIB, measuredLink({ partCostMs: 1_000, lossPerByte: 1e-7 })), 512 * KIB);
    equal(partSizeOf(GIB, measuredLink({ partCostMs: 1_000, connectionGoodput: 2e4 })), 512 * KIB);
  });

  it("does what the user wants, but for the number of parts", () => {
    const wished = choosePartSize({ sizeBytes: GIB, partSizeBytes: 3 * MIB, measured: measuredLink() });
    const doubled = choosePartSize({ sizeBytes: TIB, partSizeBytes: MIB });

    equal(wished.partSizeBytes, 3 * MIB);
    deepEqual(wished.reasons, ["3 MiB parts, as asked for"]);
    equal(doubled.partSizeBytes, 128 * MIB);
    match(doubled.reasons.at(-1) ?? "", /doubled to 128 MiB/);
  });

  it("cuts smaller what has to be in memory", () => {
    const memory = { budgetBytes: 64 * MIB, partCount: 32 };

    const { partSizeBytes, reasons } = choosePartSize({ sizeBytes: GIB, memory });

    equal(partSizeBytes, 2 * MIB);
    match(reasons.at(-1) ?? "", /32 are in memory/);
  });

  it("refuses sizes outside their range", () => {
    for (const sizeBytes of [-1, 1.5, Number.NaN, OBJECT_SIZE_MAX_BYTES + 1]) {
      throws(() => choosePartSize({ sizeBytes }), RangeError);
    }
    throws(() => choosePartSize({ sizeBytes: 1, partSizeBytes: PART_SIZE_MIN_BYTES - 1 }), RangeError);
  });
});
