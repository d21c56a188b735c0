import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { readObject } from "../../src/server/read-object.ts";
import { type BlobStore, openMemoryStore } from "../../src/storage/index.ts";
import { writeBlob } from "../contract/blob-store-contract.ts";

const PART_SIZE_MAX_BYTES = 700_000;

/** Parts that may be empty, and may be larger than one buffer of a read. */
const partSizes = fc.array(fc.oneof(fc.nat(5), fc.nat(PART_SIZE_MAX_BYTES)), { maxLength: 5 });

async function writeParts(sizesBytes: readonly number[]) {
  const store = await openMemoryStore();
  const parts = sizesBytes.map((sizeBytes, index) => Buffer.alloc(sizeBytes, `part ${index + 1};`));
  const extents = await Promise.all(
    parts.map(async (part) => ({ blobId: await writeBlob(store.blobs, [part]), sizeBytes: part.length })),
  );
  return { store, extents, whole: Buffer.concat(parts) };
}

describe("readObject()", () => {
  it("gives the bytes of a range that slicing the whole gives", async () => {
    await fc.assert(
      fc.asyncProperty(partSizes, fc.nat(), fc.nat(), async (sizesBytes, left, right) => {
        const { store, extents, whole } = await writeParts(sizesBytes);
        const [start = 0, endExclusive = 0] = [left, right]
          .map((position) => position % (whole.length + 1))
          .sort((a, b) => a - b);

        const read: Uint8Array[] = [];
        await using body = readObject(extents, { start, endExclusive }, store.blobs);
        for await (const chunk of body.chunks) {
          read.push(Uint8Array.from(chunk));
        }

        assert.ok(Buffer.concat(read).equals(whole.subarray(start, endExclusive)));
        await store[Symbol.asyncDispose]();
      }),
      { numRuns: 60 },
    );
  });

  it("pins what it will read from the first moment, and lets go when it is disposed of unread", async () => {
    const { store, extents } = await writeParts([10, 10]);
    const blobIds = extents.map(({ blobId }) => blobId);

    const body = readObject(extents, { start: 0, endExclusive: 20 }, store.blobs);
    const goneWhilePinned = await store.blobs.delete(blobIds);
    await body[Symbol.asyncDispose]();
    const goneAfterwards = await store.blobs.delete(blobIds);

    assert.deepEqual(goneWhilePinned, []);
    assert.deepEqual(goneAfterwards, blobIds);
  });

  it("does not pin what lies outside of its range", async () => {
    const { store, extents } = await writeParts([10, 10, 10]);
    const blobIds = extents.map(({ blobId }) => blobId);

    await using _body = readObject(extents, { start: 10, endExclusive: 20 }, store.blobs);

    assert.deepEqual(await store.blobs.delete(blobIds), [blobIds[0], blobIds[2]]);
  });

  it("reads the next piece while the one before is being sent", async () => {
    const { store, extents } = await writeParts([PART_SIZE_MAX_BYTES]);
    const { blobs, counts } = watched(store.blobs);
    await using body = readObject(extents, { start: 0, endExclusive: PART_SIZE_MAX_BYTES }, blobs);
    const chunks = body.chunks[Symbol.asyncIterator]();

    await chunks.next();

    assert.equal(counts.reads, 2);
    await chunks.return?.();
  });

  it("closes what it has opened when its reader leaves in the middle", async () => {
    const { store, extents } = await writeParts([PART_SIZE_MAX_BYTES, 10]);
    const { blobs, counts } = watched(store.blobs);
    await using body = readObject(extents, { start: 0, endExclusive: PART_SIZE_MAX_BYTES + 10 }, blobs);

    for await (const _chunk of body.chunks) {
      break;
    }

    assert.deepEqual([counts.opened, counts.closed], [1, 1]);
  });

  it("fails where a blob ends too early, after all that comes before", async () => {
    const { store, extents } = await writeParts([10, 10]);
    const [first, second] = extents;
    assert.ok(first !== undefined && second !== undefined);
    const tooLong = [first, { ...second, sizeBytes: 11 }];
    await using body = readObject(tooLong, { start: 0, endExclusive: 21 }, store.blobs);
    const chunks = body.chunks[Symbol.asyncIterator]();

    assert.equal((await chunks.next()).value?.length, 10);
    await assert.rejects(chunks.next(), /ends at 10, before 11/);
  });
});

/** The same store, which counts what is done to it. */
function watched(real: BlobStore) {
  const counts = { opened: 0, closed: 0, reads: 0 };
  const blobs: BlobStore = Object.create(real, {
    pin: { value: real.pin.bind(real) },
    open: {
      value: async (id: string) => {
        const reader = await real.open(id);
        counts.opened += 1;
        return {
          read: (position: number, target: Uint8Array) => {
            counts.reads += 1;
            return reader.read(position, target);
          },
          [Symbol.asyncDispose]: async () => {
            counts.closed += 1;
            await reader[Symbol.asyncDispose]();
          },
        };
      },
    },
  });
  return { blobs, counts };
}
