// Folders that the server must not touch: one clear line each, and every file as it was.
import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, it } from "node:test";
import { serveDataFolder } from "../../src/cli/serve.ts";
import {
  backUpFolder,
  checkDataFolder,
  openEmbeddedStore,
  scrubDataFolder,
} from "../../src/storage/index.ts";
import { writeBlob } from "../contract/blob-store-contract.ts";
import { bucketRecord, newObject } from "../contract/metadata/records.ts";
import { mountSmallDisk } from "../storage/small-disk.ts";
import { runCommand } from "./run-command.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "partwise-refusals-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe("partwise serve refuses in one line, and touches nothing:", () => {
  it("a base host that is a URL", async () => {
    const words = ["serve", "--data", "data", "--port", "0", "--base-host", "http://oss.example.com"];
    const { status, stderr } = await runCommand(words, { cwd: folder });

    assert.equal(
      `${status} ${stderr}`,
      "2 partwise: --base-host http://oss.example.com is not a host name; write the name alone, such as oss.example.com\n",
    );
    assert.deepEqual(await readdir(folder), []);
  });

  it("a folder of a newer format", async () => {
    const data = await usedFolder();
    alter(data, "PRAGMA user_version = 99");

    await assertRefused(
      data,
      /metadata\.sqlite has format 99, and this version of Partwise reads formats 1 to \d$/,
    );
  });

  it("a database of another program", async () => {
    const data = await emptyFolder();
    alter(data, "PRAGMA application_id = 7; CREATE TABLE songs (title)");

    await assertRefused(data, /metadata\.sqlite is a database of another program; choose another folder$/);
  });

  it("a file that is no database", async () => {
    const data = await emptyFolder();
    await writeFile(join(data, "metadata.sqlite"), "a diary, not a database\n".repeat(50));

    await assertRefused(data, /metadata\.sqlite is not a database of Partwise; choose another folder$/);
  });

  it("a database of which the end is missing", async () => {
    const data = await usedFolder();
    await truncate(join(data, "metadata.sqlite"), 3_000);

    await assertRefused(data, /metadata\.sqlite is damaged: [^\n]+; restore it from a backup$/);
  });

  it("a database whose tables are others, with what SQLite says of it", async () => {
    const data = await usedFolder();
    alter(data, "ALTER TABLE gc DROP COLUMN size");

    const words = ["serve", "--data", data, "--port", "0", "--workers", "1"];
    const { status, stderr } = await runCommand(words, { cwd: folder });

    assert.equal(status, 1);
    assert.match(stderr, /^partwise: the store is closed, for its database failed: [^\n]*\bgc\b[^\n]*\n$/);
  });

  it("half a folder: blobs without their database", async () => {
    const data = await usedFolder();
    await rm(join(data, "metadata.sqlite"));

    await assertRefused(
      data,
      /metadata\.sqlite is missing: restore it from a backup or choose another folder$/,
    );
  });

  it("a folder on a disk that is mounted read-only", async (test) => {
    await using disk = await mountSmallDisk("tmpfs", 8 * 1024 * 1024).then((mounted) => {
      if (typeof mounted === "string") {
        test.skip(mounted);
        return undefined;
      }
      return mounted;
    });
    if (disk === undefined) {
      return;
    }
    const data = await usedFolder(disk.path);
    await disk.forbidWriting();

    await assertRefused(data, /cannot use \S+data: [^\n]*(read-?only|readonly)[^\n]*$/i);
  });
});

describe("a database of another program", () => {
  it("is neither checked nor backed up, and nothing is made in its folder or for it", async () => {
    const data = await emptyFolder();
    alter(data, "CREATE TABLE songs (title)");
    const backup = join(folder, "backup");
    const refusal = { code: "format-unknown", message: /is a database of another program/ };

    await assert.rejects(checkDataFolder(data, { checksums: false }), refusal);
    await assert.rejects(scrubDataFolder(data, { bytesPerSecond: 1e9 }), refusal);
    await assert.rejects(backUpFolder(data, backup), refusal);

    assert.deepEqual(await readdir(folder), ["data"]);
    assert.deepEqual([...(await contentsOf(data)).keys()], ["metadata.sqlite"]);
  });
});

describe("partwise serve that cannot come up", () => {
  it("makes no folder for a certificate that cannot be used", async () => {
    await writeFile(join(folder, "cert.pem"), "no certificate");
    await writeFile(join(folder, "key.pem"), "no key");
    const words = ["serve", "--data", "data", "--tls-cert", "cert.pem", "--tls-key", "key.pem"];

    const { status, stderr } = await runCommand(words, { cwd: folder });

    assert.equal(status, 1);
    assert.match(stderr, /^partwise: the certificate cert\.pem and the key key\.pem cannot be used[^\n]+\n$/);
    assert.ok(!(await readdir(folder)).includes("data"));
  });

  it("makes no key that nobody would see: the first start that works shows the account's", async () => {
    await using taken = createServer();
    await once(taken.listen(0, "127.0.0.1"), "listening");
    const { port } = taken.address() as AddressInfo;
    const data = join(folder, "data");
    const options = { data, host: "127.0.0.1", region: "cn-hangzhou", baseHosts: [], showsRootKey: true };

    await assert.rejects(serveDataFolder({ ...options, port }), { code: "EADDRINUSE" });
    await assert.rejects(serveDataFolder({ ...options, port: 0, monitor: `127.0.0.1:${port}` }), {
      code: "EADDRINUSE",
    });
    await using server = await serveDataFolder({ ...options, port: 0 });

    assert.ok(server.rootKey);
  });

  it("says so in one line and leaves no keys, with several processes too", async () => {
    const words = ["serve", "--port", "0", "--workers", "2", "--data", "data", "--access-log", "none/log"];

    const { status, stderr } = await runCommand(words, { cwd: folder });

    assert.equal(status, 1);
    assert.match(stderr, /^partwise: the access log none\/log cannot be written: [^\n]+\n$/);
    assert.ok(!(await readdir(join(folder, "data"))).includes("users.json"));
  });
});

async function assertRefused(data: string, line: RegExp): Promise<void> {
  const before = await contentsOf(data);

  const { status, stderr } = await runCommand(["serve", "--port", "0", "--data", data], { cwd: folder });

  assert.equal(status, 1);
  assert.match(stderr, /^partwise: [^\n]+\n$/);
  assert.match(stderr.trimEnd(), line);
  assert.deepEqual(await contentsOf(data), before);
}

async function emptyFolder(): Promise<string> {
  const data = join(folder, "data");
  await mkdir(data);
  return data;
}

/** A folder that was served before, with a bucket and an object. */
async function usedFolder(parent = folder): Promise<string> {
  const data = join(parent, "data");
  await using store = await openEmbeddedStore(data);
  await store.metadata.createBucket(bucketRecord());
  const blobId = await writeBlob(store.blobs, [Buffer.from("0123456789")]);
  await store.metadata.putObject(newObject({ extents: [{ blobId, sizeBytes: 10 }] }));
  return data;
}

function alter(data: string, sql: string): void {
  using database = new DatabaseSync(join(data, "metadata.sqlite"));
  database.exec(sql);
}

/** By file: what is in it. The lock is empty, and anybody may make it. */
async function contentsOf(data: string): Promise<ReadonlyMap<string, string>> {
  const entries = await readdir(data, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && entry.name !== "lock.sqlite");
  const paths = files.map(({ parentPath, name }) => join(parentPath, name)).sort();
  const contents = await Promise.all(paths.map((path) => readFile(path, "latin1")));
  return new Map(paths.map((path, index) => [relative(data, path), contents[index] ?? ""]));
}
