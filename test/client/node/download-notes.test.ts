import { deepEqual, equal } from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { formatNotesHead, formatRangeNote, parseNotes } from "../../../src/client/node/download-notes.ts";

const identity = { etag: "AB", sizeBytes: 1000, crc64: 7n, versionId: undefined };
const head = formatNotesHead(identity, 100);
const ranges = fc.uniqueArray(
  fc.record(
    { rangeIndex: fc.nat(9_999), crc64: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }) },
    { noNullPrototype: true },
  ),
  { selector: ({ rangeIndex }) => rangeIndex, maxLength: 20 },
);

describe("the notes of a download", () => {
  it("give back what was noted", () => {
    fc.assert(
      fc.property(ranges, (noted) => {
        deepEqual(parseNotes(head + noted.map(formatRangeNote).join(""), head), noted);
      }),
    );
  });

  it("never give a range that was not noted, wherever they are cut off and whatever byte changes", () => {
    fc.assert(
      fc.property(ranges, fc.nat(), fc.nat(), fc.nat(255), (noted, cut, place, byte) => {
        const bytes = Buffer.from(head + noted.map(formatRangeNote).join(""));
        bytes[place % bytes.length] = byte;
        const text = bytes.subarray(0, cut % (bytes.length + 1)).toString();

        for (const range of parseNotes(text, head) ?? []) {
          deepEqual(
            range,
            noted.find(({ rangeIndex }) => rangeIndex === range.rangeIndex),
          );
        }
      }),
      { numRuns: 500 },
    );
  });

  it("are none of another object, or of other ranges", () => {
    equal(parseNotes(head, formatNotesHead({ ...identity, etag: "AC" }, 100)), undefined);
    equal(parseNotes(head, formatNotesHead({ ...identity, versionId: "V" }, 100)), undefined);
    equal(parseNotes(head, formatNotesHead(identity, 200)), undefined);
    equal(parseNotes("", head), undefined);
  });

  it("hold the latest word on a range", () => {
    const twice =
      formatRangeNote({ rangeIndex: 3, crc64: 1n }) + formatRangeNote({ rangeIndex: 3, crc64: 2n });
    deepEqual(parseNotes(head + twice, head), [{ rangeIndex: 3, crc64: 2n }]);
  });
});
