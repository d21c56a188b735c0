import { deepEqual } from "node:assert/strict";
import { describe, it } from "node:test";
import { keptParts } from "../../src/client/upload/kept-parts.ts";
import { cutParts } from "../../src/client/upload/part-plan.ts";
import { recutParts } from "../../src/client/upload/recut.ts";
import { PART_SIZE_MIN_BYTES } from "../../src/protocol/limits.ts";

const plan = cutParts(250, 100);
const journaled = { partNumber: 2, sizeBytes: 100, etag: "ABC", crc64: 7n };
const listed = { partNumber: 2, sizeBytes: 100, etag: "ABC", crc64: 7n, lastModified: new Date(0) };

function isKept(changes: {
  readonly journaled?: Partial<typeof journaled>;
  readonly listed?: object;
}): boolean {
  const parts = keptParts({
    plan,
    partSizeBytes: 100,
    journaled: [{ ...journaled, ...changes.journaled }],
    listed: [{ ...listed, ...changes.listed }],
  });
  return parts.length === 1;
}

describe("keptParts()", () => {
  it("keeps a part that is there as it was sent", () => {
    deepEqual(isKept({}), true);
    deepEqual(isKept({ listed: { etag: '"abc"' } }), true);
  });

  it("goes by the ETag where the service tells no CRC-64", () => {
    const { crc64: _, ...withoutCrc64 } = listed;

    deepEqual(keptParts({ plan, partSizeBytes: 100, journaled: [journaled], listed: [withoutCrc64] }), [
      journaled,
    ]);
  });

  it("goes by the place of a part that was cut anew", () => {
    const recut = recutParts(plan.with(1, { number: 2, start: 100, end: 200 }), {
      fromPartNumber: 2,
      start: 100,
      partSizeBytes: PART_SIZE_MIN_BYTES,
    });
    const parts = recut ?? [];
    const of = (start: number | undefined) =>
      keptParts({
        plan: parts,
        partSizeBytes: 100,
        journaled: [
          { partNumber: 2, sizeBytes: 150, etag: "A", crc64: 7n, ...(start !== undefined && { start }) },
        ],
        listed: [{ ...listed, sizeBytes: 150, etag: "A" }],
      }).length;

    deepEqual([of(100), of(undefined), of(200), of(0)], [1, 1, 0, 0]);
  });

  const others = [
    { name: "has another ETag", changes: { listed: { etag: "ABD" } } },
    { name: "has another CRC-64", changes: { listed: { crc64: 8n } } },
    { name: "has another size", changes: { listed: { sizeBytes: 99 } } },
    { name: "is not listed", changes: { listed: { partNumber: 3 } } },
    {
      name: "is not as long as its place",
      changes: { journaled: { sizeBytes: 50 }, listed: { sizeBytes: 50 } },
    },
    {
      name: "has no place",
      changes: { journaled: { partNumber: 4 }, listed: { partNumber: 4 } },
    },
    {
      name: "is as long as others, but the last, which is shorter",
      changes: { journaled: { partNumber: 3 }, listed: { partNumber: 3 } },
    },
  ];
  for (const { name, changes } of others) {
    it(`sends a part again that ${name}`, () => {
      deepEqual(isKept(changes), false);
    });
  }
});
