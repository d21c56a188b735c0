import { deepEqual, equal, ok, throws } from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { streamPartSize } from "../../src/client/upload/stream-part-size.ts";
import { PART_SIZE_MAX_BYTES, PART_SIZE_MIN_BYTES } from "../../src/protocol/limits.ts";

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;
const TIB = 1024 ** 4;

/** How many parts it takes until they hold `sizeBytes`, and what they hold. */
function countParts(sizeBytes: number): { readonly partCount: number; readonly heldBytes: number } {
  let heldBytes = 0;
  let partCount = 0;
  while (heldBytes < sizeBytes) {
    partCount += 1;
    heldBytes += streamPartSize(partCount);
  }
  return { partCount, heldBytes };
}

describe("streamPartSize()", () => {
  it("begins with 8 MiB and doubles after each thousand parts", () => {
    const numbers = [1, 1_000, 1_001, 2_000, 2_001, 3_001, 4_001, 9_001, 10_000];

    deepEqual(
      numbers.map((partNumber) => streamPartSize(partNumber) / MIB),
      [8, 8, 16, 16, 32, 64, 128, 4_096, 4_096],
    );
  });

  it("fits 5 TiB in fewer than 10,000 parts, and 117 GiB in parts of at most 64 MiB", () => {
    equal(countParts(5 * TIB).partCount, 9_282);
    const { partCount } = countParts(117 * GIB);
    equal(streamPartSize(partCount), 64 * MIB);
  });

  it("fits any stream of up to 5 TiB, the last part being at most 1 % of it after the first 800 MiB", () => {
    fc.assert(
      fc.property(fc.integer({ min: 800 * MIB, max: 5 * TIB }), (sizeBytes) => {
        const { partCount, heldBytes } = countParts(sizeBytes);

        ok(partCount < 10_000);
        ok(heldBytes - streamPartSize(partCount) < sizeBytes);
        ok(streamPartSize(partCount) <= sizeBytes / 100);
      }),
    );
  });

  it("never shrinks, and stays within what the service takes, whatever it begins with", () => {
    const first = fc.integer({ min: PART_SIZE_MIN_BYTES, max: PART_SIZE_MAX_BYTES });
    fc.assert(
      fc.property(first, fc.integer({ min: 2, max: 10_000 }), (firstPartSizeBytes, partNumber) => {
        const size = streamPartSize(partNumber, { firstPartSizeBytes });

        ok(size >= streamPartSize(partNumber - 1, { firstPartSizeBytes }));
        ok(size >= firstPartSizeBytes && size <= PART_SIZE_MAX_BYTES && Number.isSafeInteger(size));
      }),
    );
  });

  it("refuses numbers and sizes that no part has", () => {
    for (const partNumber of [0, 10_001, 1.5]) {
      throws(() => streamPartSize(partNumber), RangeError);
    }
    for (const firstPartSizeBytes of [PART_SIZE_MIN_BYTES - 1, PART_SIZE_MAX_BYTES + 1]) {
      throws(() => streamPartSize(1, { firstPartSizeBytes }), RangeError);
    }
  });
});
