// Folders that earlier versions of Partwise wrote are opened with all that is in them.
import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { DatabaseSync, type SQLOutputValue } from "node:sqlite";
import { describe, it } from "node:test";
import { openDatabase } from "../../src/storage/embedded/schema.ts";
import { openEmbeddedStore, type Store } from "../../src/storage/index.ts";
import { readBlob } from "../contract/blob-store-contract.ts";
import { allGarbage, newObject, partRecord, versionIdsOf } from "../contract/metadata/records.ts";
import { blobFilesIn } from "./blob-files.ts";
import { makeTemporaryFolder } from "./temporary-folder.ts";

/** As Partwise wrote it before there were versions. */
const FORMAT_1 = `
CREATE TABLE counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO counter VALUES ('content', 3), ('generation', 7), ('lease', 1);
CREATE TABLE bucket (
  name TEXT PRIMARY KEY, acl TEXT NOT NULL, storage_class TEXT NOT NULL, created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE object (
  bucket TEXT NOT NULL, key BLOB NOT NULL, generation INTEGER NOT NULL, content_id INTEGER NOT NULL,
  size INTEGER NOT NULL, etag TEXT NOT NULL, md5 TEXT, crc64 TEXT NOT NULL, type TEXT NOT NULL,
  attributes TEXT NOT NULL, modified_at INTEGER NOT NULL,
  PRIMARY KEY (bucket, key)
) STRICT, WITHOUT ROWID;
CREATE TABLE upload (
  bucket TEXT NOT NULL, key BLOB NOT NULL, upload_id TEXT NOT NULL, content_id INTEGER NOT NULL,
  attributes TEXT NOT NULL, initiated_at INTEGER NOT NULL,
  PRIMARY KEY (bucket, key, upload_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE part (
  content_id INTEGER NOT NULL, part_number INTEGER NOT NULL, blob TEXT NOT NULL UNIQUE, size INTEGER NOT NULL,
  md5 TEXT, crc64 TEXT, created_at INTEGER NOT NULL,
  PRIMARY KEY (content_id, part_number)
) STRICT, WITHOUT ROWID;
CREATE TABLE gc (blob TEXT PRIMARY KEY, due_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX gc_due_at ON gc (due_at);
CREATE TABLE lease (id TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
PRAGMA application_id = 0x50617274;
PRAGMA user_version = 1;
`;
const ROWS = `
INSERT INTO bucket VALUES ('photos', 'private', 'IA', 5);
INSERT INTO object VALUES ('photos', CAST('cat.jpg' AS BLOB), 6, 1, 3, 'E1', 'd1', '18446744073709551615', 'Normal',
  '{"standard":{"contentType":"image/jpeg"},"user":{"colour":"blue"}}', 10);
INSERT INTO object VALUES ('photos', CAST('dog.jpg' AS BLOB), 7, 2, 7, 'E2-2', NULL, '2', 'Multipart',
  '{"standard":{},"user":{}}', 11);
INSERT INTO upload VALUES ('photos', CAST('cat.jpg' AS BLOB), '0000000000000000000000000000000A', 3,
  '{"standard":{"contentType":"image/png"},"user":{}}', 12);
INSERT INTO part VALUES (1, 1, '1/1', 3, NULL, NULL, 10);
INSERT INTO part VALUES (2, 1, '1/2', 3, 'd2', '5', 11), (2, 2, '1/3', 4, 'd3', '6', 11);
INSERT INTO part VALUES (3, 1, '1/4', 5, 'd4', '7', 13);
INSERT INTO gc VALUES ('1/5', 20);
INSERT INTO lease VALUES ('1');
`;
/** As Partwise wrote it before it kept how uploads ended. */
const FORMAT_2 = `
CREATE TABLE counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO counter VALUES ('content', 3), ('generation', 7), ('lease', 1);
CREATE TABLE bucket (
  name TEXT PRIMARY KEY, acl TEXT NOT NULL, storage_class TEXT NOT NULL, created_at INTEGER NOT NULL,
  data_redundancy_type TEXT NOT NULL DEFAULT 'LRS', versioning TEXT, configurations TEXT NOT NULL DEFAULT '{}'
) STRICT, WITHOUT ROWID;
CREATE TABLE object (
  bucket TEXT NOT NULL, key BLOB NOT NULL, generation INTEGER NOT NULL, content_id INTEGER NOT NULL,
  size INTEGER NOT NULL, etag TEXT NOT NULL, md5 TEXT, crc64 TEXT NOT NULL, type TEXT NOT NULL,
  attributes TEXT NOT NULL, modified_at INTEGER NOT NULL, version_id TEXT NOT NULL DEFAULT 'null',
  PRIMARY KEY (bucket, key)
) STRICT, WITHOUT ROWID;
CREATE TABLE noncurrent (
  bucket TEXT NOT NULL, key BLOB NOT NULL, generation INTEGER NOT NULL, content_id INTEGER NOT NULL,
  size INTEGER NOT NULL, etag TEXT NOT NULL, md5 TEXT, crc64 TEXT NOT NULL, type TEXT NOT NULL,
  attributes TEXT NOT NULL, modified_at INTEGER NOT NULL, version_id TEXT NOT NULL DEFAULT 'null',
  PRIMARY KEY (bucket, key, generation DESC)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX noncurrent_version_id ON noncurrent (bucket, key, version_id);
CREATE TABLE upload (
  bucket TEXT NOT NULL, key BLOB NOT NULL, upload_id TEXT NOT NULL, content_id INTEGER NOT NULL,
  attributes TEXT NOT NULL, initiated_at INTEGER NOT NULL, is_sequential INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (bucket, key, upload_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE part (
  content_id INTEGER NOT NULL, part_number INTEGER NOT NULL, blob TEXT NOT NULL UNIQUE, size INTEGER NOT NULL,
  md5 TEXT, crc64 TEXT, created_at INTEGER NOT NULL, digest_state TEXT,
  PRIMARY KEY (content_id, part_number)
) STRICT, WITHOUT ROWID;
CREATE TABLE gc (blob TEXT PRIMARY KEY, due_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX gc_due_at ON gc (due_at);
CREATE TABLE lease (id TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
PRAGMA application_id = 0x50617274;
PRAGMA user_version = 2;
`;
const ROWS_2 = `
INSERT INTO bucket VALUES ('photos', 'private', 'IA', 5, 'LRS', NULL, '{}');
INSERT INTO upload VALUES ('photos', CAST('cat.jpg' AS BLOB), '0000000000000000000000000000000A', 3,
  '{"standard":{},"user":{},"tags":{}}', 12, 0);
INSERT INTO part VALUES (3, 1, '1/4', 5, 'd4', '7', 13, NULL), (3, 2, '1/5', 7, 'd5', '8', 13, NULL);
`;
/** As Partwise wrote it before it kept what buckets hold and where parts begin. */
const FORMAT_3 = `
${FORMAT_2}
CREATE TABLE outcome (
  upload_id TEXT NOT NULL, bucket TEXT NOT NULL, key BLOB NOT NULL, ended_at INTEGER NOT NULL, type TEXT NOT NULL,
  fingerprint TEXT, version_id TEXT, generation INTEGER, size INTEGER, etag TEXT, md5 TEXT, crc64 TEXT, attributes TEXT,
  PRIMARY KEY (upload_id, bucket, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX outcome_ended_at ON outcome (ended_at);
ALTER TABLE upload ADD COLUMN part_count INTEGER NOT NULL DEFAULT 0;
ALTER TABLE upload ADD COLUMN held_bytes INTEGER NOT NULL DEFAULT 0;
PRAGMA user_version = 3;
`;
const BLOBS = new Map([
  ["1/1", "cat"],
  ["1/2", "dog"],
  ["1/3", "food"],
  ["1/4", "mouse"],
  ["1/5", "garbage"],
]);
const BUCKET = "photos";
const UPLOAD = { bucket: BUCKET, key: "cat.jpg", uploadId: "0000000000000000000000000000000A" };
/** Before the garbage is due. */
const QUIET = { collectEveryMs: "never", now: () => 15 } as const;

describe("a data folder of format 1", () => {
  it("is opened with every bucket, object, upload, part and blob that is in it", async () => {
    await using folder = await makeTemporaryFolder();
    await writeFolderOfFormat1(folder.path);

    await using store = await openEmbeddedStore(folder.path, QUIET);

    assert.deepEqual(await store.metadata.getBucket(BUCKET), {
      ...{ name: BUCKET, acl: "private", storageClass: "IA", dataRedundancyType: "LRS", createdAtMs: 5 },
      configurations: {},
    });
    assert.deepEqual(await store.metadata.getObject({ bucket: BUCKET, key: "cat.jpg" }), {
      ...{ bucket: BUCKET, key: "cat.jpg", versionId: "null", sizeBytes: 3, etag: "E1", md5: "d1" },
      ...{ crc64: 18_446_744_073_709_551_615n, type: "Normal", modifiedAtMs: 10, generation: 6 },
      attributes: { standard: { contentType: "image/jpeg" }, user: { colour: "blue" }, tags: {} },
    });
    assert.equal(await readObject(store, "cat.jpg"), "cat");
    assert.equal(await readObject(store, "dog.jpg"), "dogfood");
    assert.deepEqual(await store.metadata.getUpload(UPLOAD), {
      ...{ ...UPLOAD, initiatedAtMs: 12, isSequential: false },
      attributes: { standard: { contentType: "image/png" }, user: {}, tags: {} },
    });
    assert.deepEqual(await store.metadata.listParts(UPLOAD, { afterPartNumber: 0, limit: 10 }), {
      parts: [{ partNumber: 1, blobId: "1/4", sizeBytes: 5, md5: "d4", crc64: 7n, createdAtMs: 13 }],
      isTruncated: false,
    });
    assert.deepEqual(await allGarbage(store.metadata), ["1/5"]);
    assert.deepEqual(await blobFilesIn(folder.path), [...BLOBS.keys()]);
  });

  it("can do afterwards what only later formats can, with what was there before", async () => {
    await using folder = await makeTemporaryFolder();
    await writeFolderOfFormat1(folder.path);
    await using store = await openEmbeddedStore(folder.path, QUIET);
    const { metadata } = store;
    await metadata.updateBucket(BUCKET, { versioning: "Enabled", configurations: { cors: "<a/>" } });

    const completed = await metadata.completeUpload({
      ...{ upload: UPLOAD, parts: [{ partNumber: 1, md5: "d4" }], etag: "E3-1", partSizeMinBytes: 1 },
      ...{ forbidOverwrite: false, completedAtMs: 14 },
    });
    const put = await metadata.putObject(newObject({ bucket: BUCKET, extents: [] }));
    await metadata.deleteObjects(BUCKET, [{ key: "cat.jpg", versionId: put.versionId }], 14);

    assert.deepEqual(await versionIdsOf(metadata, "cat.jpg"), [completed.versionId, "null"]);
    assert.equal(await readObject(store, "cat.jpg"), "mouse");
    assert.equal(await readObject(store, "cat.jpg", "null"), "cat");
  });

  it("is migrated once: the next start finds the present format and everything that was written since", async () => {
    await using folder = await makeTemporaryFolder();
    await writeFolderOfFormat1(folder.path);
    const first = await openEmbeddedStore(folder.path, QUIET);
    const changed = await first.metadata.updateBucket(BUCKET, { versioning: "Suspended" });
    await first[Symbol.asyncDispose]();

    await using store = await openEmbeddedStore(folder.path, QUIET);

    assert.deepEqual(await store.metadata.getBucket(BUCKET), changed);
    assert.equal(await readObject(store, "dog.jpg"), "dogfood");
  });

  it("knows what its buckets hold, and goes on counting", async () => {
    await using folder = await makeTemporaryFolder();
    await writeFolderOfFormat1(folder.path);
    await using store = await openEmbeddedStore(folder.path, QUIET);
    const { objects: before } = await store.metadata.measureBucket(BUCKET);

    await store.metadata.deleteObjects(BUCKET, [{ key: "cat.jpg" }], 15);

    const { objects } = await store.metadata.measureBucket(BUCKET);
    assert.deepEqual(before, [{ objectCount: 2, sizeBytes: 10 }]);
    assert.deepEqual(objects, [{ objectCount: 1, sizeBytes: 7 }]);
  });

  it("gets the very tables that a new folder gets", async () => {
    await using folder = await makeTemporaryFolder();
    await writeFolderOfFormat1(folder.path);
    using migrated = openDatabase(join(folder.path, "metadata.sqlite"));
    using fresh = openDatabase(join(folder.path, "fresh.sqlite"));

    assert.deepEqual(tablesOf(migrated), tablesOf(fresh));
    assert.equal(migrated.prepare("PRAGMA user_version").get()?.user_version, 4);
  });

  it("stays as it is when the migration fails in the middle", async () => {
    await using folder = await makeTemporaryFolder();
    await writeFolderOfFormat1(folder.path);
    const file = join(folder.path, "metadata.sqlite");
    const before = withDatabase(file, (database) => {
      database.exec("CREATE TABLE noncurrent (in_the_way TEXT)");
      return tablesOf(database);
    });

    assert.throws(() => openDatabase(file), /noncurrent already exists/);

    withDatabase(file, (database) => {
      assert.deepEqual(tablesOf(database), before);
      assert.equal(database.prepare("PRAGMA user_version").get()?.user_version, 1);
    });
  });
});

describe("a data folder of format 2", () => {
  it("gets the very tables that a new folder gets", async () => {
    await using folder = await makeTemporaryFolder();
    const file = join(folder.path, "metadata.sqlite");
    withDatabase(file, (database) => database.exec(FORMAT_2));
    using migrated = openDatabase(file);
    using fresh = openDatabase(join(folder.path, "fresh.sqlite"));

    assert.deepEqual(tablesOf(migrated), tablesOf(fresh));
    assert.equal(migrated.prepare("PRAGMA user_version").get()?.user_version, 4);
  });

  it("knows what its open uploads hold, and goes on counting", async () => {
    await using folder = await makeTemporaryFolder();
    withDatabase(join(folder.path, "metadata.sqlite"), (database) => database.exec(FORMAT_2 + ROWS_2));
    await using store = await openEmbeddedStore(folder.path, QUIET);
    const held = async () =>
      (await store.metadata.measureUploads({ begunBeforeMs: 100 })).map(({ partCount, heldBytes }) => [
        partCount,
        heldBytes,
      ]);
    const before = await held();

    await store.metadata.putPart(UPLOAD, partRecord(2, { sizeBytes: 100 }));

    assert.deepEqual([before, await held()], [[[2, 12]], [[2, 105]]]);
  });
});

describe("a data folder of format 3", () => {
  it("gets the very tables that a new folder gets", async () => {
    await using folder = await makeTemporaryFolder();
    const file = join(folder.path, "metadata.sqlite");
    withDatabase(file, (database) => database.exec(FORMAT_3));
    using migrated = openDatabase(file);
    using fresh = openDatabase(join(folder.path, "fresh.sqlite"));

    assert.deepEqual(tablesOf(migrated), tablesOf(fresh));
    assert.equal(migrated.prepare("PRAGMA user_version").get()?.user_version, 4);
  });

  it("keeps what was known of its uploads, and collects what was garbage", async () => {
    await using folder = await makeTemporaryFolder();
    withDatabase(join(folder.path, "metadata.sqlite"), (database) => {
      database.exec(FORMAT_3 + ROWS_2.replace("12, 0);", "12, 0, 2, 12);"));
      database.exec("INSERT INTO gc VALUES ('1/9', 20); INSERT INTO lease VALUES ('1')");
    });
    await using store = await openEmbeddedStore(folder.path, QUIET);

    const [upload] = await store.metadata.measureUploads({ begunBeforeMs: 100 });
    await store.metadata.abortUpload(UPLOAD);

    assert.deepEqual([upload?.partCount, upload?.heldBytes], [2, 12]);
    assert.deepEqual((await allGarbage(store.metadata)).toSorted(), ["1/4", "1/5", "1/9"]);
  });
});

describe("an object of many parts that an earlier version stored", () => {
  it("is opened for a range of it without a look at all its parts", async () => {
    await using folder = await makeTemporaryFolder();
    const file = join(folder.path, "metadata.sqlite");
    withDatabase(file, (database) => {
      database.exec(FORMAT_2 + ROWS_2);
      const insert = database.prepare("INSERT INTO part VALUES (4, ?, ?, 10, 'd', '1', 11, NULL)");
      for (let part = 1; part <= 200; part += 1) {
        insert.run(2 * part, `1/${100 + part}`);
      }
      database.exec(
        "INSERT INTO object VALUES ('photos', CAST('long' AS BLOB), 9, 4, 2000, 'E', NULL, '1', 'Multipart', '{}', 1, 'null')",
      );
    });
    await using store = await openEmbeddedStore(folder.path, QUIET);

    const opened = await store.metadata.openObject(
      { bucket: BUCKET, key: "long" },
      { start: 1_299, endExclusive: 1_301 },
    );

    assert.deepEqual(opened?.extents, [
      { blobId: "1/230", sizeBytes: 10 },
      { blobId: "1/231", sizeBytes: 10 },
    ]);
    assert.equal(opened?.skippedBytes, 1_290);
    assert.deepEqual(indexOf(file), [
      { content_id: 4, start: 640, part_number: 130 },
      { content_id: 4, start: 1_280, part_number: 258 },
      { content_id: 4, start: 1_920, part_number: 386 },
    ]);
  });
});

async function writeFolderOfFormat1(path: string): Promise<void> {
  withDatabase(join(path, "metadata.sqlite"), (database) => database.exec(`${FORMAT_1}${ROWS}`));
  for (const [id, text] of BLOBS) {
    const file = join(path, "blobs", id.replace("/", "/0/"));
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
}

function withDatabase<Result>(file: string, act: (database: DatabaseSync) => Result): Result {
  using database = new DatabaseSync(file);
  return act(database);
}

function indexOf(file: string): readonly Record<string, SQLOutputValue>[] {
  return withDatabase(file, (database) =>
    database
      .prepare("SELECT * FROM extent_index")
      .all()
      .map((row) => ({ ...row })),
  );
}

/** Every table and index with its columns, in their order. */
function tablesOf(database: DatabaseSync): readonly Record<string, SQLOutputValue>[] {
  return database
    .prepare(
      `SELECT s.type, s.name AS "table", c.cid, c.name, c.type AS "column", c."notnull", c.dflt_value, c.pk
       FROM sqlite_schema s JOIN pragma_table_xinfo(s.name) c ORDER BY s.type, s.name, c.cid`,
    )
    .all();
}

async function readObject(store: Store, key: string, versionId?: string): Promise<string> {
  const id = { bucket: BUCKET, key, ...(versionId === undefined ? {} : { versionId }) };
  const { extents } = (await store.metadata.openObject(id)) ?? { extents: [] };
  const blobs = await Promise.all(extents.map(({ blobId }) => readBlob(store.blobs, blobId)));
  return Buffer.concat(blobs).toString();
}
