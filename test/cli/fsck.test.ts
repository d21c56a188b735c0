import assert from "node:assert/strict";
import { mkdtemp, readdir, rm, truncate } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { serveFolder } from "../e2e/server-process.ts";
import { runCommand } from "./run-command.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "partwise-fsck-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe("partwise fsck and partwise scrub", () => {
  it("find nothing beside a running server, and name the object whose bytes were cut off", async () => {
    const server = await serveFolder(join(folder, "data"));
    const bucket = server.bucket("photos");
    await bucket.createBucket();
    await bucket.putObject("large", Buffer.alloc(1_500_000));
    await bucket.putObject("small", Buffer.from("small"));

    const online = await runCommand(["fsck", "--data", "data", "--checksums", "--json"], { cwd: folder });
    const scrubbed = await runCommand(["scrub", "--data", "data"], { cwd: folder });
    assert.equal(await server.stop(), 0);
    const root = join(folder, "data", "blobs");
    const names = await readdir(root, { recursive: true });
    await truncate(join(root, names.find((name) => name.endsWith("f1")) ?? ""), 1_000_000);
    const damaged = await runCommand(["fsck", "--data", "data"], { cwd: folder });
    const scrubbedDamaged = await runCommand(["scrub", "--data", "data"], { cwd: folder });

    assert.equal(online.status, 0, online.stderr);
    const { event, isOnline, live, stored, faultCount } = JSON.parse(online.stdout);
    assert.deepEqual([event, isOnline, faultCount], ["checked", true, 0]);
    assert.deepEqual(live, { blobCount: 2, bytes: 1_500_005 });
    assert.deepEqual(stored, live);
    assert.deepEqual([scrubbed.status, scrubbed.stdout], [0, "2 blobs, 1.43 MiB verified\n"]);
    assert.equal(damaged.status, 1);
    assert.match(
      damaged.stdout,
      /^size-differs: blob 1\/f1 of object photos\/large, part 1: it has .* bytes/,
    );
    assert.equal(damaged.stderr, "partwise: 1 fault in data\n");
    assert.equal(scrubbedDamaged.status, 1);
    assert.match(scrubbedDamaged.stdout, /^bytes-\w+: blob 1\/f1 [^\n]+\n\d blobs?, [^\n]+ read\n$/);
  });
});
