// Segments as they are written side by side: what stands in them, and what a write that was cut short leaves.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdir, readdir, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import fc from "fast-check";
import { crc64 } from "../../src/protocol/crc64/crc64.ts";
import { segmentPlace } from "../../src/storage/embedded/blob-place.ts";
import { FileBlobStore } from "../../src/storage/embedded/file-blob-store.ts";
import { scanSegment } from "../../src/storage/embedded/segment-scan.ts";
import { readBlob, writeBlob } from "../contract/blob-store-contract.ts";
import { makeTemporaryFolder } from "./temporary-folder.ts";

const KIB = 1_024;
const sizes = fc.oneof(fc.integer({ min: 0, max: 5_000 }), fc.constantFrom(64 * KIB, 128 * KIB, 700 * KIB));
/** Blobs that come at once, and how many are written one after the other in the place of each. */
const bursts = fc.array(fc.array(sizes, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 12 });

describe("segments that are written side by side", () => {
  it("hold every blob as it was written, and nothing that makes no sense", async () => {
    await fc.assert(
      fc.asyncProperty(bursts, async (writers) => {
        await using folder = await makeTemporaryFolder();
        const blobs = await openBlobs(folder.path);
        const written = await writeAll(blobs, writers);
        for (const { id, bytes } of written) {
          assert.ok(bytes.equals(await readBlob(blobs, id)), id);
        }
        await blobs[Symbol.asyncDispose]();

        await using again = await openBlobs(folder.path, 2);
        const found: string[] = [];
        for await (const id of again.list("1")) {
          found.push(id);
        }

        assert.deepEqual(found.toSorted(), written.map(({ id }) => id).toSorted());
        for (const { damagedOffsets, isClosed } of await segmentsOf(folder.path)) {
          assert.deepEqual(damagedOffsets, []);
          assert.ok(isClosed);
        }
      }),
      { numRuns: 6 },
    );
  });

  it("are several when there is much to write, and one when there is not", async () => {
    await using folder = await makeTemporaryFolder();
    const blobs = await openBlobs(folder.path);
    for (const text of ["one", "after", "the", "other"]) {
      await writeBlob(blobs, [Buffer.from(text)]);
    }
    assert.equal((await segmentsOf(folder.path)).length, 1);

    await writeAll(blobs, Array(32).fill([128 * KIB]));
    await blobs[Symbol.asyncDispose]();

    const recordCounts = (await segmentsOf(folder.path)).map(({ records }) => records.length);
    assert.equal(recordCounts.length, 4);
    assert.equal(
      recordCounts.reduce((sum, count) => sum + count),
      36,
    );
  });

  it("keep what stands whole before the place where a write was cut short", async () => {
    await using folder = await makeTemporaryFolder();
    const blobs = await openBlobs(folder.path);
    const places: number[] = [];
    for (const size of [10, 100 * KIB, 3_000, 100 * KIB, 64]) {
      const id = await writeBlob(blobs, [randomBytes(size)]);
      places.push(Number(/@(\d+)/.exec(id)?.[1]));
    }
    await blobs[Symbol.asyncDispose]();
    const place = segmentPlace(join(folder.path, "blobs"), "1", 1);
    const whole = await scanSegment(place);
    const ends = whole.records.map(({ offset, sizeBytes }) => offset + 64 + 64 * Math.ceil(sizeBytes / 64));
    assert.deepEqual(
      whole.records.map(({ offset }) => offset),
      places,
    );

    // From the end, as the file only becomes shorter.
    for (let length = whole.fileSizeBytes; length > 64; length -= 3_331) {
      await truncate(place.file, length);
      const { records, damagedOffsets } = await scanSegment(place);
      assert.equal(records.length, ends.filter((end) => end <= length).length, String(length));
      assert.deepEqual(damagedOffsets, []);
    }
  });

  it("are looked through to the end where the header is lost and a client has sent what looks like padding", async () => {
    await using folder = await makeTemporaryFolder();
    const place = segmentPlace(folder.path, "1", 1);
    await mkdir(place.leaseFolder);
    const bytes = Buffer.alloc(256);
    // A length of 0, the offset, and the number of the segment. Source: docs/STORAGE.md.
    bytes.write("PPAD", 64);
    bytes.writeUInt32LE(64, 64 + 8);
    bytes.writeUInt32LE(1, 64 + 12);
    bytes.writeBigUInt64LE(crc64(bytes.subarray(64, 64 + 56)), 64 + 56);
    await writeFile(place.file, bytes);

    const { records, isClosed } = await scanSegment(place);

    assert.deepEqual(records, []);
    assert.equal(isClosed, false);
  });
});

async function openBlobs(path: string, lease = 1): Promise<FileBlobStore> {
  const leases = { openLease: async () => String(lease) };
  return FileBlobStore.open({ root: join(path, "blobs"), leases, reportError: assert.ifError });
}

async function writeAll(blobs: FileBlobStore, writers: readonly (readonly number[])[]) {
  const written: { readonly id: string; readonly bytes: Buffer }[] = [];
  const write = async (sizesInTurn: readonly number[]) => {
    for (const size of sizesInTurn) {
      const bytes = randomBytes(size);
      written.push({ id: await writeBlob(blobs, [bytes], { sizeBytes: size }), bytes });
    }
  };
  await Promise.all(writers.map(write));
  return written;
}

async function segmentsOf(path: string) {
  const names = (await readdir(join(path, "blobs", "1"))).filter((name) => /^segment-\d+$/.test(name));
  const numbers = names.map((name) => Number(name.split("-")[1]));
  return Promise.all(numbers.map((number) => scanSegment(segmentPlace(join(path, "blobs"), "1", number))));
}
