import { deepEqual, equal, ok } from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { journalLines, readJournal } from "../../../src/client/node/journal-format.ts";
import type {
  JournaledPart,
  JournaledUpload,
  JournalHeader,
} from "../../../src/client/upload/upload-journal.ts";

const header: JournalHeader = {
  target: { endpoint: "https://oss.example", bucket: "bucket", key: "é\n" },
  source: { name: "/a b", sizeBytes: 900, modifiedNs: "5", inode: "6", device: "7" },
  uploadId: "ID",
  partSizeBytes: 300,
  startedAtMs: 1,
  wishes: "{}",
};

const parts: readonly JournaledPart[] = [
  { partNumber: 3, etag: "C", sizeBytes: 300, crc64: 2n ** 64n - 1n },
  { partNumber: 1, etag: "é", sizeBytes: 300, crc64: 0n },
];

function fileOf({
  of = header,
  noted = parts,
}: {
  of?: JournalHeader;
  noted?: readonly JournaledPart[];
} = {}): Buffer {
  const lines = journalLines(of);
  return Buffer.from([lines.header, ...noted.map((part) => lines.part(part))].join(""));
}

const HEADER_TEXT = JSON.stringify(header);
const WRITTEN_PARTS: ReadonlySet<string> = new Set(parts.map(textOf));

/** Never throws, and never tells of a part that was not written. */
function assertHarmless(bytes: Uint8Array): JournaledUpload | undefined {
  const upload = readJournal(bytes);
  ok(upload === undefined || JSON.stringify(upload.header) === HEADER_TEXT);
  ok(upload === undefined || upload.parts.every((part) => WRITTEN_PARTS.has(textOf(part))));
  return upload;
}

function textOf({ partNumber, etag, sizeBytes, crc64 }: JournaledPart): string {
  return [partNumber, etag, sizeBytes, crc64].join(" ");
}

describe("readJournal()", () => {
  it("reads what journalLines() wrote, however the header's properties are ordered", () => {
    const { wishes, uploadId, source, ...rest } = header;
    const { sizeBytes, name, ...others } = source;
    const shuffled = { wishes, source: { sizeBytes, ...others, name }, uploadId, ...rest };

    deepEqual(readJournal(fileOf()), { header, parts, isCompleting: false });
    deepEqual(fileOf({ of: shuffled }), fileOf());
  });

  it("keeps any text and any number that can be in it", () => {
    // Halves of surrogate pairs too.
    const unit = fc.nat(0xffff).map((code) => String.fromCharCode(code));
    const text = fc.array(unit, { maxLength: 30 }).map((units) => units.join(""));
    const anyPart = fc.record(
      {
        partNumber: fc.integer({ min: 1, max: 10_000 }),
        etag: text,
        sizeBytes: fc.maxSafeNat(),
        crc64: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
      },
      { noNullPrototype: true },
    );
    fc.assert(
      fc.property(
        text,
        text,
        fc.uniqueArray(anyPart, { maxLength: 8, selector: ({ partNumber }) => partNumber }),
        (key, name, noted) => {
          const of = { ...header, target: { ...header.target, key }, source: { name, sizeBytes: 1 } };

          deepEqual(readJournal(fileOf({ of, noted })), { header: of, parts: noted, isCompleting: false });
        },
      ),
    );
  });

  it("is harmless when cut at any byte, and loses only the line that was cut", () => {
    const bytes = fileOf();
    const [firstEnd = 0, secondEnd = 0] = [...bytes.keys()].filter((index) => bytes[index] === 0x0a);
    for (let length = 0; length <= bytes.length; length++) {
      const upload = readJournal(bytes.subarray(0, length));

      const isWhole = [length >= firstEnd, length >= secondEnd, length >= bytes.length - 1];
      equal(upload !== undefined, isWhole[0]);
      deepEqual(upload?.parts ?? [], parts.slice(0, isWhole.slice(1).filter(Boolean).length));
    }
  });

  it("is harmless when any bit of it is flipped", () => {
    const bytes = fileOf();
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const broken = Buffer.from(bytes);
      broken.writeUInt8(broken.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);

      const upload = assertHarmless(broken);
      ok((upload?.parts.length ?? 0) < parts.length);
    }
  });

  it("is harmless when any bytes stand in place of any others", () => {
    const bytes = fileOf();
    fc.assert(
      fc.property(
        fc.nat(bytes.length),
        fc.nat(bytes.length),
        fc.uint8Array({ maxLength: 40 }),
        (start, size, garbage) => {
          assertHarmless(Buffer.concat([bytes.subarray(0, start), garbage, bytes.subarray(start + size)]));
        },
      ),
      { numRuns: 500 },
    );
  });

  it("passes over lines of another upload's journal", () => {
    const other = journalLines({ ...header, uploadId: "OTHER" });
    const [part] = parts;
    ok(part !== undefined);

    const mixed = Buffer.concat([fileOf({ noted: [] }), Buffer.from(other.part(part) + other.completing())]);

    deepEqual(readJournal(mixed), { header, parts: [], isCompleting: false });
  });

  it("knows nothing of another version, though its checksum is right", () => {
    const later = journalLines({ ...header, uploadId: "ID" }).header.replace('"version":1', '"version":2');

    equal(readJournal(Buffer.from(later)), undefined);
  });
});
