import assert from "node:assert/strict";
import { mkdir, open, readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import { holdGarbage } from "../../src/storage/embedded/garbage-hold.ts";
import {
  backUpFolder,
  GARBAGE_GRACE_MS,
  openEmbeddedStore,
  restoreFolder,
  type Store,
} from "../../src/storage/index.ts";
import { readBlob, writeBlob } from "../contract/blob-store-contract.ts";
import { BUCKET, bucketRecord, NOW_MS, newObject } from "../contract/metadata/records.ts";
import { makeTemporaryFolder } from "./temporary-folder.ts";

const QUIET = { collectEveryMs: "never", now: () => NOW_MS } as const;

describe("backUpFolder()", () => {
  it("copies what a store has while it is open, and restoreFolder() brings it back", async () => {
    await using folder = await makeTemporaryFolder();
    const { data, backup, restored } = placesIn(folder.path);
    await using store = await openEmbeddedStore(data, QUIET);
    await store.metadata.createBucket(bucketRecord());
    await put(store, "first", "some bytes");
    await writeFile(join(data, "credentials.json"), "{}");

    const result = await backUpFolder(data, backup);
    await put(store, "second", "put after the backup");
    await restoreFolder(backup, restored);

    assert.deepEqual([result.blobCount, result.fileCount, result.keptCount], [1, 1, 0]);
    assert.equal((await stat(join(backup, "snapshot.sqlite"))).mode & 0o777, 0o600);
    await using again = await openEmbeddedStore(restored, QUIET);
    assert.equal(await read(again, "first"), "some bytes");
    assert.equal(await again.metadata.getObject({ bucket: BUCKET, key: "second" }), undefined);
    assert.equal(await readFile(join(restored, "credentials.json"), "utf8"), "{}");
  });

  it("copies only what is new the second time, and removes what is wanted no more", async () => {
    await using folder = await makeTemporaryFolder();
    const { data, backup, restored } = placesIn(folder.path);
    await using store = await openEmbeddedStore(data, QUIET);
    await store.metadata.createBucket(bucketRecord());
    await put(store, "kept", large("k"));
    await put(store, "replaced", large("r"));
    await backUpFolder(data, backup);
    await put(store, "replaced", large("s"));

    const second = await backUpFolder(data, backup);

    assert.deepEqual(
      [second.blobCount, second.fileCount, second.keptCount, second.removedCount],
      [2, 1, 1, 1],
    );
    await restoreFolder(backup, restored);
    await using again = await openEmbeddedStore(restored, QUIET);
    assert.equal(await read(again, "kept"), large("k"));
    assert.equal(await read(again, "replaced"), large("s"));
  });

  it("names what the disk has damaged, copies the rest, and looks again the next time", async () => {
    await using folder = await makeTemporaryFolder();
    const { data, backup, restored } = placesIn(folder.path);
    await using store = await openEmbeddedStore(data, QUIET);
    await store.metadata.createBucket(bucketRecord());
    await put(store, "whole", "some bytes");
    await put(store, "damaged", "other bytes");
    await put(store, "large", large("l"));
    const largeFile = await newestFile(join(data, "blobs"));
    await flipByte(largeFile, 600_000);
    const [segment = ""] = await filesNamed(join(data, "blobs"), /^segment-/);
    await flipByte(segment, (await readFile(segment)).indexOf("other bytes"));

    const first = await backUpFolder(data, backup);
    const second = await backUpFolder(data, backup);
    await flipByte(largeFile, 600_000);
    const third = await backUpFolder(data, backup);
    await flipByte(segment, (await readFile(segment)).indexOf("\x90ther bytes", 0, "latin1"));
    const fourth = await backUpFolder(data, backup);
    const fifth = await backUpFolder(data, backup);

    const ownersOf = ({ damages }: typeof first) => damages.map(({ owner }) => owner).sort();
    const [damaged, largest] = [`object ${BUCKET}/damaged, part 1`, `object ${BUCKET}/large, part 1`];
    assert.deepEqual(ownersOf(first), [damaged, largest]);
    assert.match(first.damages[0]?.message ?? "", /^blob \S+ of object \S+, part 1: .*checksum/);
    assert.deepEqual([ownersOf(second), second.keptCount], [[damaged, largest], 0]);
    assert.deepEqual([ownersOf(third), third.keptCount], [[damaged], 0]);
    assert.deepEqual([ownersOf(fourth), fourth.keptCount], [[], 1]);
    assert.deepEqual([ownersOf(fifth), fifth.keptCount], [[], 2]);
    await restoreFolder(backup, restored);
    await using again = await openEmbeddedStore(restored, QUIET);
    assert.equal(await read(again, "whole"), "some bytes");
    assert.equal(await read(again, "damaged"), "other bytes");
    assert.equal((await read(again, "large")).length, large("l").length);
  });

  it("looks again at a file that was mended in the moment in which it was copied", async () => {
    await using folder = await makeTemporaryFolder();
    const { data, backup } = placesIn(folder.path);
    await using store = await openEmbeddedStore(data, QUIET);
    await store.metadata.createBucket(bucketRecord());
    await put(store, "large", large("l"));
    const file = await newestFile(join(data, "blobs"));
    await flipByte(file, 600_000);
    const first = await backUpFolder(data, backup);
    const { atime, mtime } = await stat(await newestFile(join(backup, "blobs")));

    await flipByte(file, 600_000);
    await utimes(file, atime, mtime);
    const second = await backUpFolder(data, backup);

    assert.equal(first.damages.length, 1);
    assert.deepEqual([second.damages, second.keptCount], [[], 0]);
  });

  it("names what is missing, copies the rest, and keeps what an earlier backup has of it", async () => {
    await using folder = await makeTemporaryFolder();
    const { data, backup, restored } = placesIn(folder.path);
    await using store = await openEmbeddedStore(data, QUIET);
    await store.metadata.createBucket(bucketRecord());
    await put(store, "lost later", large("k"));
    const lostLater = await newestFile(join(data, "blobs"));
    await put(store, "small", "some bytes");
    await backUpFolder(data, backup);
    await rm(lostLater);
    await put(store, "lost", large("l"));
    await rm(await newestFile(join(data, "blobs")));
    await put(store, "whole", large("w"));

    const { damages, blobCount } = await backUpFolder(data, backup);

    assert.equal(blobCount, 4);
    assert.deepEqual(
      damages.map(({ kind, owner }) => [kind, owner]),
      [["bytes-missing", `object ${BUCKET}/lost, part 1`]],
    );
    assert.match(damages[0]?.message ?? "", /: its file \S+ is missing$/);
    await restoreFolder(backup, restored);
    await using again = await openEmbeddedStore(restored, QUIET);
    assert.equal(await read(again, "lost later"), large("k"));
    assert.equal(await read(again, "small"), "some bytes");
    assert.equal(await read(again, "whole"), large("w"));
    await assert.rejects(read(again, "lost"), { code: "blob-missing" });
  });

  it("names every blob of a file that cannot be read", async () => {
    await using folder = await makeTemporaryFolder();
    const { data, backup } = placesIn(folder.path);
    await using store = await openEmbeddedStore(data, QUIET);
    await store.metadata.createBucket(bucketRecord());
    await put(store, "first", "some bytes");
    await put(store, "second", "other bytes");
    const [segment = ""] = await filesNamed(join(data, "blobs"), /^segment-/);
    await rm(segment);
    await mkdir(segment);

    const { damages } = await backUpFolder(data, backup);

    assert.deepEqual(damages.map(({ owner }) => owner).sort(), [
      `object ${BUCKET}/first, part 1`,
      `object ${BUCKET}/second, part 1`,
    ]);
    assert.match(damages[0]?.message ?? "", /: its file \S+ cannot be read: EISDIR/);
  });

  it("leaves the backup before it as it was when it fails", async () => {
    await using folder = await makeTemporaryFolder();
    const { data, backup, restored } = placesIn(folder.path);
    await using store = await openEmbeddedStore(data, QUIET);
    await store.metadata.createBucket(bucketRecord());
    await put(store, "kept", large("k"));
    await backUpFolder(data, backup);
    await put(store, "new", large("n"));
    const newest = await newestFile(join(data, "blobs"));
    // A folder in the place of the file that is to be written.
    await mkdir(join(backup, "blobs", relative(join(data, "blobs"), newest)), { recursive: true });

    await assert.rejects(backUpFolder(data, backup), { code: "EISDIR" });

    await restoreFolder(backup, restored);
    await using again = await openEmbeddedStore(restored, QUIET);
    assert.equal(await read(again, "kept"), large("k"));
    assert.equal(await again.metadata.getObject({ bucket: BUCKET, key: "new" }), undefined);
  });

  it("refuses what is no data folder, and a target that holds something else, and touches neither", async () => {
    await using folder = await makeTemporaryFolder();
    const { data, backup } = placesIn(folder.path);
    await mkdir(data);
    await mkdir(backup);
    await writeFile(join(backup, "photo.jpg"), "");

    await assert.rejects(backUpFolder(data, backup), { code: "folder-unusable", message: /no data folder/ });
    await (await openEmbeddedStore(data, QUIET))[Symbol.asyncDispose]();
    await assert.rejects(backUpFolder(data, backup), { code: "folder-unusable", message: /no backup/ });
    await assert.rejects(backUpFolder(data, data), { code: "folder-unusable", message: /no backup/ });

    assert.deepEqual(await readdir(backup), ["photo.jpg"]);
  });

  it("refuses an earlier format, and says what to do", async () => {
    await using folder = await makeTemporaryFolder();
    const { data, backup } = placesIn(folder.path);
    await (await openEmbeddedStore(data, QUIET))[Symbol.asyncDispose]();
    {
      using database = new DatabaseSync(join(data, "metadata.sqlite"));
      database.exec("PRAGMA user_version = 2");
    }

    await assert.rejects(backUpFolder(data, backup), { code: "format-unknown", message: /start its server/ });
  });
});

describe("a backup that runs", () => {
  it("keeps the server from deleting, for as long as it takes", async () => {
    await using folder = await makeTemporaryFolder();
    let nowMs = NOW_MS;
    await using store = await openEmbeddedStore(folder.path, { collectEveryMs: "never", now: () => nowMs });
    await store.metadata.createBucket(bucketRecord());
    await put(store, "key", "old");
    await put(store, "key", "new");
    nowMs += GARBAGE_GRACE_MS;

    const hold = holdGarbage(folder.path);
    const other = holdGarbage(folder.path);
    assert.equal(await store.collectGarbage(), 0);
    hold[Symbol.dispose]();
    assert.equal(await store.collectGarbage(), 0);
    other[Symbol.dispose]();

    assert.equal(await store.collectGarbage(), 1);
    assert.equal(await read(store, "key"), "new");
  });
});

describe("restoreFolder()", () => {
  it("gives the restored folder leases of its own, so that no blob id ever means two blobs", async () => {
    await using folder = await makeTemporaryFolder();
    const { data, backup, restored } = placesIn(folder.path);
    await using store = await openEmbeddedStore(data, QUIET);
    await store.metadata.createBucket(bucketRecord());
    await backUpFolder(data, backup);
    await restoreFolder(backup, restored);
    await using again = await openEmbeddedStore(restored, QUIET);

    const blobIds = await Promise.all([put(store, "key", "here"), put(again, "key", "there")]);

    const [lease = 0, restoredLease = 0] = blobIds.map((blobId) => Number(blobId.split("/")[0]));
    assert.ok(restoredLease >= lease + 1_000_000, blobIds.join(" and "));
  });

  it("refuses a folder that has something, and what is no backup, and no server starts over a backup", async () => {
    await using folder = await makeTemporaryFolder();
    const { data, backup, restored } = placesIn(folder.path);
    {
      await using store = await openEmbeddedStore(data, QUIET);
      await store.metadata.createBucket(bucketRecord());
      await put(store, "key", "value");
    }
    await backUpFolder(data, backup);

    await assert.rejects(restoreFolder(backup, data), {
      code: "folder-unusable",
      message: /holds something/,
    });
    await assert.rejects(restoreFolder(data, restored), {
      code: "folder-unusable",
      message: /no complete backup/,
    });
    await assert.rejects(openEmbeddedStore(backup, QUIET), { code: "folder-unusable" });
  });

  it("goes on where a restore was killed, and until then no server starts over the folder", async () => {
    await using folder = await makeTemporaryFolder();
    const { data, backup, restored } = placesIn(folder.path);
    {
      await using store = await openEmbeddedStore(data, QUIET);
      await store.metadata.createBucket(bucketRecord());
      await put(store, "key", "value");
    }
    await backUpFolder(data, backup);
    await restoreFolder(backup, restored);
    {
      using database = new DatabaseSync(join(restored, "metadata.sqlite"));
      database.exec(`VACUUM INTO '${join(restored, "metadata.sqlite.new")}'`);
    }
    await rm(join(restored, "metadata.sqlite"));
    await assert.rejects(openEmbeddedStore(restored, QUIET), { code: "folder-unusable" });

    await restoreFolder(backup, restored);

    await using again = await openEmbeddedStore(restored, QUIET);
    assert.equal(await read(again, "key"), "value");
  });
});

function placesIn(path: string) {
  return { data: join(path, "data"), backup: join(path, "backup"), restored: join(path, "restored") };
}

/** So large that it has a file of its own. */
function large(letter: string): string {
  return letter.repeat(1_200_000);
}

async function put(store: Store, key: string, text: string): Promise<string> {
  const blobId = await writeBlob(store.blobs, [Buffer.from(text)]);
  await store.metadata.putObject(newObject({ key, extents: [{ blobId, sizeBytes: text.length }] }));
  return blobId;
}

async function read(store: Store, key: string): Promise<string> {
  const opened = await store.metadata.openObject({ bucket: BUCKET, key });
  const bytes = await Promise.all((opened?.extents ?? []).map(({ blobId }) => readBlob(store.blobs, blobId)));
  return Buffer.concat(bytes).toString();
}

async function newestFile(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
  const times = await Promise.all(files.map(async (file) => (await stat(file)).mtimeMs));
  return files[times.indexOf(Math.max(...times))] ?? "";
}

async function filesNamed(folder: string, name: RegExp): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && name.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Called twice it is as it was. */
async function flipByte(file: string, offset: number): Promise<void> {
  await using handle = await open(file, "r+");
  const byte = Buffer.alloc(1);
  await handle.read(byte, 0, 1, offset);
  await handle.write(Buffer.of((byte[0] ?? 0) ^ 0xff), 0, 1, offset);
}
