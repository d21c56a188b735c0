// The embedded store: the laws of the ports, and what only a data folder has to promise.
import assert from "node:assert/strict";
import { mkdir, readdir, rename, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import { FileBlobStore } from "../../src/storage/embedded/file-blob-store.ts";
import { SqliteMetadataStore } from "../../src/storage/embedded/sqlite-metadata-store.ts";
import {
  GARBAGE_GRACE_MS,
  type MetadataStore,
  openEmbeddedStore,
  type Store,
} from "../../src/storage/index.ts";
import { blobStoreContract, readBlob, writeBlob } from "../contract/blob-store-contract.ts";
import {
  allGarbage,
  BUCKET,
  bucketRecord,
  completionOf,
  NOW_MS,
  newObject,
  openUpload,
  partRecord,
} from "../contract/metadata/records.ts";
import { metadataStoreContract } from "../contract/metadata-store-contract.ts";
import { storeContract } from "../contract/store-contract.ts";
import { blobFilesIn } from "./blob-files.ts";
import { makeTemporaryFolder } from "./temporary-folder.ts";

/** Too long for a record of a segment. */
const LARGE_BYTES = 1_048_577;
const QUIET = { collectEveryMs: "never", now: () => NOW_MS } as const;

metadataStoreContract("SqliteMetadataStore", async ({ now }) => {
  const folder = await makeTemporaryFolder();
  const store = await SqliteMetadataStore.open(join(folder.path, "metadata.sqlite"), now);
  return closedWith(store, folder);
});

blobStoreContract("FileBlobStore", async () => {
  const folder = await makeTemporaryFolder();
  const leases = { openLease: async () => "7" };
  const blobs = await FileBlobStore.open({
    root: join(folder.path, "blobs"),
    leases,
    reportError: failWith,
  });
  const close = () => closeBoth(() => blobs[Symbol.asyncDispose](), folder);
  return { blobs, leaseId: "7", [Symbol.asyncDispose]: close };
});

storeContract("openEmbeddedStore()", async (options) => {
  const folder = await makeTemporaryFolder();
  return closedWith(await openEmbeddedStore(folder.path, { ...QUIET, ...options }), folder);
});

describe("openEmbeddedStore()", () => {
  it("makes files for the owner alone, also in a folder that others may look into", async () => {
    await using folder = await makeTemporaryFolder();
    const path = join(folder.path, "data");
    await mkdir(path, { mode: 0o755 });

    await using store = await openEmbeddedStore(path, QUIET);
    await store.metadata.createBucket(bucketRecord());
    await writeBlob(store.blobs, [Buffer.from("small")]);
    await writeBlob(store.blobs, [Buffer.alloc(LARGE_BYTES)]);

    const entries = await readdir(path, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile()).map((file) => join(file.parentPath, file.name));
    assert.ok(files.some((file) => file.endsWith("metadata.sqlite-wal")));
    for (const file of files) {
      assert.equal((await stat(file)).mode & 0o077, 0, file);
    }
  });

  it("makes a folder, and those above it, for the owner alone", async () => {
    await using folder = await makeTemporaryFolder();
    const path = join(folder.path, "new", "data");

    const store = await openEmbeddedStore(path, QUIET);
    await store[Symbol.asyncDispose]();

    assert.equal((await stat(path)).mode & 0o777, 0o700);
    const names = (await readdir(path)).sort();
    assert.deepEqual(names, ["blobs", "hold.sqlite", "lock.sqlite", "metadata.sqlite", "promised"]);
  });

  it("finds everything again", async () => {
    await using folder = await makeTemporaryFolder();
    const before = await openEmbeddedStore(folder.path, QUIET);
    await before.metadata.createBucket(bucketRecord());
    const objectBlob = await writeBlob(before.blobs, [Buffer.from("object")]);
    const object = await before.metadata.putObject(
      newObject({ key: "o", extents: [{ blobId: objectBlob, sizeBytes: 6 }] }),
    );
    const part = partRecord(1, { blobId: await writeBlob(before.blobs, [Buffer.from("part")]) });
    const upload = await openUpload(before.metadata, { key: "u", parts: [part] });
    await before[Symbol.asyncDispose]();

    await using after = await openEmbeddedStore(folder.path, QUIET);

    assert.deepEqual(await after.metadata.getBucket(BUCKET), bucketRecord());
    assert.deepEqual((await after.metadata.openObject({ bucket: BUCKET, key: "o" }))?.version, object);
    assert.equal(String(await readBlob(after.blobs, objectBlob)), "object");
    const completed = await after.metadata.completeUpload(completionOf(upload, [part]));
    assert.ok(completed.generation > object.generation);
    assert.equal(String(await readBlob(after.blobs, part.blobId)), "part");
  });

  it("gives no id of an earlier run again", async () => {
    await using folder = await makeTemporaryFolder();
    const ids = [];
    for (let run = 1; run <= 3; run++) {
      await using store = await openEmbeddedStore(folder.path, QUIET);
      ids.push(await writeBlob(store.blobs, []));
    }

    assert.equal(new Set(ids).size, 3);
  });

  it("removes the orphans of an earlier run, and only these", async () => {
    await using folder = await makeTemporaryFolder();
    const before = await openEmbeddedStore(folder.path, QUIET);
    await before.metadata.createBucket(bucketRecord());
    const part = partRecord(1, { blobId: await writeBlob(before.blobs, []) });
    await openUpload(before.metadata, { parts: [part] });
    await writeBlob(before.blobs, [Buffer.from("committed, but never published")]);
    const begun = await before.blobs.create({ sizeBytes: LARGE_BYTES });
    await before[Symbol.asyncDispose]();
    assert.equal((await blobFilesIn(folder.path)).length, 3);

    const after = await openEmbeddedStore(folder.path, QUIET);
    await begun.discard();
    await after[Symbol.asyncDispose]();

    assert.deepEqual(await blobFilesIn(folder.path), [part.blobId]);
  });

  it("removes what is due when it opens, and all that is queued when it closes", async () => {
    await using folder = await makeTemporaryFolder();
    const before = await openEmbeddedStore(folder.path, QUIET);
    await before.metadata.createBucket(bucketRecord());
    const blobId = await writeBlob(before.blobs, []);
    const pin = before.blobs.pin([blobId]);
    await before.metadata.putObject(newObject({ extents: [{ blobId, sizeBytes: 0 }] }));
    await before.metadata.deleteObjects(BUCKET, [{ key: "cat.jpg" }], NOW_MS);
    await before[Symbol.asyncDispose]();
    pin[Symbol.dispose]();
    assert.deepEqual(await blobFilesIn(folder.path), [blobId]);

    await using after = await openEmbeddedStore(folder.path, {
      ...QUIET,
      now: () => NOW_MS + 2 * GARBAGE_GRACE_MS,
    });

    assert.deepEqual(await blobFilesIn(folder.path), []);
    assert.deepEqual(await allGarbage(after.metadata), []);
  });

  it("leaves no empty folders of earlier runs", async () => {
    await using folder = await makeTemporaryFolder();
    for (let run = 1; run <= 3; run++) {
      await using store = await openEmbeddedStore(folder.path, QUIET);
      await store.blobs.delete([await writeBlob(store.blobs, [])]);
      await store.blobs.delete([await writeBlob(store.blobs, [], { sizeBytes: LARGE_BYTES })]);
    }

    assert.deepEqual(await readdir(join(folder.path, "blobs")), []);
  });

  it("spreads large blobs over folders of 1,024", async () => {
    await using folder = await makeTemporaryFolder();
    await using store = await openEmbeddedStore(folder.path, QUIET);

    const writers = await Promise.all(
      Array.from({ length: 1_025 }, () => store.blobs.create({ sizeBytes: LARGE_BYTES })),
    );

    assert.deepEqual((await readdir(join(folder.path, "blobs", "1"))).sort(), ["0", "1"]);
    await Promise.all(writers.map((writer) => writer.discard()));
  });

  it("says which file is missing when somebody removed a blob", async () => {
    await using folder = await makeTemporaryFolder();
    await using store = await openEmbeddedStore(folder.path, QUIET);
    const large = await writeBlob(store.blobs, [], { sizeBytes: LARGE_BYTES });
    const small = await writeBlob(store.blobs, []);
    const paths = [join(folder.path, "blobs", "1", "0", "f1"), join(folder.path, "blobs", "1", "segment-1")];
    for (const path of paths) {
      await rename(path, join(folder.path, "elsewhere"));
    }

    for (const [index, blobId] of [large, small].entries()) {
      await assert.rejects(store.blobs.open(blobId), {
        code: "blob-missing",
        fields: { blobId, path: paths[index] },
      });
    }
  });

  it("passes over the folders that a restored database knows nothing of", async () => {
    await using folder = await makeTemporaryFolder();
    await (await openEmbeddedStore(folder.path, QUIET))[Symbol.asyncDispose]();
    await mkdir(join(folder.path, "blobs", "2", "0"), { recursive: true });
    await writeFile(join(folder.path, "blobs", "2", "0", "1"), "newer");

    for (let run = 1; run <= 2; run++) {
      await using store = await openEmbeddedStore(folder.path, QUIET);
      assert.doesNotMatch(await writeBlob(store.blobs, []), /^2\//);
    }
    assert.ok((await blobFilesIn(folder.path)).includes("2/1"));
  });
});

describe("FileBlobStore", () => {
  it("takes no lease that has a folder, so that a kill at any moment leaves none to be swept", async () => {
    await using folder = await makeTemporaryFolder();
    const root = join(folder.path, "blobs");
    await mkdir(join(root, "2", "0"), { recursive: true });
    await writeFile(join(root, "2", "0", "1"), "newer");
    await using metadata = await SqliteMetadataStore.open(join(folder.path, "metadata.sqlite"), () => NOW_MS);
    const given: string[] = [];
    const openLease: MetadataStore["openLease"] = async (after) => {
      given.push(await metadata.openLease(after));
      return given.at(-1) ?? "";
    };

    await using _ = await FileBlobStore.open({ root, leases: { openLease }, reportError: failWith });

    assert.deepEqual(given, ["3"]);
  });
});

describe("openEmbeddedStore() refuses", () => {
  it("a folder that cannot be made or written", async () => {
    await using folder = await makeTemporaryFolder();
    const file = join(folder.path, "file");
    await writeFile(file, "");

    for (const path of [file, join(file, "below"), "/proc/partwise/data", "/proc/self"]) {
      await assert.rejects(openEmbeddedStore(path, QUIET), { code: "folder-unusable", fields: { path } });
    }
  });

  it("a database of another program", async () => {
    await using folder = await makeTemporaryFolder();
    using foreign = new DatabaseSync(join(folder.path, "metadata.sqlite"));
    foreign.exec("CREATE TABLE t (a); INSERT INTO t VALUES (1)");

    await assert.rejects(openEmbeddedStore(folder.path, QUIET), { code: "format-unknown" });
    assert.deepEqual({ ...foreign.prepare("SELECT a FROM t").get() }, { a: 1 });
    assert.equal(foreign.prepare("PRAGMA journal_mode").get()?.journal_mode, "delete");
  });

  it("a file that is no database", async () => {
    await using folder = await makeTemporaryFolder();
    await writeFile(
      join(folder.path, "metadata.sqlite"),
      "not a database, but long enough to look at\n".repeat(50),
    );

    await assert.rejects(openEmbeddedStore(folder.path, QUIET), { code: "format-unknown" });
  });

  it("a newer format, and says so", async () => {
    await using folder = await makeTemporaryFolder();
    await (await openEmbeddedStore(folder.path, QUIET))[Symbol.asyncDispose]();
    using database = new DatabaseSync(join(folder.path, "metadata.sqlite"));
    database.exec("PRAGMA user_version = 5");

    await assert.rejects(openEmbeddedStore(folder.path, QUIET), {
      code: "format-unknown",
      message: `${join(folder.path, "metadata.sqlite")} has format 5, and this version of Partwise reads formats 1 to 4`,
    });
  });

  it("blobs without the database that knows them, and touches none", async () => {
    await using folder = await makeTemporaryFolder();
    const store = await openEmbeddedStore(folder.path, QUIET);
    await store.metadata.createBucket(bucketRecord());
    const blobId = await writeBlob(store.blobs, []);
    await store.metadata.putObject(newObject({ extents: [{ blobId, sizeBytes: 0 }] }));
    await store[Symbol.asyncDispose]();
    await rename(join(folder.path, "metadata.sqlite"), join(folder.path, "moved"));

    await assert.rejects(openEmbeddedStore(folder.path, QUIET), { code: "folder-unusable" });
    await rename(join(folder.path, "moved"), join(folder.path, "metadata.sqlite"));
    await using again = await openEmbeddedStore(folder.path, QUIET);
    assert.equal((await readBlob(again.blobs, blobId)).length, 0);
  });
});

function failWith(error: unknown): never {
  throw error;
}

/** The same store, whose folder goes when it is closed. */
function closedWith<Closed extends MetadataStore | Store>(store: Closed, folder: AsyncDisposable): Closed {
  const close = store[Symbol.asyncDispose].bind(store);
  let closing: Promise<void> | undefined;
  store[Symbol.asyncDispose] = async () => {
    closing ??= closeBoth(close, folder);
    await closing;
  };
  return store;
}

async function closeBoth(close: () => PromiseLike<void>, folder: AsyncDisposable): Promise<void> {
  await close();
  await folder[Symbol.asyncDispose]();
}
