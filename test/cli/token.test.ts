import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { serveFolder } from "../e2e/server-process.ts";
import { runCommand } from "./run-command.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "partwise-token-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe("partwise token", () => {
  it("prints what a shell needs to use the server for a while", async () => {
    const server = await serveFolder(join(folder, "data"));
    await server.bucket("bucket").createBucket();

    const { stdout } = await runCommand(["token", "--data", "data"], { cwd: folder });
    const environment = Object.fromEntries(
      [...stdout.matchAll(/^export (\w+)=(\S+)$/gm)].map(([, name, value]) => [name, value]),
    );
    const listing = await runCommand(["ls", "oss://bucket"], { cwd: folder, environment });
    await server.stop();

    assert.match(environment.OSS_ACCESS_KEY_ID ?? "", /^STS\.[0-9a-f]{24}$/);
    assert.equal(listing.status, 0, listing.stderr);
  });

  it("prints JSON that says when the key ends", async () => {
    const server = await serveFolder(join(folder, "data"));
    const before = Date.now();

    const words = ["token", "--data", "data", "--expires", "60", "--json"];
    const { stdout } = await runCommand(words, { cwd: folder });
    await server.stop();
    const key = JSON.parse(stdout);

    assert.deepEqual(Object.keys(key), [
      "endpoint",
      "region",
      "accessKeyId",
      "accessKeySecret",
      "securityToken",
      "expiration",
    ]);
    assert.ok(Date.parse(key.expiration) > before + 58_000);
    assert.ok(Date.parse(key.expiration) <= Date.now() + 60_000);
  });

  it("refuses more than twelve hours, and a folder without a server", async () => {
    const tooLong = await runCommand(["token", "--expires", "43201"], { cwd: folder });
    const nowhere = await runCommand(["token", "--data", "data"], { cwd: folder });

    assert.equal(tooLong.status, 2);
    assert.equal(nowhere.status, 1);
    assert.match(nowhere.stderr, /^partwise: data is no data folder of a server; start one with: [^\n]+\n$/);
  });
});
