import { deepEqual, equal, ok, throws } from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { fittingPartSize, PART_SIZE_DEFAULT_BYTES, planParts } from "../../src/client/upload/part-plan.ts";
import {
  OBJECT_SIZE_MAX_BYTES,
  PART_COUNT_MAX,
  PART_SIZE_MAX_BYTES,
  PART_SIZE_MIN_BYTES,
} from "../../src/protocol/limits.ts";

const sizes = fc.oneof(
  fc.integer({ min: 0, max: 3 * PART_SIZE_MIN_BYTES }),
  fc.integer({ min: 0, max: OBJECT_SIZE_MAX_BYTES }),
);
const partSizes = fc.oneof(
  fc.integer({ min: PART_SIZE_MIN_BYTES, max: 2 * PART_SIZE_MIN_BYTES }),
  fc.integer({ min: PART_SIZE_MIN_BYTES, max: PART_SIZE_MAX_BYTES }),
);

describe("planParts()", () => {
  it("covers every byte exactly once, in order", () => {
    fc.assert(
      fc.property(sizes, partSizes, (sizeBytes, partSizeBytes) => {
        const parts = planParts({ sizeBytes, partSizeBytes });

        deepEqual(parts[0]?.start, 0);
        deepEqual(parts.at(-1)?.end, sizeBytes);
        ok(parts.slice(1).every((part, index) => part.start === parts[index]?.end));
        ok(parts.every((part, index) => part.number === index + 1));
      }),
    );
  });

  it("keeps to the service's limits", () => {
    fc.assert(
      fc.property(sizes, partSizes, (sizeBytes, partSizeBytes) => {
        const parts = planParts({ sizeBytes, partSizeBytes });
        const lengths = parts.map(({ start, end }) => end - start);

        ok(parts.length >= 1 && parts.length <= PART_COUNT_MAX);
        ok(lengths.every((length) => length <= PART_SIZE_MAX_BYTES));
        ok(lengths.slice(0, -1).every((length) => length === lengths[0] && length >= partSizeBytes));
        ok(sizeBytes === 0 || (lengths.at(-1) ?? 0) > 0);
      }),
    );
  });

  it("plans one empty part for an empty object", () => {
    deepEqual(planParts({ sizeBytes: 0 }), [{ number: 1, start: 0, end: 0 }]);
  });

  it("makes no short part of a whole number of parts", () => {
    const partSizeBytes = PART_SIZE_MIN_BYTES;

    equal(planParts({ sizeBytes: 3 * partSizeBytes, partSizeBytes }).length, 3);
    equal(planParts({ sizeBytes: 3 * partSizeBytes + 1, partSizeBytes }).length, 4);
  });

  it("refuses sizes outside their range", () => {
    throws(() => planParts({ sizeBytes: -1 }), RangeError);
    throws(() => planParts({ sizeBytes: 1.5 }), RangeError);
    throws(() => planParts({ sizeBytes: OBJECT_SIZE_MAX_BYTES + 1 }), RangeError);
    throws(() => planParts({ sizeBytes: 1, partSizeBytes: PART_SIZE_MIN_BYTES - 1 }), RangeError);
    throws(() => planParts({ sizeBytes: 1, partSizeBytes: PART_SIZE_MAX_BYTES + 1 }), RangeError);
  });
});

describe("fittingPartSize()", () => {
  it("leaves a part size alone that suffices", () => {
    equal(fittingPartSize({ sizeBytes: PART_COUNT_MAX * PART_SIZE_DEFAULT_BYTES }), PART_SIZE_DEFAULT_BYTES);
  });

  it("doubles a part size of which 10,000 are too few", () => {
    equal(
      fittingPartSize({ sizeBytes: PART_COUNT_MAX * PART_SIZE_DEFAULT_BYTES + 1 }),
      2 * PART_SIZE_DEFAULT_BYTES,
    );
  });

  it("stops at the largest part", () => {
    equal(fittingPartSize({ sizeBytes: OBJECT_SIZE_MAX_BYTES }), PART_SIZE_MAX_BYTES);
  });
});
