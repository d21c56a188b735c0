// Which parts become the object: the walk along both lists against the plain definition.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { crc64 } from "../../src/protocol/crc64/crc64.ts";
import { packCompletion, unpackCompletion } from "../../src/storage/embedded/packed-completion.ts";
import { type PlannedPart, planCompletion } from "../../src/storage/plan-completion.ts";
import { StorageError } from "../../src/storage/storage-error.ts";
import { completionOf, uploadRecord } from "../contract/metadata/records.ts";

const PART_SIZE_BYTES = 7;
const UPLOAD = uploadRecord();
const partNumbers = fc.uniqueArray(fc.integer({ min: 1, max: 12 }), { minLength: 1 }).map(ascending);

describe("planCompletion()", () => {
  it("publishes what is named, drops the rest, and names the first that is missing or another", () => {
    fc.assert(
      fc.property(partNumbers, partNumbers, partNumbers, (storedNumbers, namedNumbers, changedNumbers) => {
        const stored = storedNumbers.map(storedPart);
        const named = namedNumbers.map((partNumber) => ({
          partNumber,
          md5:
            changedNumbers.length < 3 && changedNumbers.includes(partNumber) ? "another" : md5Of(partNumber),
        }));
        const isThere = ({ partNumber, md5 }: (typeof named)[number]) =>
          storedNumbers.includes(partNumber) && md5 === md5Of(partNumber);
        const completion = { ...completionOf(UPLOAD, []), parts: named, partSizeMinBytes: 1 };

        const plan = planOrRefusal(stored, completion);

        const wrong = named.find((part) => !isThere(part));
        if (wrong !== undefined) {
          assert.deepEqual(plan, { code: "part-mismatch", partNumber: wrong.partNumber });
          return;
        }
        assert.deepEqual(plan, {
          published: stored.filter(({ partNumber }) => namedNumbers.includes(partNumber)),
          dropped: stored.filter(({ partNumber }) => !namedNumbers.includes(partNumber)),
          sizeBytes: namedNumbers.length * PART_SIZE_BYTES,
          crc64: crc64(Buffer.concat(namedNumbers.map(bytesOf))),
        });
      }),
    );
  });
});

describe("packCompletion() and unpackCompletion()", () => {
  it("bring any completion over unchanged, whatever a client names as an ETag", () => {
    const anyPart = fc.record(
      { partNumber: fc.integer(), md5: fc.string({ unit: "binary" }) },
      { noNullPrototype: true },
    );
    const anyParts = fc.array(anyPart, { maxLength: 20 });
    fc.assert(
      fc.property(anyParts, (parts) => {
        const completion = { ...completionOf(UPLOAD, []), parts };
        assert.deepEqual(unpackCompletion(packCompletion(completion)), completion);
      }),
    );
  });
});

function planOrRefusal(...asked: Parameters<typeof planCompletion<PlannedPart>>): unknown {
  try {
    return planCompletion(...asked);
  } catch (failure) {
    assert.ok(failure instanceof StorageError);
    return { code: failure.code, partNumber: failure.fields.partNumber };
  }
}

function storedPart(partNumber: number): PlannedPart {
  const bytes = bytesOf(partNumber);
  return { partNumber, sizeBytes: bytes.length, md5: md5Of(partNumber), crc64: crc64(bytes) };
}

function bytesOf(partNumber: number): Uint8Array {
  return new Uint8Array(PART_SIZE_BYTES).fill(partNumber);
}

function md5Of(partNumber: number): string {
  return `md5-of-${partNumber}`;
}

function ascending(numbers: readonly number[]): readonly number[] {
  return numbers.toSorted((first, second) => first - second);
}
