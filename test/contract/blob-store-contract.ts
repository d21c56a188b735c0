// The laws of src/storage/blob-store.ts, for every adapter.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { describe, it } from "node:test";
import fc from "fast-check";
import { crc64 } from "../../src/protocol/crc64/crc64.ts";
import type { BlobStore, DeclaredBlob } from "../../src/storage/index.ts";

const MEBIBYTE = 1_024 * 1_024;

export interface OpenedBlobStore extends AsyncDisposable {
  readonly blobs: BlobStore;
  /** The lease that its blobs are written under. */
  readonly leaseId: string;
}

/** @param open  opens an empty store that the test disposes of */
export function blobStoreContract(name: string, open: () => Promise<OpenedBlobStore>): void {
  describe(`${name} keeps the laws of BlobStore:`, () => {
    writingLaws(open);
    deletionLaws(open);
  });
}

function writingLaws(open: () => Promise<OpenedBlobStore>): void {
  it("gives back the bytes that were written, in any pieces and from any position", async () => {
    await using opened = await open();
    const pieces = fc.array(fc.uint8Array({ maxLength: 3_000 }), { maxLength: 6 });

    await fc.assert(
      fc.asyncProperty(pieces, fc.nat(20_000), fc.nat(20_000), async (written, position, lengthBytes) => {
        const id = await writeBlob(opened.blobs, written);
        await using reader = await opened.blobs.open(id);
        const target = new Uint8Array(lengthBytes);

        const readBytes = await reader.read(position, target);

        const expected = Buffer.concat(written).subarray(position, position + lengthBytes);
        assert.deepEqual(Buffer.from(target.subarray(0, readBytes)), Buffer.from(expected));
      }),
      { numRuns: 60 },
    );
  });

  it("lets the caller use its buffer again after each write", async () => {
    await using opened = await open();
    const buffer = new Uint8Array(4);
    const writer = await opened.blobs.create();
    await writer.write(buffer.fill(1));
    await writer.write(buffer.fill(2));
    await writer.commit();

    assert.deepEqual(await readBlob(opened.blobs, writer.id), Buffer.from([1, 1, 1, 1, 2, 2, 2, 2]));
  });

  it("knows the CRC-64 of what was written so far, where it says that it does, however long the blob becomes", async () => {
    await using opened = await open();
    const pieces = [100, 262_044, 1, 500_000, 300_000, 70].map((length) => randomBytes(length));
    const writer = await opened.blobs.create();

    for (const [index, piece] of pieces.entries()) {
      await writer.write(piece);
      const expected = writer.crc64 && crc64(Buffer.concat(pieces.slice(0, index + 1)));
      assert.equal(writer.crc64?.(), expected);
    }
    await writer.discard();
  });

  for (const sizeBytes of [0, 1, 64, 65, 65_536, 262_145, MEBIBYTE, MEBIBYTE + 1]) {
    it(`takes ${sizeBytes} bytes at once, where it says that it does, which may change when they are durable`, async () => {
      await using opened = await open();
      const bytes = randomBytes(sizeBytes);
      const written = new Uint8Array(bytes);
      const writer = await opened.blobs.create({ sizeBytes });

      await (writer.writeWhole?.(written) ?? writer.write(written));
      assert.equal(writer.crc64?.(), writer.crc64 && crc64(bytes));
      await writer.commit();
      written.fill(0);

      assert.ok((await readBlob(opened.blobs, writer.id)).equals(bytes));
    });
  }

  it("keeps a large blob whole", async () => {
    await using opened = await open();
    const chunk = randomBytes(512 * 1_024);

    const id = await writeBlob(opened.blobs, [chunk, chunk, chunk]);

    assert.ok((await readBlob(opened.blobs, id)).equals(Buffer.concat([chunk, chunk, chunk])));
  });

  it("opens no blob before its commit, and none that does not exist", async () => {
    await using opened = await open();
    const begun = await opened.blobs.create();
    await begun.write(Buffer.from("x"));

    assert.throws(() => begun.id, /once it is committed/);
    await assert.rejects(opened.blobs.open(`${opened.leaseId}/999999`), { code: "blob-missing" });
    await begun.discard();
  });

  it("gives each blob an id of its own under the lease", async () => {
    await using opened = await open();

    const sizesBytes = Array.from({ length: 50 }, (_, index) => (index % 3) * MEBIBYTE);
    const ids = await Promise.all(
      sizesBytes.map((sizeBytes) => writeBlob(opened.blobs, [Buffer.from("x")], { sizeBytes })),
    );

    assert.equal(new Set(ids).size, 50);
    assert.ok(ids.every((id) => id.startsWith(`${opened.leaseId}/`)));
  });

  it("commits many blobs at the same time", async () => {
    await using opened = await open();
    const contents = Array.from({ length: 64 }, (_, index) => Buffer.alloc(index + 1, index));

    const ids = await Promise.all(contents.map((bytes) => writeBlob(opened.blobs, [bytes])));

    assert.deepEqual(await Promise.all(ids.map((id) => readBlob(opened.blobs, id))), contents);
  });

  it("removes what is discarded, twice if asked, and not what was committed before", async () => {
    await using opened = await open();
    const writer = await opened.blobs.create();
    await writer.write(Buffer.from("kept"));
    await writer.commit();
    const discarded = await opened.blobs.create();
    await discarded.write(Buffer.from("gone"));

    await writer.discard();
    await discarded.discard();
    await discarded.discard();

    assert.equal(String(await readBlob(opened.blobs, writer.id)), "kept");
    assert.deepEqual(await listBlobs(opened), [writer.id]);
  });
}

function deletionLaws(open: () => Promise<OpenedBlobStore>): void {
  it("deletes blobs, and calls those gone that were never there", async () => {
    await using opened = await open();
    const id = await writeBlob(opened.blobs, [Buffer.from("x")]);
    const missing = `${opened.leaseId}/999999`;

    assert.deepEqual(await opened.blobs.delete([id, missing]), [id, missing]);
    assert.deepEqual(await opened.blobs.delete([id]), [id]);
    await assert.rejects(opened.blobs.open(id), { code: "blob-missing" });
  });

  it("does not delete a pinned blob until the last pin is off", async () => {
    await using opened = await open();
    const [pinned, free] = [await writeBlob(opened.blobs, []), await writeBlob(opened.blobs, [])];
    const firstPin = opened.blobs.pin([pinned]);
    const secondPin = opened.blobs.pin([pinned]);

    assert.deepEqual(await opened.blobs.delete([pinned, free]), [free]);
    firstPin[Symbol.dispose]();
    firstPin[Symbol.dispose]();
    assert.deepEqual(await opened.blobs.delete([pinned]), []);
    assert.equal((await readBlob(opened.blobs, pinned)).length, 0);
    secondPin[Symbol.dispose]();
    assert.deepEqual(await opened.blobs.delete([pinned]), [pinned]);
  });

  it("never gives the id of a deleted blob again", async () => {
    await using opened = await open();
    const first = await writeBlob(opened.blobs, []);
    await opened.blobs.delete([first]);

    assert.notEqual(await writeBlob(opened.blobs, []), first);
  });

  it("lists what was begun under a lease, committed or not, and nothing of other leases", async () => {
    await using opened = await open();
    const committed = await writeBlob(opened.blobs, [Buffer.from("x")]);
    const begun = await opened.blobs.create({ sizeBytes: 5 * MEBIBYTE });

    const listed = await listBlobs(opened);
    await begun.commit();
    assert.deepEqual(listed, [committed, begun.id].sort());
    assert.deepEqual(await listBlobs({ ...opened, leaseId: "424242" }), []);
  });

  it("refuses everything once it is closed", async () => {
    const opened = await open();
    const id = await writeBlob(opened.blobs, []);
    await opened.blobs[Symbol.asyncDispose]();

    await assert.rejects(opened.blobs.create(), { code: "store-closed" });
    await assert.rejects(opened.blobs.open(id), { code: "store-closed" });
    await assert.rejects(opened.blobs.delete([id]), { code: "store-closed" });
    await opened.blobs[Symbol.asyncDispose]();
    await opened[Symbol.asyncDispose]();
  });
}

export async function writeBlob(
  blobs: BlobStore,
  pieces: readonly Uint8Array[],
  declared: DeclaredBlob = {},
): Promise<string> {
  const writer = await blobs.create(declared);
  for (const piece of pieces) {
    await writer.write(piece);
  }
  await writer.commit();
  return writer.id;
}

export async function readBlob(blobs: BlobStore, id: string): Promise<Buffer> {
  await using reader = await blobs.open(id);
  const target = Buffer.alloc(4 * 1_024 * 1_024);
  return target.subarray(0, await reader.read(0, target));
}

async function listBlobs({ blobs, leaseId }: Pick<OpenedBlobStore, "blobs" | "leaseId">): Promise<string[]> {
  const ids: string[] = [];
  for await (const id of blobs.list(leaseId)) {
    ids.push(id);
  }
  return ids.sort();
}
