import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, existsSync, openSync } from "node:fs";
import {
  appendFile,
  lstat,
  mkdtemp,
  readdir,
  readFile,
  rm,
  symlink,
  truncate,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { after, before, describe, it } from "node:test";
import { mainPath, type ServedFolder, serveFolder } from "../e2e/server-process.ts";
import { seededBytes } from "../torture/seeded-random.ts";
import {
  type CommandResult,
  cleanEnvironment,
  makePipe,
  type RunningCommand,
  runCommand,
  startCommand,
  untilSaid,
} from "./run-command.ts";

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
  const subcommand = command === "uploads" ? rest.splice(0, 1) : [];
  return runCommand([command, ...subcommand, "--data", "data", ...rest], { cwd: folder });
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
      const down = await partwise("cp", "-f", `oss://bucket/${key}`, "target");

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

  it("overwrites nothing unless it is told to", async () => {
    await write("first", 10);
    await partwise("cp", "first", "oss://bucket/kept");

    const forbidden = await partwise("cp", "--forbid-overwrite", "first", "oss://bucket/kept");
    const unasked = await partwise("cp", "first", "oss://bucket/kept");
    const update = await partwise("cp", "-u", "first", "oss://bucket/kept");
    const forced = await partwise("cp", "-f", "first", "oss://bucket/kept");

    assert.equal(forbidden.status, 1);
    assert.match(forbidden.stderr, /oss:\/\/bucket\/kept is there already\n$/);
    assert.equal(unasked.status, 1);
    assert.match(
      unasked.stderr,
      /oss:\/\/bucket\/kept is there already; -f overwrites, -u only what is older\n$/,
    );
    assert.equal(`${update.status} ${update.stdout}`, "0 skipped first: it is as new there\n");
    assert.equal(`${forced.status} ${forced.stderr}`, "0 ");
  });

  it("ends with the status of wrong usage for a line that makes no sense", async () => {
    const results = await Promise.all([
      partwise("cp"),
      partwise("cp", "a"),
      partwise("cp", "a", "b"),
      partwise("cp", "a", "oss://BAD_BUCKET/k"),
      partwise("cat", "a"),
      partwise("rm", "oss://bucket"),
    ]);
    const both = await partwise("ls", "--endpoint", "http://127.0.0.1:1");

    assert.match(
      `${both.status} ${both.stderr}`,
      /^2 [^\n]+--data <folder>' cannot be used with [^\n]+--endpoint/,
    );
    for (const { status, stderr } of results) {
      assert.match(`${status} ${stderr}`, /^2 partwise: [^\n]+\n$/);
    }
    assert.match(results[4]?.stderr ?? "", /"a" does not name a bucket/);
  });

  it("fails in one line for what it cannot do", async () => {
    const results = await Promise.all([
      partwise("cp", "missing-file", "oss://bucket/k"),
      partwise("cp", "data", "oss://bucket/k"),
      partwise("cp", "oss://bucket/a", "oss://bucket/b"),
    ]);

    for (const { status, stderr } of results) {
      assert.equal(status, 1);
      assert.match(stderr, /^partwise: [^\n]+\n$/);
    }
  });

  it("writes to no pipe and no device, and leaves it there", async () => {
    await write("source", 10);
    await partwise("cp", "-f", "source", "oss://bucket/small");
    await makePipe(join(folder, "pipe"));

    const { status, stderr } = await partwise("cp", "-f", "oss://bucket/small", "pipe");

    assert.equal(
      `${status} ${stderr}`,
      "1 partwise: cannot write pipe: it is no regular file; name a file or a folder\n",
    );
    assert.ok((await lstat(join(folder, "pipe"))).isFIFO());
  });

  it("follows a link to the file that it names", async () => {
    const bytes = await write("source", 10);
    await partwise("cp", "-f", "source", "oss://bucket/small");
    await writeFile(join(folder, "linked"), "before");
    await symlink("linked", join(folder, "link"));

    await partwise("cp", "-f", "oss://bucket/small", "link");

    assert.ok((await lstat(join(folder, "link"))).isSymbolicLink());
    assert.deepEqual(new Uint8Array(await readFile(join(folder, "linked"))), bytes);
  });

  it("downloads to the longest name that a file may have", async () => {
    const name = "n".repeat(255);
    await write("source", 10);
    await partwise("cp", "-f", "source", "oss://bucket/small");

    const { status, stderr } = await partwise("cp", "oss://bucket/small", name);

    assert.equal(`${status} ${stderr}`, "0 ");
  });

  it("names the folder that is missing, or the file that stands in its place", async () => {
    const bucket = server.bucket("bucket");
    await bucket.putObject("small", new Uint8Array(10));
    await bucket.putObject("x/..", new Uint8Array(10));
    await writeFile(join(folder, "plain-file"), "");

    const results = await Promise.all([
      partwise("cp", "oss://bucket/small", "missing/target"),
      partwise("cp", "oss://bucket/small", "plain-file/target"),
      partwise("cp", "oss://bucket/x/..", "."),
    ]);

    assert.deepEqual(
      results.map(({ status, stderr }) => `${status} ${stderr}`),
      [
        "1 partwise: cannot write missing/target: there is no folder missing; make it first\n",
        "1 partwise: cannot write plain-file/target: there is no folder plain-file; make it first\n",
        "1 partwise: the key \"x/..\" does not end in a file's name; write the file's name yourself\n",
      ],
    );
  });

  it("survives a restart of the server half-way", async () => {
    await sparse("large", LARGE);
    const data = join(folder, "restarted");
    const first = await serveFolder(data);
    await first.bucket("bucket").createBucket();
    const port = new URL(first.endpoint).port;

    const { child, finished } = startSlowly("--data", "restarted", "large", "oss://bucket/large");
    await firstPartsDone(child);
    await first.kill();
    const second = startCommand(["serve", "--data", "restarted", "--port", port, "--workers", "1"], {
      cwd: folder,
    });
    const { status, stderr } = await finished;
    second.child.kill("SIGTERM");
    await second.finished;

    assert.equal(`${status} ${stderr}`, "0 ");
  });

  it("says in one line that the server is gone, and how to go on later", async () => {
    await sparse("large", LARGE);
    const gone = await serveFolder(join(folder, "gone"));
    await gone.bucket("bucket").createBucket();

    const { child, finished } = startSlowly(
      "--retry-for",
      "0",
      "--data",
      "gone",
      "large",
      "oss://bucket/large",
    );
    await firstPartsDone(child);
    await gone.kill();
    const { status, stderr } = await finished;

    assert.equal(status, 1);
    assert.match(
      stderr,
      /^partwise: 127\.0\.0\.1:\d+ refused the connection; check [^\n]+; what has arrived whole is kept; go on with: npx partwise cp --json [^\n]+ --data gone large oss:\/\/bucket\/large\n$/,
    );
  });

  it("reports that its output cannot be written", {
    skip: existsSync("/dev/full") ? false : "there is no /dev/full here",
  }, async () => {
    const full = openSync("/dev/full", "w");
    const { child, finished } = startCommand(["ls", "--data", "data"], { cwd: folder, stdout: full });
    const { stderr } = await finished;
    closeSync(full);

    assert.equal(child.exitCode, 1);
    assert.match(stderr, /^partwise: cannot write the output: ENOSPC[^\n]*\n$/);
  });

  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    it(`keeps what it has sent when it is stopped by ${signal}, and goes on with it`, async () => {
      await sparse("large", LARGE);
      const target = `oss://bucket/stopped-${signal}`;

      const { child, finished } = startSlowly("--data", "data", "--meta", "a=b", "large", target);
      await firstPartsDone(child);
      child.kill(signal);
      const { status, stderr } = await finished;
      const listed = await partwise("resume", "--list", target);
      const again = await partwise("resume", target);

      assert.equal(status, 130);
      assert.match(
        stderr,
        /^partwise: what has arrived whole is kept; go on with: npx partwise cp [^\n]+\nstopped\n$/,
      );
      assert.match(listed.stdout, new RegExp(`large to ${target}: [^\n]+ of 48 MiB\n1 upload\n$`));
      assert.equal(again.status, 0, again.stderr);
      assert.match(again.stdout, /going on; [1-9]\d* parts? \([^)]+\) of an earlier run are there already\n/);
      const bucket = server.bucket("bucket");
      assert.deepEqual((await bucket.listMultipartUploads()).uploads, []);
      const { objectHeaders } = await bucket.headObject(`stopped-${signal}`);
      assert.deepEqual(objectHeaders.userMetadata, { a: "b" });
    });
  }

  it("keeps what it has sent with --no-resume, too, and says what goes on with it", async () => {
    await sparse("large", LARGE);

    const { child, finished } = startSlowly("--data", "data", "--no-resume", "large", "oss://bucket/unnoted");
    await firstPartsDone(child);
    child.kill("SIGINT");
    const { stderr } = await finished;
    const again = await partwise("cp", "large", "oss://bucket/unnoted");

    assert.match(
      stderr,
      /^partwise: what has arrived whole is kept; go on with: npx partwise cp --json [^\n]+ --data data large oss:\/\/bucket\/unnoted\nstopped\n$/,
    );
    assert.match(again.stdout, /going on; [1-9]\d* parts? \([^)]+\) of an earlier run are there already\n/);
  });

  it("keeps what it has sent of a stream, and says how to remove it", async () => {
    const words = ["cp", "--json", "--data", "data", "--part-size", "1MiB", "-", "oss://bucket/a stream"];
    const child = spawn(process.execPath, [mainPath, ...words], {
      cwd: folder,
      env: cleanEnvironment(folder),
      stdio: ["pipe", "pipe", "pipe"],
    });
    const told = text(child.stderr);
    // It ends before it has read all.
    child.stdin.on("error", () => undefined);
    child.stdin.write(seededBytes(1, 3 * 1024 ** 2));
    await firstPartsDone(child);
    child.kill("SIGINT");
    const stderr = await told;
    const [, uploadId = ""] = / kept as upload (\w+),/.exec(stderr) ?? [];
    const aborted = await partwise("uploads", "abort", "oss://bucket/a stream", "--upload-id", uploadId);

    assert.match(
      stderr,
      /but a stream cannot be gone on with; remove it with: npx partwise uploads abort --data data 'oss:\/\/bucket\/a stream' --upload-id \w+\nstopped\n$/,
    );
    assert.match(aborted.stdout, /^aborted .*\n1 upload aborted, [123] MiB\n$/);
  });

  for (const [what, change] of [
    ["grows", (path: string) => appendFile(path, "more")],
    ["shrinks", (path: string) => truncate(path, 1000)],
  ] as const) {
    it(`notices that a file ${what} while it is read, and makes no object of it`, async () => {
      await sparse(what, LARGE);

      const { child, finished } = startSlowly("--data", "data", what, `oss://bucket/${what}`);
      await firstPartsDone(child);
      await change(join(folder, what));
      const { status, stderr } = await finished;

      assert.equal(status, 1);
      assert.match(stderr, new RegExp(`partwise: .*${what}.*${LARGE}`));
      await assert.rejects(server.bucket("bucket").headObject(what), { code: "NoSuchKey" });
    });
  }
});

const LARGE: number = 48 * 1024 ** 2;

async function sparse(name: string, sizeBytes: number): Promise<void> {
  await writeFile(join(folder, name), "");
  await truncate(join(folder, name), sizeBytes);
}

/** As slow as a far network, so that there is time for something to happen. */
function startSlowly(...words: string[]): RunningCommand {
  const options = ["--json", "--parallel", "4", "--part-size", "1MiB", "--bandwidth-limit", "8MiB"];
  return startCommand(["cp", ...options, ...words], { cwd: folder });
}

function firstPartsDone(child: ChildProcess): Promise<void> {
  return untilSaid(child, '"event":"upload-part-done"');
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
    const told = await partwise("stat", "--json", "oss://another-bucket/dir/object");
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
    assert.equal(JSON.parse(told.stdout).sizeBytes, 1234);
    assert.equal((await downloaded.bytes()).length, 1234);
    assert.match(full.stderr, /^partwise: BucketNotEmpty/);
    assert.equal(deleted.status, 0);
    assert.equal(removed.stdout, "removed oss://another-bucket\n");
  });

  it("list and abort open uploads", async () => {
    const bucket = server.bucket("bucket");
    const { uploadId } = await bucket.initMultipartUpload("left/open");

    await bucket.uploadPart("left/open", uploadId, 3, new Uint8Array(2048));

    const listed = await runCommand(["uploads", "ls", "--data", "data", "oss://bucket/left/"], {
      cwd: folder,
    });
    const young = await runCommand(
      ["uploads", "abort", "--data", "data", "--older-than", "7d", "oss://bucket/left/"],
      { cwd: folder },
    );
    const aborted = await runCommand(["uploads", "abort", "--data", "data", "oss://bucket/left/"], {
      cwd: folder,
    });

    assert.match(
      listed.stdout,
      new RegExp(`${uploadId} +2 KiB {2}oss://bucket/left/open\n1 upload open, 2 KiB\n$`),
    );
    assert.equal(young.stdout, "0 uploads aborted, 0 bytes\n");
    assert.match(aborted.stdout, /\n1 upload aborted, 2 KiB\n$/);
    assert.deepEqual((await bucket.listMultipartUploads({ prefix: "left/" })).uploads, []);
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
