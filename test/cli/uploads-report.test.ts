// `partwise uploads report`: what open uploads hold, read beside whoever has the folder.
import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { describe, it } from "node:test";
import { openEmbeddedStore } from "../../src/storage/index.ts";
import { BUCKET, bucketRecord, openUpload, partRecord } from "../contract/metadata/records.ts";
import { makeTemporaryFolder } from "../storage/temporary-folder.ts";
import { runCommand } from "./run-command.ts";

const HOUR_MS = 3_600_000;

describe("partwise uploads report", () => {
  it("adds up what open uploads hold, by bucket, while the folder is in use and afterwards", async () => {
    await using folder = await makeTemporaryFolder();
    const { metadata, ...store } = await openEmbeddedStore(folder.path);
    await metadata.createBucket(bucketRecord());
    await metadata.createBucket(bucketRecord({ name: "albums" }));
    const oldMs = Date.now() - 50 * HOUR_MS;
    const parts = [partRecord(1, { sizeBytes: 1024 }), partRecord(2, { sizeBytes: 512 })];
    await openUpload(metadata, { initiatedAtMs: oldMs, parts });
    await openUpload(metadata, { initiatedAtMs: Date.now() - HOUR_MS, parts: [] });
    await openUpload(metadata, {
      bucket: "albums",
      initiatedAtMs: Date.now(),
      parts: [partRecord(1, { sizeBytes: 3 })],
    });
    const report = (...flags: readonly string[]) =>
      runCommand(["uploads", "report", "--data", ".", ...flags], { cwd: folder.path });

    const all = await report("--json");
    const old = await report("--older-than", "2d");
    await store[Symbol.asyncDispose]();
    const afterwards = await report("--older-than", "2d");

    assert.deepEqual(
      all.stdout
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line))
        .map(({ event, bucket, uploadCount, partCount, heldBytes }) => [
          event,
          bucket,
          uploadCount,
          partCount,
          heldBytes,
        ]),
      [
        ["bucket", "albums", 1, 1, 3],
        ["bucket", BUCKET, 2, 2, 1536],
        ["total", undefined, 3, 3, 1539],
      ],
    );
    assert.equal(
      old.stdout,
      `  1.50 KiB  photos  1 upload, 2 parts, the oldest of ${new Date(oldMs).toISOString()}\n` +
        "1.50 KiB held by 1 open upload, 2 parts\n",
    );
    assert.deepEqual(afterwards, old);
  });

  it("says so when there is no data folder, and makes none", async () => {
    await using folder = await makeTemporaryFolder();

    const { status, stderr } = await runCommand(["uploads", "report"], { cwd: folder.path });

    assert.equal(status, 1);
    assert.match(stderr, /^partwise: \S+partwise-data is no data folder: there is no \S+metadata\.sqlite\n$/);
    assert.deepEqual(await readdir(folder.path), []);
  });
});
