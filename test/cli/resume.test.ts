// What an upload or a copy that ended early leaves, and what the command does with it.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtemp, open, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { heldParts } from "../../src/cli/open-uploads.ts";
import {
  type CopyOptions,
  FileJournals,
  type UploadOptions,
  type UploadProgress,
} from "../../src/client/node/index.ts";
import { type ServedFolder, serveFolder } from "../e2e/server-process.ts";
import { type CommandResult, runCommand } from "./run-command.ts";

let folder: string;
let server: ServedFolder;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "partwise-resume-"));
  server = await serveFolder(join(folder, "data"));
  await server.bucket("bucket").createBucket();
});
after(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

function partwise(...words: string[]): Promise<CommandResult> {
  return runCommand([...words, "--data", "data"], { cwd: folder });
}

/** Where the command keeps its journals when `folder` is the user's own. */
function journalFolder(): string {
  return join(folder, ".local", "state", "partwise", "uploads");
}

/** Begins an upload or a copy as this user's, and ends it as soon as parts of it are done. */
async function stopEarly(
  begin: (options: UploadOptions & CopyOptions) => PromiseLike<unknown>,
  options: UploadOptions & CopyOptions = {},
): Promise<void> {
  const stopper = new AbortController();
  const onProgress = ({ partsDone }: UploadProgress) => {
    if (partsDone > 0) {
      stopper.abort();
    }
  };
  const common = { partSize: 102_400, concurrency: 1, checkpoint: journalFolder(), multipartThreshold: 0 };
  await assert.rejects(async () => begin({ ...common, ...options, signal: stopper.signal, onProgress }), {
    name: "AbortError",
  });
}

describe("partwise resume", () => {
  it("goes on with a copy between objects, and names what only another program can go on with", async () => {
    const bucket = server.bucket("bucket");
    await bucket.putObject("kept/from?#", randomBytes(1_000_000), { tags: { a: "b" } });
    await stopEarly((options) => bucket.copy("kept/to", { key: "kept/from?#" }, options), {
      objectHeaders: { cacheControl: "no-store" },
    });
    await writeFile(join(folder, "opened"), randomBytes(1_000_000));
    const opened = await open(join(folder, "opened"));
    await stopEarly((options) => bucket.upload("kept/opened", opened, options));
    await opened.close();

    const listed = await partwise("resume", "--list", "oss://bucket/kept/");
    const { status, stdout, stderr } = await partwise("resume", "oss://bucket/kept/");

    assert.match(
      listed.stdout,
      /^oss:\/\/bucket\/kept\/from\?# to oss:\/\/bucket\/kept\/to: [^\n]+ KiB of /m,
    );
    assert.match(listed.stdout, /^an open file to oss:\/\/bucket\/kept\/opened: [^\n]+ KiB of /m);
    assert.equal(status, 1);
    assert.match(
      stderr,
      /^partwise: oss:\/\/bucket\/kept\/opened: it is an upload of a file without a name; only/,
    );
    assert.match(
      stdout,
      /kept\/to: 976\.6 KiB in [^\n]+ 10 parts, [^\n]+ kept from before, CRC-64 \d+ verified\n/,
    );
    const { objectHeaders, taggingCount } = await bucket.headObject("kept/to");
    assert.deepEqual([objectHeaders.cacheControl, taggingCount], ["no-store", 1]);
  });

  it("still overwrites nothing that has appeared since, if the upload was begun so", async () => {
    const bucket = server.bucket("bucket");
    await writeFile(join(folder, "careful"), randomBytes(1_000_000));
    await stopEarly((options) => bucket.upload("careful/x", join(folder, "careful"), options), {
      forbidOverwrite: true,
    });
    await bucket.putObject("careful/x", "another's");

    const { status, stderr } = await partwise("resume", "oss://bucket/careful/");

    assert.equal(status, 1);
    assert.match(stderr, /FileAlreadyExists/);
    assert.equal((await bucket.headObject("careful/x")).sizeBytes, 9);
  });

  it("forgets with old uploads the journals of those that are gone already, and no others", async () => {
    const bucket = server.bucket("bucket");
    await writeFile(join(folder, "gone"), randomBytes(1_000_000));
    for (const key of ["lost/old", "lost/young", "elsewhere/old"]) {
      await stopEarly((options) => bucket.upload(key, join(folder, "gone"), options));
    }
    for (const { key, uploadId } of (await bucket.listMultipartUploads({ prefix: "lost/" })).uploads) {
      await bucket.abortMultipartUpload(key, uploadId);
    }
    for (const { header, path } of await new FileJournals({ folder: journalFolder() }).list()) {
      if (header.target.key.endsWith("/old")) {
        await utimes(path, 1, 1);
      }
    }

    const ended = await partwise("uploads", "abort", "--older-than", "7d", "oss://bucket/lost/");

    const left = await new FileJournals({ folder: journalFolder() }).list();
    const keys = left.map(({ header: { target } }) => target.key).filter((key) => /lost|elsewhere/.test(key));
    assert.equal(ended.stdout, "0 uploads aborted, 0 bytes\n1 journal of uploads that are gone forgotten\n");
    assert.deepEqual(keys.sort(), ["elsewhere/old", "lost/young"]);
    await partwise("uploads", "abort", "oss://bucket/elsewhere/");
    await partwise("resume", "--forget", "oss://bucket/lost/");
  });

  it("begins nothing anew that was aborted, and forgets what it is told to", async () => {
    const bucket = server.bucket("bucket");
    await writeFile(join(folder, "ended"), randomBytes(1_000_000));
    const upload = (key: string) =>
      stopEarly((options) => bucket.upload(key, join(folder, "ended"), options));
    await upload("ended/aborted");
    await upload("ended/forgotten");

    const aborted = await partwise("uploads", "abort", "oss://bucket/ended/aborted");
    const listed = await partwise("resume", "--list", "oss://bucket/ended/");
    const forgotten = await partwise("resume", "--forget", "oss://bucket/ended/");
    const { status, stdout } = await partwise("resume", "oss://bucket/ended/");

    assert.match(aborted.stdout, /\n1 upload aborted, /);
    assert.match(listed.stdout, /^[^\n]+ended to oss:\/\/bucket\/ended\/forgotten: [^\n]+\n1 upload\n$/);
    assert.match(
      forgotten.stdout,
      /^forgot [^\n]+ended to oss:\/\/bucket\/ended\/forgotten, upload [0-9A-F]+\n$/,
    );
    assert.equal(
      `${status} ${stdout}`,
      "0 nothing to go on with: this user has no unfinished upload to that service\n",
    );
    const { uploads } = await bucket.listMultipartUploads({ prefix: "ended/" });
    assert.deepEqual(
      uploads.map(({ key }) => key),
      ["ended/forgotten"],
    );
  });
});

describe("heldParts()", () => {
  it("knows that an upload may have ended since it was listed", async () => {
    const bucket = server.bucket("bucket");
    const { uploadId } = await bucket.initMultipartUpload("gone");
    const [listed] = (await bucket.listMultipartUploads({ prefix: "gone" })).uploads;
    assert.ok(listed);
    await bucket.abortMultipartUpload("gone", uploadId);

    assert.equal(await heldParts(bucket, listed), undefined);
  });
});
