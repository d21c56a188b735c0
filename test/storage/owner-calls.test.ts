// Reads of a few rows beside the writer: what they see, and when they are refused.
import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, it } from "node:test";
import { SnapshotReads } from "../../src/storage/embedded/committer/snapshot-reads.ts";
import { MetadataChannel } from "../../src/storage/embedded/metadata-channel.ts";
import { openMetadataThread } from "../../src/storage/embedded/metadata-thread.ts";
import { OwnerCalls } from "../../src/storage/embedded/owner-calls.ts";
import { SqliteMetadataStore } from "../../src/storage/embedded/sqlite-metadata-store.ts";
import { BUCKET, bucketRecord, NOW_MS, uploadRecord } from "../contract/metadata/records.ts";
import { makeTemporaryFolder } from "./temporary-folder.ts";

const GET_BUCKET = { operation: "getBucket", input: [BUCKET], nowMs: NOW_MS } as const;

describe("OwnerCalls", () => {
  it("reads what was answered before, and is not held up by a writer that has its hands full", async () => {
    await using folder = await makeTemporaryFolder();
    const file = join(folder.path, "metadata.sqlite");
    await makeBucket(file);
    // It never answers, as one that waits for the disk.
    const busy = new OwnerCalls(await openBusyWriter(), new SnapshotReads(file));

    const read = await busy.call(GET_BUCKET);
    await busy.close();

    assert.deepEqual(read, bucketRecord());
  });

  it("sees every change that was answered, at once", async () => {
    await using folder = await makeTemporaryFolder();
    await using metadata = await openStore(join(folder.path, "metadata.sqlite"));
    await metadata.createBucket(bucketRecord());

    for (let round = 0; round < 20; round += 1) {
      const upload = uploadRecord();
      await metadata.createUpload(upload, { forbidOverwrite: false });
      assert.deepEqual(await metadata.getUpload(upload), upload);
      await metadata.abortUpload(upload);
      assert.equal(await metadata.getUpload(upload), undefined);
    }
  });

  it("refuses reads too once the writer is dead or closed", async () => {
    await using folder = await makeTemporaryFolder();
    const file = join(folder.path, "metadata.sqlite");
    await makeBucket(file);
    const dying = new OwnerCalls(await openDyingWriter(), new SnapshotReads(file));
    await assert.rejects(dying.call({ operation: "listDeadLeases", input: [], nowMs: NOW_MS }), {
      code: "store-closed",
    });

    await assert.rejects(dying.call(GET_BUCKET), { code: "store-closed" });
    await dying.close();
    const closed = await openStore(file);
    await closed[Symbol.asyncDispose]();
    await assert.rejects(closed.getBucket(BUCKET), { code: "store-closed" });
  });
});

async function openStore(file: string): Promise<SqliteMetadataStore> {
  const writer = await openMetadataThread({ file, role: "writer" });
  return new SqliteMetadataStore(new OwnerCalls(writer, new SnapshotReads(file)), () => NOW_MS);
}

async function makeBucket(file: string): Promise<void> {
  await using metadata = await openStore(file);
  await metadata.createBucket(bucketRecord());
}

function openBusyWriter(): Promise<MetadataChannel> {
  return MetadataChannel.open(
    writerThat('port.on("message", (message) => { if (message === "close") { port.close(); } });'),
    { file: "", role: "writer" },
  );
}

function openDyingWriter(): Promise<MetadataChannel> {
  return MetadataChannel.open(
    writerThat('port.once("message", () => { throw new Error("disk on fire"); });'),
    { file: "", role: "writer" },
  );
}

function writerThat(source: string): URL {
  const module = `import { parentPort as port } from "node:worker_threads"; port.postMessage("opened"); ${source}`;
  return new URL(`data:text/javascript,${encodeURIComponent(module)}`);
}
