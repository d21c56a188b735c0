// A disk that is really full: uploads are refused with an error that says so, everything that frees space works, and
// nothing that was acknowledged is lost. Over HTTP, on file systems of a few MiB.
import assert from "node:assert/strict";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { Bucket } from "../../src/client/node/index.ts";
import { fixedCredentials, startServer } from "../../src/server/index.ts";
import { GARBAGE_GRACE_MS, openEmbeddedStore } from "../../src/storage/index.ts";
import { seededBytes } from "../torture/seeded-random.ts";
import { mountSmallDisk, type SmallDisk, type SmallDiskKind } from "./small-disk.ts";

const MIB = 1024 * 1024;
const DISK_BYTES = 48 * MIB;
const RESERVE_BYTES = 8 * MIB;
const KEY = { accessKeyId: "test-id", accessKeySecret: "test-secret" };
const DISK_FULL = { status: 507, message: /disk is full/ };

for (const kind of ["tmpfs", "ext4"] satisfies readonly SmallDiskKind[]) {
  describe(`a disk that is full (${kind})`, () => {
    it("refuses a body that cannot fit before it is sent, and takes one that can", async (test) => {
      await using disk = await smallDisk(kind, test);
      if (disk === undefined) {
        return;
      }
      await using served = await serve(disk);
      const { bucket } = served;

      await assert.rejects(bucket.putObject("large", new Uint8Array(DISK_BYTES)), DISK_FULL);
      await bucket.putObject("small", seededBytes(1, MIB));

      assert.deepEqual(await stored(bucket, "small"), seededBytes(1, MIB));
    });

    it("counts bodies that are under way, and those of unknown length as they come", async (test) => {
      await using disk = await smallDisk(kind, test);
      if (disk === undefined) {
        return;
      }
      await using served = await serve(disk);
      const { blobs } = served.store;

      const first = await blobs.create({ sizeBytes: 24 * MIB });
      await assert.rejects(blobs.create({ sizeBytes: 24 * MIB }), { code: "no-space" });
      const chunked = await blobs.create({});
      await assert.rejects(writeMany(chunked, 24), { code: "no-space" });
      await chunked.discard();
      await writeMany(first, 24);
      await first.commit();
    });

    it("deletes, aborts, completes, reads and collects when another program took all, and then goes on", async (test) => {
      await using disk = await smallDisk(kind, test);
      if (disk === undefined) {
        return;
      }
      await using served = await serve(disk);
      const { bucket, store, clock } = served;
      const kept = seededBytes(2, 3 * MIB);
      await bucket.putObject("kept", kept);
      for (let index = 0; index < 10; index += 1) {
        await bucket.putObject(`deleted ${index}`, seededBytes(3, MIB));
      }
      const { uploadId: completedId } = await bucket.initMultipartUpload("completed");
      const { etag } = await bucket.uploadPart("completed", completedId, 1, seededBytes(4, MIB));
      const { uploadId: abortedId } = await bucket.initMultipartUpload("aborted");
      await bucket.uploadPart("aborted", abortedId, 1, seededBytes(5, MIB));
      await store.collectGarbage();
      assert.equal(await reserveBytes(disk), RESERVE_BYTES);
      await disk.fillUp();

      await assert.rejects(bucket.putObject("refused", new Uint8Array(100)), DISK_FULL);
      assert.deepEqual(await stored(bucket, "kept"), kept);
      await bucket.completeMultipartUpload("completed", completedId, [{ partNumber: 1, etag }]);
      await bucket.abortMultipartUpload("aborted", abortedId);
      for (let index = 0; index < 10; index += 1) {
        await bucket.deleteObject(`deleted ${index}`);
      }
      // So many that the log of the database has to grow.
      for (let round = 0; round < 400; round += 1) {
        await bucket.deleteObject(`never there ${round}`);
      }
      clock.nowMs += GARBAGE_GRACE_MS;
      assert.equal(await store.collectGarbage(), 11);

      await disk.freeUp();
      await store.collectGarbage();
      assert.equal(await reserveBytes(disk), RESERVE_BYTES);
      await bucket.putObject("afterwards", kept);
      assert.deepEqual(await stored(bucket, "afterwards"), kept);
      assert.deepEqual(await stored(bucket, "kept"), kept);
      assert.deepEqual(await stored(bucket, "completed"), seededBytes(4, MIB));
    });

    it("opens a folder on it, without losing anything", async (test) => {
      await using disk = await smallDisk(kind, test);
      if (disk === undefined) {
        return;
      }
      const kept = seededBytes(6, MIB);
      {
        await using served = await serve(disk);
        await served.bucket.putObject("kept", kept);
        await served.store.collectGarbage();
      }
      await disk.fillUp();

      await using served = await serve(disk);

      assert.deepEqual(await stored(served.bucket, "kept"), kept);
      await assert.rejects(served.bucket.initMultipartUpload("refused"), DISK_FULL);
      await served.bucket.deleteObject("kept");
    });
  });
}

async function smallDisk(kind: SmallDiskKind, test: TestContext): Promise<SmallDisk | undefined> {
  const disk = await mountSmallDisk(kind, DISK_BYTES);
  if (typeof disk === "string") {
    test.skip(disk);
    return undefined;
  }
  return disk;
}

async function serve(disk: SmallDisk) {
  const clock = { nowMs: Date.now() };
  const options = { now: () => clock.nowMs, collectEveryMs: "never", reserveBytes: RESERVE_BYTES } as const;
  const store = await openEmbeddedStore(join(disk.path, "data"), options);
  const server = await startServer({
    store,
    credentials: fixedCredentials([KEY]),
    lifecycleIntervalMs: "never",
    reportFailure: () => undefined,
  });
  const bucket = new Bucket(KEY, server.endpoint, "test-bucket", { region: server.region, attempts: 1 });
  // A bucket that is there is no failure; on a full disk it cannot be made.
  await bucket.createBucket().catch(() => undefined);
  return {
    ...{ store, bucket, clock },
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await store[Symbol.asyncDispose]();
    },
  };
}

async function stored(bucket: Bucket, key: string): Promise<Uint8Array> {
  return new Uint8Array(await (await bucket.getObject(key)).bytes());
}

async function writeMany(writer: { write(bytes: Uint8Array): Promise<void> }, mebibytes: number) {
  for (let written = 0; written < mebibytes; written += 1) {
    await writer.write(new Uint8Array(MIB));
  }
}

async function reserveBytes(disk: SmallDisk): Promise<number> {
  return (await stat(join(disk.path, "data", "reserve"))).size;
}
