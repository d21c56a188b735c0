import assert from "node:assert/strict";
import { appendFile, mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { type ServedFolder, serveFolder } from "../e2e/server-process.ts";
import { seededBytes } from "../torture/seeded-random.ts";
import { type CommandResult, runCommand, startCommand } from "./run-command.ts";

let folder: string;
let server: ServedFolder;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "partwise-cp-"));
  server = await serveFolder(join(folder, "data"));
  await server.bucket("bucket").createBucket();
});
after(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

function partwise(...words: string[]): Promise<CommandResult> {
  const [command = "", ...rest] = words;
  return runCommand([command, "--data", "data", ...rest], { cwd: folder });
}

async function write(name: string, sizeBytes: number): Promise<Uint8Array> {
  const bytes = seededBytes(sizeBytes, sizeBytes);
  await writeFile(join(folder, name), bytes);
  return bytes;
}

describe("partwise cp", () => {
  it("copies a file up and down again, for keys that are hard to write", async () => {
    for (const key of ["plain.bin", "a b+c%2F中.txt", "../../up", "x/../y"]) {
      const bytes = await write("source", 300_000);

      const up = await partwise("cp", "source", `oss://bucket/${key}`);
      const down = await partwise("cp", `oss://bucket/${key}`, "target");

      assert.equal(`${up.status} ${up.stderr}`, "0 ");
      assert.equal(`${down.status} ${down.stderr}`, "0 ");
      assert.deepEqual(new Uint8Array(await readFile(join(folder, "target"))), bytes);
    }
  });

  it("takes the file's name for a key that ends in /, and the key's for a folder", async () => {
    await write("named.bin", 10);

    await partwise("cp", "named.bin", "oss://bucket/dir/");
    await partwise("rm", "oss://bucket/none");
    const down = await partwise("cp", "oss://bucket/dir/named.bin", "data");

    assert.equal(down.status, 0, down.stderr);
    assert.ok((await readdir(join(folder, "data"))).includes("named.bin"));
  });

  it("leaves nothing beside the target when a download fails", async () => {
    const { status, stderr } = await partwise("cp", "oss://bucket/not-there", "never");

    assert.equal(status, 1);
    assert.match(stderr, /^partwise: NoSuchKey: .*request [0-9A-F]{24}/);
    assert.ok((await readdir(folder)).every((name) => !name.startsWith("never")));
  });

  it("refuses to overwrite when it is told to", async () => {
    await write("first", 10);
    await partwise("cp", "first", "oss://bucket/kept");

    const { status, stderr } = await partwise("cp", "--forbid-overwrite", "first", "oss://bucket/kept");

    assert.equal(status, 1);
    assert.match(stderr, /FileAlreadyExists/);
  });

  it("fails in one line for what it cannot do", async () => {
    const results = await Promise.all([
      partwise("cp", "missing-file", "oss://bucket/k"),
      partwise("cp", "data", "oss://bucket/k"),
      partwise("cp", "a", "b"),
      partwise("cp", "oss://bucket/a", "oss://bucket/b"),
      partwise("cp", "a", "oss://BAD_BUCKET/k"),
    ]);

    for (const { status, stderr } of results) {
      assert.equal(status, 1);
      assert.match(stderr, /^partwise: [^\n]+\n$/);
    }
  });

  for (const [what, change] of [
    ["grows", (path: string) => appendFile(path, "more")],
    ["shrinks", (path: string) => truncate(path, 1000)],
  ] as const) {
    it(`notices that a file ${what} while it is read, and leaves no upload open`, async () => {
      const path = join(folder, what);
      await writeFile(path, "");
      await truncate(path, 1024 ** 3);

      const { child, finished } = startCommand(
        ["cp", "--data", "data", "--json", what, `oss://bucket/${what}`],
        {
          cwd: folder,
        },
      );
      await firstBytesSent(child.stdout);
      await change(path);
      const { status, stderr } = await finished;

      assert.equal(status, 1);
      assert.match(stderr, new RegExp(`partwise: .*${what}.*1073741824`));
      const bucket = server.bucket("bucket");
      assert.deepEqual((await bucket.listMultipartUploads()).uploads, []);
      await assert.rejects(bucket.headObject(what), { code: "NoSuchKey" });
    });
  }
});

async function firstBytesSent(stdout: NodeJS.ReadableStream | null): Promise<void> {
  let text = "";
  await new Promise<void>((resolve) => {
    stdout?.on("data", (chunk: string) => {
      text += chunk;
      if (/"bytesSent":[1-9]/.test(text)) {
        resolve();
      }
    });
  });
}

describe("the other commands", () => {
  it("make, list, show, sign, delete and remove", async () => {
    await write("object", 1234);
    const made = await partwise("mb", "oss://another-bucket");
    await partwise("cp", "object", "oss://another-bucket/dir/object");
    const listed = await partwise("ls", "-r", "oss://another-bucket");
    const folders = await partwise("ls", "oss://another-bucket");
    const buckets = await partwise("ls");
    const shown = await partwise("stat", "oss://another-bucket/dir/object");
    const signed = await partwise("sign", "oss://another-bucket/dir/object");
    const downloaded = await fetch(signed.stdout.trim());
    const full = await partwise("rb", "oss://another-bucket");
    const deleted = await partwise("rm", "oss://another-bucket/dir/object");
    const removed = await partwise("rb", "oss://another-bucket");

    assert.equal(made.stdout, "made oss://another-bucket\n");
    assert.match(listed.stdout, /1,234 {2}oss:\/\/another-bucket\/dir\/object\n$/);
    assert.match(folders.stdout, / oss:\/\/another-bucket\/dir\/\n$/);
    assert.match(buckets.stdout, / oss:\/\/another-bucket\n/);
    assert.match(shown.stdout, /CRC-64 +\d+\n/);
    assert.equal((await downloaded.bytes()).length, 1234);
    assert.match(full.stderr, /^partwise: BucketNotEmpty/);
    assert.equal(deleted.status, 0);
    assert.equal(removed.stdout, "removed oss://another-bucket\n");
  });

  it("list and abort open uploads", async () => {
    const bucket = server.bucket("bucket");
    const { uploadId } = await bucket.initMultipartUpload("left/open");

    const listed = await partwise("uploads", "oss://bucket/left/");
    const aborted = await partwise("uploads", "--abort", "oss://bucket/left/");

    assert.match(listed.stdout, new RegExp(`${uploadId} {2}oss://bucket/left/open\n1 open\n$`));
    assert.match(aborted.stdout, /\n1 aborted\n$/);
    assert.deepEqual((await bucket.listMultipartUploads()).uploads, []);
  });

  it("take endpoint and keys from the environment, and say what is missing", async () => {
    const { accessKeyId, accessKeySecret } = JSON.parse(
      await readFile(join(folder, "data", "credentials.json"), "utf8"),
    ) as { accessKeyId: string; accessKeySecret: string };
    const environment = {
      OSS_ENDPOINT: server.endpoint,
      OSS_REGION: "cn-hangzhou",
      OSS_ACCESS_KEY_ID: accessKeyId,
      OSS_ACCESS_KEY_SECRET: accessKeySecret,
    };

    const complete = await runCommand(["ls"], { cwd: folder, environment });
    const noKeys = await runCommand(["ls", "--endpoint", server.endpoint], { cwd: folder });
    const wrong = await runCommand(["ls", "--access-key-secret", "wrong"], { cwd: folder, environment });

    assert.equal(complete.status, 0, complete.stderr);
    assert.match(noKeys.stderr, /^partwise: no access key is known; give --access-key-id/);
    assert.match(
      wrong.stderr,
      /^partwise: SignatureDoesNotMatch.*check the access key secret and the region\n$/s,
    );
    assert.ok(!wrong.stderr.includes(accessKeySecret));
  });

  it("take endpoint and keys from ~/.ossutilconfig", async () => {
    const { accessKeyId, accessKeySecret } = JSON.parse(
      await readFile(join(folder, "data", "credentials.json"), "utf8"),
    ) as { accessKeyId: string; accessKeySecret: string };
    const config = `[Credentials]\nlanguage=EN\nendpoint=${server.endpoint}\nregion=cn-hangzhou\naccessKeyID=${accessKeyId}\naccessKeySecret=${accessKeySecret}\n`;
    await writeFile(join(folder, ".ossutilconfig"), config);

    const { status, stderr } = await runCommand(["ls"], { cwd: folder });

    await rm(join(folder, ".ossutilconfig"));
    assert.equal(status, 0, stderr);
  });
});
