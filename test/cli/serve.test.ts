import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, open, rm, stat, writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, it } from "node:test";
import { ServiceError } from "../../src/protocol/index.ts";
import { serveFolder } from "../e2e/server-process.ts";
import { runCommand } from "./run-command.ts";

/** It says what the file is; the tables are in those behind it. */
const FIRST_PAGE_BYTES = 4096;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "partwise-serve-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe("partwise serve", () => {
  it("fails in one line when the port is taken", async () => {
    await using taken = createServer();
    await once(taken.listen(0, "127.0.0.1"), "listening");
    const { port } = taken.address() as AddressInfo;

    const { status, stderr } = await runCommand(["serve", "--port", String(port)], { cwd: folder });

    assert.equal(status, 1);
    assert.equal(
      stderr,
      `partwise: port ${port} on 127.0.0.1 is taken by another program; choose another with --port, or 0 for a free one\n`,
    );
  });

  it("fails in one line when the folder is another server's, which goes on", async () => {
    const first = await serveFolder(join(folder, "data"));

    const { status, stderr } = await runCommand(["serve", "--port", "0", "--data", "data"], { cwd: folder });

    assert.equal(status, 1);
    assert.match(stderr, /^partwise: data folder .*data is in use: [^\n]+\n$/);
    await first.bucket("bucket").createBucket();
    assert.equal(await first.stop(), 0);
  });

  it("ends when its database fails, so that whoever watches over it starts another one", async () => {
    await using server = await serveFolder(join(folder, "data"), ["--workers", "2"]);
    const bucket = server.bucket("bucket");
    await bucket.createBucket();
    const file = join(folder, "data", "metadata.sqlite");
    {
      // What the server has in memory of it is no longer current then, and all of it is in the one file.
      using database = new DatabaseSync(file);
      database.exec("UPDATE counter SET value = value + 1; PRAGMA wal_checkpoint(TRUNCATE)");
    }
    const { size } = await stat(file);
    await using handle = await open(file, "r+");
    await handle.write(
      Buffer.alloc(size - FIRST_PAGE_BYTES, 0xff),
      0,
      size - FIRST_PAGE_BYTES,
      FIRST_PAGE_BYTES,
    );

    await assert.rejects(bucket.putObject("key", "hello"));

    assert.ok(await server.hasEndedWithin(30_000));
    assert.equal(server.child.exitCode, 1);
    assert.match(
      server.stderr(),
      /^partwise: the store is closed, for its database failed: [^\n]*malformed\n$/m,
    );
  });

  it("fails in one line when the folder cannot be written", async () => {
    await writeFile(join(folder, "file"), "");

    const { status, stderr } = await runCommand(["serve", "--port", "0", "--data", "file/data"], {
      cwd: folder,
    });

    assert.equal(status, 1);
    assert.match(stderr, /^partwise: cannot use .*file\/data: [^\n]+\n$/);
  });

  it("says so when a file stands in the folder's place", async () => {
    await writeFile(join(folder, "plain"), "");

    const { stderr } = await runCommand(["serve", "--port", "0", "--data", "plain"], { cwd: folder });

    assert.match(stderr, /^partwise: cannot use \S*plain: it is not a folder\n$/);
  });

  it("fails in one line when a host for callbacks is none", async () => {
    const words = ["serve", "--port", "0", "--callback-host", "app.example:8080", "http://app.example"];

    const { status, stderr } = await runCommand(words, { cwd: folder });

    assert.equal(status, 1);
    assert.equal(
      stderr,
      'partwise: "http://app.example" is no host for callbacks: write HOST or HOST:PORT\n',
    );
  });

  it("finishes the requests under way when it is told to stop, and keeps everything", async () => {
    const server = await serveFolder(join(folder, "data"));
    const bucket = server.bucket("bucket");
    await bucket.createBucket();
    const bytes = new Uint8Array(8 * 1024 * 1024).fill(7);

    const puts = ["a", "b", "c"].map((key) => bucket.putObject(key, bytes));
    await puts[0];
    const status = await server.stop();
    const settled = await Promise.allSettled(puts);

    assert.equal(status, 0, server.stderr());
    const again = await serveFolder(join(folder, "data"));
    for (const [index, key] of ["a", "b", "c"].entries()) {
      if (settled[index]?.status === "fulfilled") {
        assert.equal((await again.bucket("bucket").headObject(key)).sizeBytes, bytes.length);
      }
    }
    await again.stop();
  });

  it("accepts encryption only when it is told that the disk is encrypted", async () => {
    const objectHeaders = { serverSideEncryption: "AES256" };

    const told = await serveFolder(join(folder, "data"), ["--disk-is-encrypted"]);
    await told.bucket("bucket").createBucket();
    await told.bucket("bucket").putObject("k", new Uint8Array(1), { objectHeaders });
    assert.equal((await told.bucket("bucket").headObject("k")).objectHeaders.serverSideEncryption, "AES256");
    await told.stop();

    const untold = await serveFolder(join(folder, "data"));
    await assert.rejects(
      untold.bucket("bucket").putObject("k2", new Uint8Array(1), { objectHeaders }),
      (error) => error instanceof ServiceError && error.code === "NotImplemented",
    );
    await untold.stop();
  });
});
