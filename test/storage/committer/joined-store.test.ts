// A store that several processes share: the laws of the ports hold for those who join it too, and nothing of theirs is
// deleted while they live.
import assert from "node:assert/strict";
import { statfs } from "node:fs/promises";
import { describe, it } from "node:test";
import { joinEmbeddedStore } from "../../../src/storage/embedded/committer/join-embedded-store.ts";
import { openSharedStore, type SharedStore } from "../../../src/storage/embedded/open-embedded-store.ts";
import { GARBAGE_GRACE_MS, openEmbeddedStore, type Store } from "../../../src/storage/index.ts";
import { blobStoreContract, readBlob, writeBlob } from "../../contract/blob-store-contract.ts";
import { completionLaws } from "../../contract/metadata/completion-laws.ts";
import type { OpenMetadataStore } from "../../contract/metadata/contract-store.ts";
import { garbageLaws } from "../../contract/metadata/garbage-laws.ts";
import { objectLaws } from "../../contract/metadata/object-laws.ts";
import {
  allGarbage,
  BUCKET,
  bucketRecord,
  NOW_MS,
  newObject,
  openUpload,
  partRecord,
} from "../../contract/metadata/records.ts";
import { uploadLaws } from "../../contract/metadata/upload-laws.ts";
import { blobFilesIn } from "../blob-files.ts";
import { makeTemporaryFolder } from "../temporary-folder.ts";
import { type LinkedEnds, linkEnds } from "./linked-ends.ts";

const openJoined: OpenMetadataStore = async ({ now }) => {
  const world = await openWorld({ now });
  const { metadata } = world.joined;
  const close = metadata[Symbol.asyncDispose].bind(metadata);
  metadata[Symbol.asyncDispose] = async () => {
    // The world closes it, too.
    metadata[Symbol.asyncDispose] = close;
    await close();
    await world[Symbol.asyncDispose]();
  };
  return metadata;
};

// Of each kind of call some: what is behind them is the same statements that the whole contract is run over elsewhere.
describe("a joined store keeps the laws of MetadataStore:", () => {
  objectLaws(openJoined);
  uploadLaws(openJoined);
  completionLaws(openJoined);
  garbageLaws(openJoined);
});

blobStoreContract("a joined store", async () => {
  const world = await openWorld();
  const [probe = ""] = await world.joined.blobs.delete([await writeBlob(world.joined.blobs, [])]);
  const [leaseId = ""] = probe.split("/");
  return { blobs: world.joined.blobs, leaseId, [Symbol.asyncDispose]: () => world[Symbol.asyncDispose]() };
});

describe("a process that shares a store", () => {
  it("reads what it has written, and what others have, as soon as it is answered", async () => {
    await using world = await openWorld();
    const { joined, owner } = world;
    await joined.metadata.createBucket(bucketRecord());

    for (let index = 0; index < 50; index++) {
      const writer = index % 2 === 0 ? joined : owner;
      const reader = index % 2 === 0 ? owner : joined;
      const key = `key-${index}`;
      const object = await writer.metadata.putObject(newObject({ key, extents: [] }));
      assert.deepEqual(await writer.metadata.getObject({ bucket: BUCKET, key }), object);
      assert.deepEqual(await reader.metadata.getObject({ bucket: BUCKET, key }), object);
    }
    const page = { prefix: "", delimiter: "", startAfter: "", limit: 100 };
    assert.equal((await joined.metadata.listObjects(BUCKET, page)).objects.length, 50);
  });

  it("keeps what it reads from being deleted by the owner, and no longer", async () => {
    await using world = await openWorld();
    const { joined, owner } = world;
    await joined.metadata.createBucket(bucketRecord());
    const blobId = await writeBlob(joined.blobs, [Buffer.from("read")]);
    await joined.metadata.putObject(newObject({ extents: [{ blobId, sizeBytes: 4 }] }));
    const pin = joined.blobs.pin([blobId]);
    await owner.metadata.deleteObjects(BUCKET, [{ key: "cat.jpg" }], world.nowMs);

    world.nowMs += GARBAGE_GRACE_MS;
    assert.equal(await owner.collectGarbage(), 0);
    assert.equal(String(await readBlob(joined.blobs, blobId)), "read");

    pin[Symbol.dispose]();
    world.nowMs += GARBAGE_GRACE_MS;
    assert.equal(await owner.collectGarbage(), 1);
    assert.deepEqual(await blobFilesIn(world.folder), []);
  });

  it("holds nothing back once it is dead", async () => {
    await using world = await openWorld();
    const { joined, owner } = world;
    await joined.metadata.createBucket(bucketRecord());
    const blobId = await writeBlob(joined.blobs, []);
    await joined.metadata.putObject(newObject({ extents: [{ blobId, sizeBytes: 0 }] }));
    joined.blobs.pin([blobId]);
    await owner.metadata.deleteObjects(BUCKET, [{ key: "cat.jpg" }], world.nowMs);

    await world.ends.end();
    world.nowMs += GARBAGE_GRACE_MS;

    assert.equal(await owner.collectGarbage(), 1);
  });

  it("keeps its empty folder and its unpublished blobs while it lives", async () => {
    await using world = await openWorld();
    const { joined, owner } = world;
    await joined.metadata.createBucket(bucketRecord());
    const first = await writeBlob(joined.blobs, []);
    await joined.metadata.putObject(newObject({ extents: [{ blobId: first, sizeBytes: 0 }] }));
    await owner.metadata.deleteObjects(BUCKET, [{ key: "cat.jpg" }], world.nowMs);
    world.nowMs += GARBAGE_GRACE_MS;
    assert.equal(await owner.collectGarbage(), 1);

    const second = await writeBlob(joined.blobs, [Buffer.from("second")]);

    assert.deepEqual(await owner.metadata.listDeadLeases(), []);
    assert.equal(String(await readBlob(joined.blobs, second)), "second");
  });

  it("has its orphans swept when it dies, and only these", async () => {
    await using world = await openWorld();
    const { joined, owner } = world;
    await joined.metadata.createBucket(bucketRecord());
    const part = partRecord(1, { blobId: await writeBlob(joined.blobs, []) });
    await openUpload(joined.metadata, { parts: [part] });
    await writeBlob(joined.blobs, [Buffer.from("committed, but never published")]);
    const begun = await joined.blobs.create({ sizeBytes: 5_000_000 });
    const others = await writeBlob(owner.blobs, [Buffer.from("of another process, not published yet")]);
    assert.equal((await blobFilesIn(world.folder)).length, 4);

    await world.ends.end();
    await untilSwept(world.folder, 2);

    assert.deepEqual([...(await blobFilesIn(world.folder))].sort(), [part.blobId, others].sort());
    assert.deepEqual(await allGarbage(owner.metadata), []);
    await begun.discard();
  });

  it("publishes what it had asked for before it died", async () => {
    await using world = await openWorld();
    const { joined, owner } = world;
    await joined.metadata.createBucket(bucketRecord());
    const blobId = await writeBlob(joined.blobs, [Buffer.from("asked for")]);
    await writeBlob(joined.blobs, [Buffer.from("never asked for: gone when the sweep has passed")]);
    const asked = world.ends.sent("putObject");
    joined.metadata.putObject(newObject({ extents: [{ blobId, sizeBytes: 9 }] })).catch(() => undefined);
    await asked;

    await world.ends.end();
    await untilSwept(world.folder, 1);

    const opened = await owner.metadata.openObject({ bucket: BUCKET, key: "cat.jpg" });
    assert.deepEqual(opened?.extents, [{ blobId, sizeBytes: 9 }]);
    assert.equal(String(await readBlob(owner.blobs, blobId)), "asked for");
  });

  it("is promised no space that another was, until that one has ended", async () => {
    await using world = await openWorld();
    const { bavail, bsize } = await statfs(world.folder);
    const declared = { sizeBytes: Math.ceil(0.6 * bavail * bsize) };

    const begun = await world.joined.blobs.create(declared);
    await assert.rejects(world.owner.blobs.create(declared), { code: "no-space" });
    await world.ends.end();
    await untilSwept(world.folder, 0);

    const afterwards = await world.owner.blobs.create(declared);
    await afterwards.discard();
    await begun.discard();
  });

  it("is refused everything once the owner is gone", async () => {
    await using world = await openWorld();
    const { joined } = world;
    await joined.metadata.createBucket(bucketRecord());
    const waiting = joined.metadata.createBucket(bucketRecord({ name: "other-bucket" }));

    const [outcome] = await Promise.allSettled([waiting, world.ends.end()]);

    assert.equal(outcome.status === "rejected" && outcome.reason.code, "store-closed");
    await assert.rejects(joined.metadata.getBucket(BUCKET), { code: "store-closed" });
  });

  it("keeps the folder from being opened again until it has ended", async () => {
    await using folder = await makeTemporaryFolder();
    const ends = linkEnds();
    const owner = await openSharedStore(folder.path, { now: () => NOW_MS, collectEveryMs: "never" });
    owner.admit(ends.owner);
    const joined = await joinEmbeddedStore(folder.path, ends.member);
    await ends.end();
    await owner[Symbol.asyncDispose]();

    let isJoinedOpen = true;
    const again = openEmbeddedStore(folder.path, { collectEveryMs: "never" }).then((store) => {
      assert.ok(!isJoinedOpen, "the folder was opened while a process of the run before could write to it");
      return store;
    });
    await joined.metadata.getBucket(BUCKET).catch(() => undefined);
    isJoinedOpen = false;
    await joined[Symbol.asyncDispose]();

    await (await again)[Symbol.asyncDispose]();
    assert.deepEqual(await blobFilesIn(folder.path), []);
  });
});

interface World extends AsyncDisposable {
  readonly folder: string;
  readonly owner: SharedStore;
  readonly joined: Store;
  readonly ends: LinkedEnds;
  nowMs: number;
}

/** A store with two processes' ends in one, and a clock for both. */
async function openWorld(options: { readonly now?: () => number } = {}): Promise<World> {
  const folder = await makeTemporaryFolder();
  const ends = linkEnds();
  const clock = { nowMs: NOW_MS };
  const now = options.now ?? (() => clock.nowMs);
  const owner = await openSharedStore(folder.path, { now, collectEveryMs: "never", reportError: failWith });
  owner.admit(ends.owner);
  const world: World = Object.assign(clock, {
    folder: folder.path,
    owner,
    joined: await joinEmbeddedStore(folder.path, ends.member, { now, reportError: failWith }),
    ends,
    async [Symbol.asyncDispose]() {
      await world.joined[Symbol.asyncDispose]();
      await ends.end();
      await owner[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  });
  return world;
}

/** The test's own time limit ends it when it never comes true. */
async function untilSwept(folder: string, blobCount: number): Promise<void> {
  while ((await blobFilesIn(folder)).length > blobCount) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function failWith(error: unknown): never {
  throw error;
}
