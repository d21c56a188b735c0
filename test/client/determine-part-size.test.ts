import { equal, throws } from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { determinePartSize } from "../../src/client/upload/determine-part-size.ts";

/** Transcribed line by line from oss2 2.19, resumable.py. */
function oss2DeterminePartSize(totalSize: number, preferredSize: number): number {
  const MAX_PART_COUNT = 10000;
  const MIN_PART_SIZE = 100 * 1024;
  let preferred = preferredSize;
  if (totalSize < preferred) {
    return totalSize;
  }
  while (preferred * MAX_PART_COUNT < totalSize || preferred < MIN_PART_SIZE) {
    preferred *= 2;
  }
  return preferred;
}

describe("determinePartSize()", () => {
  it("goes by oss2's rule", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 2 ** 46 }),
        fc.integer({ min: 1, max: 2 ** 33 }),
        (totalSize, preferredSize) => {
          equal(
            determinePartSize(totalSize, { preferredSize }),
            oss2DeterminePartSize(totalSize, preferredSize),
          );
        },
      ),
    );
  });

  it("prefers 10 MiB", () => {
    equal(determinePartSize(1024 ** 3), 10 * 1024 ** 2);
  });

  it("gives 100 KiB where that suffices", () => {
    equal(determinePartSize(1024 ** 2, { preferredSize: 100 * 1024 }), 100 * 1024);
  });

  it("gives the size of a file that is smaller than one part", () => {
    equal(determinePartSize(5, { preferredSize: 100 * 1024 }), 5);
    equal(determinePartSize(0), 0);
  });

  it("refuses sizes that are none", () => {
    throws(() => determinePartSize(-1), RangeError);
    throws(() => determinePartSize(1.5), RangeError);
    throws(() => determinePartSize(1, { preferredSize: 0 }), RangeError);
  });
});
