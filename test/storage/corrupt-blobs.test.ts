// Bits that flip on the disk: whoever reads what they belong to gets an error that names the place, never other bytes.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdir, open, stat, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { FileBlobStore } from "../../src/storage/embedded/file-blob-store.ts";
import { type BlobStore, StorageError } from "../../src/storage/index.ts";
import { writeBlob } from "../contract/blob-store-contract.ts";
import { makeTemporaryFolder, type TemporaryFolder } from "./temporary-folder.ts";

const BLOCK_BYTES = 262_144;
const LARGE_BYTES = 4 * BLOCK_BYTES + 100_000;
const SMALL_BYTES = 2 * BLOCK_BYTES + 1_000;
/** Of what stands before a record's bytes, and before the first record. */
const HEAD_BYTES = 64;

describe("a flipped bit", () => {
  it("anywhere in a large blob's own file is an error that names block and offset", async () => {
    await using opened = await openBlobs();
    const bytes = randomBytes(LARGE_BYTES);
    const id = await writeBlob(opened.blobs, [bytes], { sizeBytes: LARGE_BYTES });
    const path = join(opened.root, "7", "0", "f1");
    const { size } = await stat(path);

    for (const offset of [0, BLOCK_BYTES + 5, LARGE_BYTES - 1]) {
      const failure = await withFlippedBit(path, offset, () => readFailure(opened.blobs, id, LARGE_BYTES));
      const block = Math.floor(offset / BLOCK_BYTES);
      assert.deepEqual(failure?.fields, { blobId: id, path, block, offset: block * BLOCK_BYTES });
    }
    for (let offset = LARGE_BYTES; offset < size; offset += 1) {
      const failure = await withFlippedBit(path, offset, () => readFailure(opened.blobs, id, LARGE_BYTES));
      assert.equal(failure?.code, "blob-corrupt", `at ${offset} of ${size}`);
    }
    assert.equal(await readFailure(opened.blobs, id, LARGE_BYTES), undefined);
  });

  it("anywhere in a record's head or bytes is an error, and costs its neighbours nothing", async () => {
    await using opened = await openBlobs();
    const before = await writeBlob(opened.blobs, [randomBytes(1_000)]);
    const id = await writeBlob(opened.blobs, [randomBytes(SMALL_BYTES)]);
    const after = await writeBlob(opened.blobs, [randomBytes(1_000)]);
    const path = join(opened.root, "7", "segment-1");
    const start = Number(/@([0-9]+)/.exec(id)?.[1]);

    for (let offset = start; offset < start + HEAD_BYTES; offset += 1) {
      const failure = await withFlippedBit(path, offset, async () => {
        assert.equal(await readFailure(opened.blobs, before, 1_000), undefined);
        assert.equal(await readFailure(opened.blobs, after, 1_000), undefined);
        return readFailure(opened.blobs, id, SMALL_BYTES);
      });
      // The salt tells records from bytes that were uploaded; a row needs no such proof.
      assert.equal(failure?.code, "blob-corrupt", `at ${offset - start} of the head`);
    }
    for (const position of [0, BLOCK_BYTES, SMALL_BYTES - 1]) {
      const offset = start + HEAD_BYTES + position;
      const failure = await withFlippedBit(path, offset, () => readFailure(opened.blobs, id, SMALL_BYTES));
      const block = Math.floor(position / BLOCK_BYTES);
      const blockOffset = start + HEAD_BYTES + block * BLOCK_BYTES;
      assert.deepEqual(failure?.fields, { blobId: id, path, block, offset: blockOffset });
    }
  });

  it("in one block does not stop the reading of others", async () => {
    await using opened = await openBlobs();
    const bytes = randomBytes(LARGE_BYTES);
    const id = await writeBlob(opened.blobs, [bytes], { sizeBytes: LARGE_BYTES });

    await withFlippedBit(join(opened.root, "7", "0", "f1"), 0, async () => {
      await using reader = await opened.blobs.open(id);
      const target = Buffer.alloc(10);

      assert.equal(await reader.read(BLOCK_BYTES - 5 + BLOCK_BYTES, target), 10);

      assert.deepEqual(target, bytes.subarray(2 * BLOCK_BYTES - 5, 2 * BLOCK_BYTES + 5));
      await assert.rejects(reader.read(BLOCK_BYTES - 5, target), { code: "blob-corrupt" });
    });
  });

  it("in a mark of a deleted record marks nothing: the record is there still", async () => {
    await using opened = await openBlobs();
    const kept = await writeBlob(opened.blobs, [Buffer.from("kept")]);
    const deleted = await writeBlob(opened.blobs, [Buffer.from("deleted")]);
    await opened.blobs.delete([deleted]);
    const marks = join(opened.root, "7", "segment-1.dead");

    for (let offset = 0; offset < 16; offset += 1) {
      const listed = await withFlippedBit(marks, offset, () => listAfterRestart(opened.root));
      assert.deepEqual(listed, [kept, deleted], `at ${offset}`);
    }
    assert.deepEqual(await listAfterRestart(opened.root), [kept]);
  });

  it("in a segment's header or in a record's head keeps the segment when all else in it is deleted", async () => {
    await using opened = await openBlobs();
    const ids = [];
    for (let index = 0; index < 3; index += 1) {
      ids.push(await writeBlob(opened.blobs, [randomBytes(100)]));
    }
    const path = join(opened.root, "7", "segment-1");
    await opened.blobs.delete(ids);

    for (const offset of [3, HEAD_BYTES + 192 + 10]) {
      await withFlippedBit(path, offset, () => listAfterRestart(opened.root));
      assert.ok((await stat(path)).size > 0);
    }
  });
});

describe("a file that is too short", () => {
  it("is an error, wherever it was cut", async () => {
    await using opened = await openBlobs();
    const id = await writeBlob(opened.blobs, [randomBytes(LARGE_BYTES)], { sizeBytes: LARGE_BYTES });
    const path = join(opened.root, "7", "0", "f1");
    const { size } = await stat(path);

    for (const shorter of [size - 1, size - 32, LARGE_BYTES, 1_000, 0]) {
      await truncate(path, shorter);
      assert.equal((await readFailure(opened.blobs, id, LARGE_BYTES))?.code, "blob-corrupt", `${shorter}`);
    }
  });

  it("is no damage when it is the first write to a segment", async () => {
    await using opened = await openBlobs();
    const segment = join(opened.root, "5", "segment-1");
    await mkdir(join(opened.root, "5"));
    await writeFile(segment, Buffer.alloc(100));

    for await (const id of opened.blobs.list("5")) {
      assert.fail(id);
    }

    await assert.rejects(stat(segment), { code: "ENOENT" });
  });

  it("hides no record that was acknowledged before a write that was cut short", async () => {
    await using opened = await openBlobs();
    const first = await writeBlob(opened.blobs, [randomBytes(1_000)]);
    const second = await writeBlob(opened.blobs, [randomBytes(1_000)]);
    const path = join(opened.root, "7", "segment-1");
    const { size } = await stat(path);
    await truncate(path, size - 30);

    assert.deepEqual(await listAfterRestart(opened.root), [first]);
    assert.equal(await readFailure(opened.blobs, first, 1_000), undefined);
    assert.equal((await readFailure(opened.blobs, second, 1_000))?.code, "blob-corrupt");
  });
});

interface OpenedBlobs extends AsyncDisposable {
  readonly blobs: BlobStore;
  readonly root: string;
}

async function openBlobs(): Promise<OpenedBlobs> {
  const folder: TemporaryFolder = await makeTemporaryFolder();
  const blobs = await openUnder(folder.path, "7");
  const close = async () => {
    await blobs[Symbol.asyncDispose]();
    await folder[Symbol.asyncDispose]();
  };
  return { blobs, root: folder.path, [Symbol.asyncDispose]: close };
}

function openUnder(root: string, leaseId: string): Promise<BlobStore> {
  return FileBlobStore.open({
    root,
    leases: { openLease: async () => leaseId },
    reportError: () => undefined,
  });
}

let lastLease = 100;

/** What another run finds of lease 7. */
async function listAfterRestart(root: string): Promise<readonly string[]> {
  lastLease += 1;
  await using blobs = await openUnder(root, String(lastLease));
  const ids: string[] = [];
  for await (const id of blobs.list("7")) {
    ids.push(id);
  }
  return ids;
}

async function withFlippedBit<Result>(
  path: string,
  offset: number,
  act: () => Promise<Result>,
): Promise<Result> {
  await flipBit(path, offset);
  try {
    return await act();
  } finally {
    await flipBit(path, offset);
  }
}

async function flipBit(path: string, offset: number): Promise<void> {
  await using handle = await open(path, "r+");
  const byte = Buffer.alloc(1);
  await handle.read(byte, 0, 1, offset);
  byte[0] = (byte[0] ?? 0) ^ (1 << (offset % 8));
  await handle.write(byte, 0, 1, offset);
}

/** Reads a blob whole. @returns what the store refused it with */
async function readFailure(
  blobs: BlobStore,
  id: string,
  sizeBytes: number,
): Promise<StorageError | undefined> {
  try {
    await using reader = await blobs.open(id);
    assert.equal(await reader.read(0, Buffer.alloc(sizeBytes)), sizeBytes);
    return undefined;
  } catch (error) {
    if (error instanceof StorageError) {
      return error;
    }
    throw error;
  }
}
