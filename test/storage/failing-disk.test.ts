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
const UPLOAD = uploadRecord({ key: "uploaded" });

/** What an upload asks of the disk, in order, for the first blob of a run. */
const STEPS: readonly { readonly name: string; readonly isStep: (call: DiskCall) => boolean }[] = [
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

describe("a disk that fails", () => {
  for (const { name, isStep } of STEPS) {
    it(`at ${name} costs the part that was sent, and nothing else`, async () => {
      await using folder = await makeTemporaryFolder();
      const acknowledged = await uploadInEarlierRun(folder.path);
      await using store = await openEmbeddedStore(folder.path, QUIET);
      let failure = "ENOSPC";
      {
        using _ = await watchDisk((call) => failIf(isStep(call), failure));

        await assert.rejects(sendPart(store, 2), { code: "no-space" });
        failure = "EIO";
        await assert.rejects(sendPart(store, 2), { code: "EIO" });
      }

      assert.deepEqual(await blobFilesIn(folder.path), [acknowledged]);
      assert.equal(String(await readBlob(store.blobs, acknowledged)), "part 1");
      const sentAgain = await sendPart(store, 2);
      assert.deepEqual(await blobFilesIn(folder.path), [acknowledged, sentAgain].sort());
      const { parts } = await store.metadata.listParts(UPLOAD, { afterPartNumber: 0, limit: 10 });
      assert.deepEqual(
        parts.map(({ blobId }) => blobId),
        [acknowledged, sentAgain],
      );
    });
  }

  it("at a file that should be swept keeps it for the sweep of the next start", async () => {
    await using folder = await makeTemporaryFolder();
    const acknowledged = await uploadInEarlierRun(folder.path);
    const before = await openEmbeddedStore(folder.path, QUIET);
    const orphan = await writeBlob(before.blobs, [Buffer.from("never published")]);
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
    const blobId = await writeBlob(store.blobs, []);
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
    const calls: string[] = [];
    {
      using _ = await watchDisk(({ operation, path }) => {
        calls.push(`${operation} ${path.slice(folder.path.length)}`);
      });
      await writeBlob(store.blobs, [Buffer.from("x")]);
    }

    assert.deepEqual(
      calls.filter((call) => !/^(close|open .*blobs.1(.0)?$)/.test(call)),
      [
        "mkdir /blobs/1/0",
        "sync /blobs/1",
        "open /blobs/1/0/1",
        "write /blobs/1/0/1",
        "datasync /blobs/1/0/1",
        "sync /blobs/1/0",
      ],
    );
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
    const acknowledged = await uploadInEarlierRun(folder.path);
    await using store = await openEmbeddedStore(folder.path, QUIET);
    const calls: string[] = [];
    {
      using _ = await watchDisk(({ operation, path }) => {
        calls.push(`${operation} ${path.slice(folder.path.length)}`);
      });
      await store.blobs.delete([acknowledged]);
    }

    assert.deepEqual(
      calls.filter((call) => !/^(close|open)/.test(call)),
      ["unlink /blobs/1/0/1", "rmdir /blobs/1/0", "rmdir /blobs/1", "sync /blobs"],
    );
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
  return /blobs.[0-9]+.[0-9]+.[0-9]+$/.test(path);
}

function failIf(isFailing: boolean, code: string): void {
  if (isFailing) {
    throw systemError(code);
  }
}

/** Part 1 of an open upload, acknowledged by a run that ended. @returns its blob */
async function uploadInEarlierRun(path: string): Promise<string> {
  await using store = await openEmbeddedStore(path, QUIET);
  await store.metadata.createBucket(bucketRecord({ name: BUCKET }));
  await store.metadata.createUpload(UPLOAD, { forbidOverwrite: false });
  return await sendPart(store, 1);
}

/** As the server receives a part. @returns its blob */
async function sendPart(store: Store, partNumber: number): Promise<string> {
  const writer = await store.blobs.create();
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
