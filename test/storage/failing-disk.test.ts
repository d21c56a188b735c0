// A disk that fails at one step of an upload: the upload is refused, its file is gone, and nothing that was acknowledged
// before is touched. As soon as the disk works again, so does the store.
import assert from "node:assert/strict";
import { EventEmitter, once } from "node:events";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { DirectorySync } from "../../src/storage/embedded/directory-sync.ts";
import {
  GARBAGE_GRACE_MS,
  openEmbeddedStore,
  type Store,
  type StoreOptions,
} from "../../src/storage/index.ts";
import { readBlob, writeBlob } from "../contract/blob-store-contract.ts";
import {
  allGarbage,
  BUCKET,
  bucketRecord,
  NOW_MS,
  openUpload,
  partRecord,
  uploadRecord,
} from "../contract/metadata/records.ts";
import { blobFilesIn } from "./blob-files.ts";
import { makeTemporaryFolder } from "./temporary-folder.ts";
import { type DiskCall, systemError, watchDisk } from "./watched-disk.ts";

const QUIET = { collectEveryMs: "never", now: () => NOW_MS } as const;
/** Too long for a record of a segment. */
const LARGE_BYTES = 5_000_000;
const UPLOAD = uploadRecord({ key: "uploaded" });

interface Step {
  readonly name: string;
  readonly isStep: (call: DiskCall) => boolean;
}

/** What an upload of a large part asks of the disk, in order, for the first blob of a run. */
const LARGE_STEPS: readonly Step[] = [
  { name: "making a folder", isStep: ({ operation }) => operation === "mkdir" },
  {
    name: "syncing the folder's name",
    isStep: (call) => call.operation === "sync" && /blobs.2$/.test(call.path),
  },
  { name: "creating the file", isStep: (call) => call.operation === "open" && isBlob(call) },
  { name: "writing", isStep: ({ operation }) => operation === "write" },
  { name: "syncing the bytes", isStep: ({ operation }) => operation === "datasync" },
  {
    name: "syncing the file's name",
    isStep: (call) => call.operation === "sync" && /blobs.2.0$/.test(call.path),
  },
  { name: "closing the file", isStep: (call) => call.operation === "close" && isBlob(call) },
];

/** The same of a small part, which goes into a segment. */
const SMALL_STEPS: readonly Step[] = [
  { name: "creating the segment", isStep: (call) => call.operation === "open" && isSegment(call) },
  { name: "writing", isStep: ({ operation }) => operation === "write" },
  { name: "syncing the bytes", isStep: ({ operation }) => operation === "datasync" },
  {
    name: "syncing the segment's name",
    isStep: (call) => call.operation === "sync" && /blobs.2$/.test(call.path),
  },
];

const SIZES = [
  { sizeName: "large", steps: LARGE_STEPS, declaredBytes: LARGE_BYTES },
  { sizeName: "small", steps: SMALL_STEPS, declaredBytes: 6 },
];

describe("a disk that fails", () => {
  for (const { sizeName, steps, declaredBytes } of SIZES) {
    for (const { name, isStep } of steps) {
      it(`at ${name} costs the ${sizeName} part that was sent, and nothing else`, async () => {
        await using folder = await makeTemporaryFolder();
        const acknowledged = await uploadInEarlierRun(folder.path);
        await using store = await openEmbeddedStore(folder.path, QUIET);
        let failure = "ENOSPC";
        {
          using _ = await watchDisk((call) => failIf(isStep(call), failure));

          await assert.rejects(sendPart(store, 2, declaredBytes), { code: "no-space" });
          failure = "EIO";
          await assert.rejects(sendPart(store, 2, declaredBytes), { code: "EIO" });
        }

        assert.deepEqual(await blobFilesIn(folder.path), [acknowledged]);
        assert.equal(String(await readBlob(store.blobs, acknowledged)), "part 1");
        const sentAgain = await sendPart(store, 2, declaredBytes);
        assert.deepEqual(await blobFilesIn(folder.path), [acknowledged, sentAgain].sort());
        const { parts } = await store.metadata.listParts(UPLOAD, { afterPartNumber: 0, limit: 10 });
        assert.deepEqual(
          parts.map(({ blobId }) => blobId),
          [acknowledged, sentAgain],
        );
      });
    }
  }

  it("at a record of a segment costs those that waited for the sync, and none that is in there already", async () => {
    await using folder = await makeTemporaryFolder();
    await using store = await openEmbeddedStore(folder.path, QUIET);
    const before = await writeBlob(store.blobs, [Buffer.from("before")]);
    {
      using _ = await watchDisk(({ operation }) => failIf(operation === "datasync", "EIO"));
      const outcomes = await Promise.allSettled(
        Array.from({ length: 5 }, () => writeBlob(store.blobs, [Buffer.alloc(5_000)])),
      );
      assert.ok(outcomes.every(({ status }) => status === "rejected"));
    }

    assert.deepEqual(await blobFilesIn(folder.path), [before]);
    assert.equal(String(await readBlob(store.blobs, before)), "before");
    const after = await writeBlob(store.blobs, [Buffer.from("after")]);
    assert.notEqual(after.split("@")[0], before.split("@")[0]);
    assert.deepEqual(await blobFilesIn(folder.path), [before, after].sort());
  });

  it("at a file that should be swept keeps it for the sweep of the next start", async () => {
    await using folder = await makeTemporaryFolder();
    const acknowledged = await uploadInEarlierRun(folder.path);
    const before = await openEmbeddedStore(folder.path, QUIET);
    const orphan = await writeBlob(before.blobs, [Buffer.from("never published")], {
      sizeBytes: LARGE_BYTES,
    });
    await before[Symbol.asyncDispose]();
    const reported: unknown[] = [];
    {
      using _ = await watchDisk(({ operation }) => failIf(operation === "unlink", "EIO"));
      await closeAgain(folder.path, { reportError: (error) => reported.push(error) });
    }
    assert.deepEqual(await blobFilesIn(folder.path), [acknowledged, orphan].sort());
    assert.equal(reported.length, 1);

    await closeAgain(folder.path);

    assert.deepEqual(await blobFilesIn(folder.path), [acknowledged]);
  });

  it("at a file that is garbage keeps it in the queue until it can be deleted", async () => {
    await using folder = await makeTemporaryFolder();
    let nowMs = NOW_MS;
    await using store = await openEmbeddedStore(folder.path, {
      ...QUIET,
      now: () => nowMs,
      reportError: () => undefined,
    });
    await store.metadata.createBucket(bucketRecord());
    const blobId = await writeBlob(store.blobs, [], { sizeBytes: LARGE_BYTES });
    await store.metadata.abortUpload(
      await openUpload(store.metadata, { parts: [partRecord(1, { blobId })] }),
    );
    nowMs += GARBAGE_GRACE_MS;
    {
      using _ = await watchDisk(({ operation }) => failIf(operation === "unlink", "EIO"));
      assert.equal(await store.collectGarbage(), 0);
    }
    assert.deepEqual(await allGarbage(store.metadata), [blobId]);

    nowMs += GARBAGE_GRACE_MS;

    assert.equal(await store.collectGarbage(), 1);
    assert.deepEqual(await blobFilesIn(folder.path), []);
  });
});

describe("DirectorySync", () => {
  it("does not take a sync that began before for one of its own, and shares the next", async () => {
    await using folder = await makeTemporaryFolder();
    const held = await holdFirstSync();
    using _ = held;
    const directorySync = new DirectorySync();
    const first = directorySync.sync(folder.path);
    await held.begun;

    const others = [directorySync.sync(folder.path), directorySync.sync(folder.path)];
    held.goOn();
    await Promise.all([first, ...others]);

    assert.equal(held.syncCount(), 2);
  });

  it("fails those who wait for the sync after one that failed: the system tells of it only once", async () => {
    await using folder = await makeTemporaryFolder();
    const held = await holdFirstSync();
    using _ = held;
    const directorySync = new DirectorySync();
    const first = directorySync.sync(folder.path);
    await held.begun;

    const outcomes = Promise.allSettled([first, directorySync.sync(folder.path)]);
    held.fail(systemError("EIO"));

    assert.deepEqual(
      (await outcomes).map(({ status }) => status),
      ["rejected", "rejected"],
    );
    await directorySync.sync(folder.path);
    assert.equal(held.syncCount(), 2);
  });
});

describe("a store on a disk", () => {
  it("answers after the bytes, then their name were synced, and every new folder in the one above", async () => {
    await using folder = await makeTemporaryFolder();
    await using store = await openEmbeddedStore(folder.path, QUIET);

    const calls = await callsOf(folder.path, () =>
      writeBlob(store.blobs, [Buffer.from("x")], { sizeBytes: LARGE_BYTES }),
    );

    assert.deepEqual(calls, [
      "mkdir /blobs/1/0",
      "sync /blobs/1",
      "open /blobs/1/0/f1",
      "write /blobs/1/0/f1",
      "write /blobs/1/0/f1",
      "datasync /blobs/1/0/f1",
      "sync /blobs/1/0",
    ]);
  });

  it("answers after the segment's bytes were synced, and its name when it is new", async () => {
    await using folder = await makeTemporaryFolder();
    await using store = await openEmbeddedStore(folder.path, QUIET);

    const calls = await callsOf(folder.path, async () => {
      await writeBlob(store.blobs, [Buffer.from("x")]);
      await writeBlob(store.blobs, [Buffer.from("y")]);
    });

    assert.deepEqual(calls, [
      "open /blobs/1/segment-1",
      "write /blobs/1/segment-1",
      "datasync /blobs/1/segment-1",
      "sync /blobs/1",
      "write /blobs/1/segment-1",
      "datasync /blobs/1/segment-1",
    ]);
  });

  it("syncs the mark of a deleted record, and the name of the file of marks, before it forgets the garbage", async () => {
    await using folder = await makeTemporaryFolder();
    const acknowledged = await uploadInEarlierRun(folder.path);
    await using store = await openEmbeddedStore(folder.path, QUIET);

    const calls = await callsOf(folder.path, async () => {
      await store.blobs.delete([acknowledged]);
      await store.blobs.reclaim();
    });

    assert.deepEqual(calls, [
      "open /blobs/1/segment-1.dead",
      "write /blobs/1/segment-1.dead",
      "datasync /blobs/1/segment-1.dead",
      "sync /blobs/1",
      "open /blobs/1/segment-1",
      "unlink /blobs/1/segment-1",
      "sync /blobs/1",
      "unlink /blobs/1/segment-1.dead",
    ]);
  });

  it("syncs the name of its folder again, for whoever made it may have been killed before", async () => {
    await using folder = await makeTemporaryFolder();
    const synced: string[] = [];
    {
      using _ = await watchDisk(({ operation, path }) => {
        if (operation === "sync") {
          synced.push(path);
        }
      });
      await closeAgain(folder.path);
    }

    assert.ok(synced.includes(join(folder.path, "..")), synced.join("\n"));
  });

  it("syncs the folder above one that it removed, before it forgets the garbage in it", async () => {
    await using folder = await makeTemporaryFolder();
    const acknowledged = await uploadInEarlierRun(folder.path, LARGE_BYTES);
    await using store = await openEmbeddedStore(folder.path, QUIET);

    const calls = await callsOf(folder.path, () => store.blobs.delete([acknowledged]));

    assert.deepEqual(calls, ["unlink /blobs/1/0/f1", "rmdir /blobs/1/0", "sync /blobs"]);
  });

  it("removes the folders of a run that was killed when nothing was left in them", async () => {
    await using folder = await makeTemporaryFolder();
    const before = await openEmbeddedStore(folder.path, QUIET);
    {
      using _ = await watchDisk(({ operation }) => failIf(operation === "rmdir", "EIO"));
      await before.blobs.delete([await writeBlob(before.blobs, [])]);
      await before[Symbol.asyncDispose]();
    }
    assert.deepEqual(await readdir(join(folder.path, "blobs")), ["1"]);

    await closeAgain(folder.path);

    assert.deepEqual(await readdir(join(folder.path, "blobs")), []);
  });
});

function isBlob({ path }: DiskCall): boolean {
  return /blobs.[0-9]+.[0-9]+.f[0-9]+$/.test(path);
}

function isSegment({ path }: DiskCall): boolean {
  return /blobs.[0-9]+.segment-[0-9]+$/.test(path);
}

function failIf(isFailing: boolean, code: string): void {
  if (isFailing) {
    throw systemError(code);
  }
}

/** Part 1 of an open upload, acknowledged by a run that ended. @returns its blob */
async function uploadInEarlierRun(path: string, sizeBytes = 6): Promise<string> {
  await using store = await openEmbeddedStore(path, QUIET);
  await store.metadata.createBucket(bucketRecord({ name: BUCKET }));
  await store.metadata.createUpload(UPLOAD, { forbidOverwrite: false });
  return await sendPart(store, 1, sizeBytes);
}

/** As the server receives a part. @returns its blob */
async function sendPart(store: Store, partNumber: number, sizeBytes = 6): Promise<string> {
  const writer = await store.blobs.create({ sizeBytes });
  try {
    await writer.write(Buffer.from(`part ${partNumber}`));
    await writer.commit();
  } catch (failure) {
    await writer.discard();
    throw failure;
  }
  await store.metadata.putPart(UPLOAD, partRecord(partNumber, { blobId: writer.id }));
  return writer.id;
}

/** What `act` asks of the disk, but for closing files and opening what is only read or synced. */
async function callsOf(folder: string, act: () => Promise<unknown>): Promise<readonly string[]> {
  const calls: string[] = [];
  using _ = await watchDisk(({ operation, path }) => {
    calls.push(`${operation} ${path.slice(folder.length)}`);
  });
  await act();
  return calls.filter((call) => !/^(close|rmdir .*blobs.1$|open .*(blobs|blobs.1|blobs.1.0)$)/.test(call));
}

async function closeAgain(path: string, options: StoreOptions = {}): Promise<void> {
  const store = await openEmbeddedStore(path, { ...QUIET, ...options });
  await store[Symbol.asyncDispose]();
}

interface HeldSync extends Disposable {
  /** Resolves when the first sync has begun. */
  readonly begun: Promise<void>;
  readonly goOn: () => void;
  readonly fail: (error: Error) => void;
  readonly syncCount: () => number;
}

/** The first sync waits until the test lets it go on or fail. */
async function holdFirstSync(): Promise<HeldSync> {
  const events = new EventEmitter();
  const begun = once(events, "begun");
  const held = once(events, "go-on");
  let syncCount = 0;
  const watch = await watchDisk(async ({ operation }) => {
    if (operation === "sync") {
      syncCount += 1;
      events.emit("begun");
      await (syncCount === 1 ? held : undefined);
    }
  });
  return {
    begun: begun.then(() => undefined),
    goOn: () => void events.emit("go-on"),
    fail: (error) => void events.emit("error", error),
    syncCount: () => syncCount,
    [Symbol.dispose]: () => watch[Symbol.dispose](),
  };
}
