// Every kind of damage to a data folder is found and named, and a folder that is whole has none, also while it is used.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdir, open, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import { crc64 } from "../../src/protocol/crc64/crc64.ts";
import {
  checkDataFolder,
  type FolderReport,
  openEmbeddedStore,
  type Store,
  scrubDataFolder,
} from "../../src/storage/index.ts";
import { writeBlob } from "../contract/blob-store-contract.ts";
import {
  BUCKET,
  bucketRecord,
  NOW_MS,
  newObject,
  openUpload,
  partRecord,
} from "../contract/metadata/records.ts";
import { makeTemporaryFolder } from "./temporary-folder.ts";

const QUIET = { collectEveryMs: "never", now: () => NOW_MS } as const;
const LARGE_BYTES = 1_500_000;
const SMALL_BYTES = 5_000;
const PART_BYTES = 200_000;

describe("checkDataFolder()", () => {
  it("finds nothing wrong with a folder, and every byte in one of its terms", async () => {
    await using world = await filledFolder();
    await world.store[Symbol.asyncDispose]();

    const report = await checkDataFolder(world.path, { checksums: true });

    assert.deepEqual(report.faults, []);
    assert.equal(report.isOnline, false);
    assert.deepEqual(report.live, { blobCount: 2, bytes: LARGE_BYTES + SMALL_BYTES });
    assert.deepEqual(report.open, { blobCount: 1, bytes: PART_BYTES });
    assert.deepEqual(report.stored, { blobCount: 3, bytes: LARGE_BYTES + SMALL_BYTES + PART_BYTES });
  });

  it("finds nothing wrong beside a server that goes on writing, replacing and deleting", async () => {
    await using world = await filledFolder();
    const orphan = await writeBlob(world.store.blobs, [randomBytes(10)]);
    let isDone = false;
    const changing = changeUntil(world.store, () => isDone);
    const reports: FolderReport[] = [];
    for (let round = 0; round < 5; round += 1) {
      reports.push(await checkDataFolder(world.path, { checksums: round === 0 }));
    }
    isDone = true;
    await changing;

    assert.ok(orphan.startsWith("1/"));
    assert.deepEqual(
      reports.flatMap(({ faults }) => faults),
      [],
    );
    assert.ok(reports.every(({ isOnline }) => isOnline));
    assert.ok(reports.every(({ unswept }) => unswept.blobCount >= 1));
  });

  it("names the object, the part and the place of a flipped bit", async () => {
    await using world = await filledFolder();
    await world.store[Symbol.asyncDispose]();
    await flipBit(world.fileOf(world.large), 300_000);
    await flipBit(world.fileOf(world.small), offsetOf(world.small) + 64 + 10);
    await flipBit(world.fileOf(world.part), offsetOf(world.part) + 64 + 20);

    const unread = await checkDataFolder(world.path, { checksums: false });
    const report = await checkDataFolder(world.path, { checksums: true });
    const scrubbed = await scrubDataFolder(world.path, { bytesPerSecond: 1e12 });

    assert.deepEqual(unread.faults, []);
    assert.deepEqual(
      report.faults.map(({ kind, owner }) => `${kind} ${owner}`).sort(),
      [
        "bytes-corrupt object photos/large, part 1",
        "bytes-corrupt object photos/small, part 1",
        `bytes-corrupt upload ${world.uploadId} of photos/uploaded, part 1`,
      ].sort(),
    );
    const fault = report.faults.find(({ blobId }) => blobId === world.large);
    assert.match(fault?.message ?? "", /f1 is damaged at byte 262144: block 1 has another checksum/);
    assert.deepEqual(scrubbed.faults, report.faults);
    assert.deepEqual(scrubbed.verified, { blobCount: 3, bytes: LARGE_BYTES + SMALL_BYTES + PART_BYTES });
  });

  it("finds other bytes than the row speaks of, even where their own checksums are right", async () => {
    await using world = await filledFolder();
    await world.store[Symbol.asyncDispose]();
    change(world.path, `UPDATE part SET crc64 = '1' WHERE blob = '${world.part}'`);

    const { faults } = await checkDataFolder(world.path, { checksums: true });

    assert.deepEqual(
      faults.map(({ blobId, message }) => [blobId, message.split(": ").at(-1)]),
      [[world.part, "its CRC-64 is not its row's"]],
    );
  });

  it("finds a flipped bit in the head of a record without reading what it heads", async () => {
    await using world = await filledFolder();
    await world.store[Symbol.asyncDispose]();
    await flipBit(world.fileOf(world.small), offsetOf(world.small) + 9);

    const { faults } = await checkDataFolder(world.path, { checksums: false });

    assert.deepEqual(
      faults.map(({ kind, owner }) => [kind, owner]),
      [
        ["bytes-corrupt", undefined],
        ["bytes-corrupt", "object photos/small, part 1"],
      ],
    );
  });

  it("finds bytes that are gone: a file, and a segment", async () => {
    await using world = await filledFolder();
    await world.store[Symbol.asyncDispose]();
    await rm(world.fileOf(world.large));
    await rm(world.fileOf(world.small));

    const { faults } = await checkDataFolder(world.path, { checksums: false });

    assert.deepEqual(faults.map(({ kind, blobId }) => `${kind} ${blobId}`).sort(), [
      ...[world.small, world.part, world.large].map((id) => `bytes-missing ${id}`).sort(),
    ]);
  });

  it("finds bytes that nobody owns, but not where a start will sweep them", async () => {
    await using world = await filledFolder();
    await writeBlob(world.store.blobs, [randomBytes(10)]);
    await world.store[Symbol.asyncDispose]();
    const beforeSweep = await checkDataFolder(world.path, { checksums: false });
    await (await openEmbeddedStore(world.path, QUIET))[Symbol.asyncDispose]();
    await mkdir(join(world.path, "blobs", "1", "0"), { recursive: true });
    await writeFile(join(world.path, "blobs", "1", "0", "77"), "stray");
    await mkdir(join(world.path, "blobs", "99", "0"), { recursive: true });
    await writeFile(join(world.path, "blobs", "99", "0", "1"), "newer");

    const { faults, newer } = await checkDataFolder(world.path, { checksums: false });

    assert.deepEqual(beforeSweep.faults, []);
    assert.deepEqual(beforeSweep.unswept, { blobCount: 1, bytes: 10 });
    assert.deepEqual(
      faults.map(({ kind, blobId }) => [kind, blobId]),
      [["owner-missing", "1/77"]],
    );
    assert.deepEqual(newer, { blobCount: 1, bytes: 5 });
  });

  it("finds sizes that differ, on the disk and among the facts", async () => {
    await using world = await filledFolder();
    await world.store[Symbol.asyncDispose]();
    await truncate(world.fileOf(world.large), 1_000_000);
    change(world.path, `UPDATE part SET size = 1 WHERE blob = '${world.small}'`);

    const { faults } = await checkDataFolder(world.path, { checksums: false });

    assert.deepEqual(
      faults.map(({ kind, blobId = "" }) => `${kind} ${blobId}`).sort(),
      ["facts-contradict ", `size-differs ${world.large}`, `size-differs ${world.small}`].sort(),
    );
  });

  it("finds facts that contradict each other", async () => {
    await using world = await filledFolder();
    await world.store[Symbol.asyncDispose]();
    change(world.path, `INSERT INTO gc VALUES ('${world.small}', 0, 1)`);
    change(world.path, "DELETE FROM upload");
    change(world.path, "INSERT INTO upload_holder VALUES ('user 1', 3)");

    const { faults } = await checkDataFolder(world.path, { checksums: false });

    assert.deepEqual(faults.map(({ message }) => message).sort(), [
      `blob ${world.part} is a part of nothing`,
      `blob ${world.small} has an owner and is queued as garbage`,
      "user 1 has 0 uploads open, and 3 are counted",
    ]);
  });

  it("finds an index of extents that says other than the parts", async () => {
    await using world = await filledFolder();
    const extents = Array.from({ length: 200 }, (_, index) => ({ blobId: `800/${index}`, sizeBytes: 10 }));
    await world.store.metadata.putObject(newObject({ key: "long", extents }));
    await world.store[Symbol.asyncDispose]();
    const { faults: before } = await checkDataFolder(world.path, { checksums: false });
    change(world.path, "UPDATE extent_index SET start = 641 WHERE part_number = 65");
    change(world.path, "INSERT INTO extent_index VALUES (999, 640, 65)");

    const { faults } = await checkDataFolder(world.path, { checksums: false });

    const ofIndex = (all: typeof faults) => all.filter(({ kind }) => kind === "facts-contradict");
    assert.deepEqual(ofIndex(before), []);
    assert.deepEqual(
      ofIndex(faults).map(({ message }) => message.replace(/content \d+/, "content N")),
      [
        "the index of content N says that part 65 begins at 641, its parts say 640",
        "the index of content N says that part 65 begins at 640, its parts say nothing of it",
      ],
    );
  });

  it("finds sums of a bucket that are not those of its objects", async () => {
    await using world = await filledFolder();
    await world.store[Symbol.asyncDispose]();
    change(world.path, "UPDATE bucket_use SET size = size + 1");

    const { faults } = await checkDataFolder(world.path, { checksums: false });

    assert.deepEqual(
      faults.map(({ message }) => message),
      [`the sums of bucket ${BUCKET} are not those of its objects`],
    );
  });

  it("finds a damaged database", async () => {
    await using world = await filledFolder();
    await world.store[Symbol.asyncDispose]();
    const file = join(world.path, "metadata.sqlite");
    const pages = await readFile(file);
    await writeFile(file, pages.fill(0xa5, 4_096, 3 * 4_096));

    const { faults } = await checkDataFolder(world.path, { checksums: false });

    assert.ok(faults.length > 0);
    assert.ok(faults.every(({ kind }) => kind === "database-damaged"));
  });

  it("refuses a database of another program, and one of a newer format", async () => {
    await using world = await filledFolder();
    await world.store[Symbol.asyncDispose]();
    using database = new DatabaseSync(join(world.path, "metadata.sqlite"));

    database.exec("PRAGMA user_version = 99");
    await assert.rejects(checkDataFolder(world.path, { checksums: false }), {
      code: "format-unknown",
      message: /has format 99, and this version of Partwise reads formats 1 to \d$/,
    });
    database.exec("PRAGMA application_id = 7; PRAGMA user_version = 3");
    await assert.rejects(checkDataFolder(world.path, { checksums: false }), {
      message: /is a database of another program$/,
    });
  });

  it("refuses a folder that holds no store, and makes none there", async () => {
    await using folder = await makeTemporaryFolder();

    await assert.rejects(checkDataFolder(folder.path, { checksums: false }), { code: "folder-unusable" });
    await assert.rejects(readFile(join(folder.path, "lock.sqlite")), { code: "ENOENT" });
  });
});

interface FilledFolder extends AsyncDisposable {
  readonly path: string;
  readonly store: Store;
  readonly large: string;
  readonly small: string;
  readonly part: string;
  readonly uploadId: string;
  fileOf(blobId: string): string;
}

/** A large object, a small one, and an open upload with one part. */
async function filledFolder(): Promise<FilledFolder> {
  const folder = await makeTemporaryFolder();
  const { path } = folder;
  const store = await openEmbeddedStore(path, QUIET);
  await store.metadata.createBucket(bucketRecord());
  const large = await putBytes(store, "large", LARGE_BYTES);
  const small = await putBytes(store, "small", SMALL_BYTES);
  const partBytes = randomBytes(PART_BYTES);
  const part = await writeBlob(store.blobs, [partBytes]);
  const { uploadId } = await openUpload(store.metadata, {
    key: "uploaded",
    parts: [partRecord(1, { blobId: part, sizeBytes: PART_BYTES, crc64: crc64(partBytes) })],
  });
  return {
    ...{ path, store, large, small, part, uploadId },
    fileOf: (blobId) =>
      join(path, "blobs", "1", blobId.includes("@") ? "segment-1" : join("0", blobId.slice("1/".length))),
    [Symbol.asyncDispose]: async () => {
      await store[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}

async function putBytes(store: Store, key: string, sizeBytes: number): Promise<string> {
  const blobId = await writeBlob(store.blobs, [randomBytes(sizeBytes)], { sizeBytes });
  await store.metadata.putObject(newObject({ key, extents: [{ blobId, sizeBytes }] }));
  return blobId;
}

async function changeUntil(store: Store, isDone: () => boolean): Promise<void> {
  for (let round = 0; !isDone(); round += 1) {
    await putBytes(store, `changing ${round % 5}`, round % 3 === 0 ? LARGE_BYTES : SMALL_BYTES);
    if (round % 4 === 0) {
      await store.metadata.deleteObjects(BUCKET, [{ key: `changing ${(round + 2) % 5}` }], NOW_MS);
    }
    if (round % 8 === 0) {
      const queued = await store.metadata.listGarbage({ nowMs: Number.MAX_SAFE_INTEGER, limit: 100 });
      await store.metadata.forgetGarbage(await store.blobs.delete(queued));
    }
  }
}

function offsetOf(blobId: string): number {
  return Number(/@([0-9]+)/.exec(blobId)?.[1]);
}

function change(path: string, sql: string): void {
  using database = new DatabaseSync(join(path, "metadata.sqlite"));
  database.exec(sql);
}

async function flipBit(path: string, offset: number): Promise<void> {
  await using handle = await open(path, "r+");
  const byte = Buffer.alloc(1);
  await handle.read(byte, 0, 1, offset);
  byte[0] = (byte[0] ?? 0) ^ 1;
  await handle.write(byte, 0, 1, offset);
}
