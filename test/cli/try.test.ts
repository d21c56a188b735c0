import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { seededBytes } from "../torture/seeded-random.ts";
import { makePipe, runCommand, startCommand, untilSaid } from "./run-command.ts";

const PART_SIZE_BYTES = 100 * 1024;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "partwise-try-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function fileOf(name: string, sizeBytes: number): Promise<string> {
  await writeFile(join(folder, name), seededBytes(sizeBytes + 1, sizeBytes));
  return name;
}

interface Verified {
  readonly event: string;
  readonly key: string;
  readonly sizeBytes: number;
  readonly method: string;
  readonly partCount: number;
  readonly etag: string;
}

function verifiedEvents(stdout: string): readonly Verified[] {
  return stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Verified)
    .filter(({ event }) => event === "verified");
}

describe("partwise try", () => {
  it("uploads files of every awkward size in parts, verified, one event a line", async () => {
    const files = await Promise.all(
      [
        ["empty", 0],
        ["one-byte", 1],
        ["one-part", PART_SIZE_BYTES],
        ["one-part-and-a-byte", PART_SIZE_BYTES + 1],
        ["three-parts", 3 * PART_SIZE_BYTES],
        ["three-parts-less-a-byte", 3 * PART_SIZE_BYTES - 1],
      ].map(([name, sizeBytes]) => fileOf(name as string, sizeBytes as number)),
    );

    const { status, stdout, stderr } = await runCommand(["try", "--json", "--part-size", "100k", ...files], {
      cwd: folder,
    });

    assert.equal(status, 0, stderr);
    assert.deepEqual(
      verifiedEvents(stdout).map(({ key, method, partCount }) => `${key}: ${method} ${partCount}`),
      [
        "empty: put 1",
        "one-byte: multipart 1",
        "one-part: multipart 1",
        "one-part-and-a-byte: multipart 2",
        "three-parts: multipart 3",
        "three-parts-less-a-byte: multipart 3",
      ],
    );
  });

  it("tells a person what was uploaded, how it was verified, and what to type next", async () => {
    const file = await fileOf("a file.bin", 250_000);

    const { status, stdout } = await runCommand(["try", file], { cwd: folder });

    assert.equal(status, 0);
    for (const words of [
      "Uploaded a file.bin to oss://my-bucket/a file.bin",
      "(250,000 bytes)",
      "parts      1 of 244.1 KiB",
      "equal to the server's",
      "equal to the file, byte for byte",
      "partwise serve --data ./partwise-data",
      "partwise cp --data ./partwise-data 'oss://my-bucket/a file.bin'",
    ]) {
      assert.ok(stdout.includes(words), `"${words}" is missing in:\n${stdout}`);
    }
  });

  it("says that an empty file is sent as PutObject", async () => {
    const { stdout } = await runCommand(["try", await fileOf("empty", 0)], { cwd: folder });

    assert.match(stdout, /an empty file is sent as PutObject/);
    assert.match(stdout, /CRC-64 {5}0, equal to the server's/);
  });

  it("keeps its credentials to the owner and out of sight", async () => {
    const { stdout, stderr } = await runCommand(["try", "--verbose", await fileOf("f", 10)], { cwd: folder });

    const path = join(folder, "partwise-data", "credentials.json");
    const { accessKeySecret } = JSON.parse(await readFile(path, "utf8")) as { accessKeySecret: string };
    assert.equal((await stat(path)).mode & 0o777, 0o600);
    assert.ok(!`${stdout}${stderr}`.includes(accessKeySecret));
  });

  it("works a second time with the same file and leaves no garbage", async () => {
    const file = await fileOf("f", 250_000);
    await runCommand(["try", "--part-size", "100k", file], { cwd: folder });

    const { status } = await runCommand(["try", "--part-size", "100k", file], { cwd: folder });

    assert.equal(status, 0);
    const entries = await readdir(join(folder, "partwise-data", "blobs"), {
      recursive: true,
      withFileTypes: true,
    });
    const files = entries.filter((entry) => entry.isFile());
    // One segment, or several that were written side by side, and no marks of what was deleted in them.
    assert.deepEqual(
      files.filter(({ name }) => !/^segment-\d+$/.test(name)),
      [],
    );
    const stats = await Promise.all(files.map(({ parentPath, name }) => stat(join(parentPath, name))));
    const sizeBytes = stats.reduce((sum, { size }) => sum + size, 0);
    assert.ok(sizeBytes >= 250_000 && sizeBytes < 280_000, `${sizeBytes} bytes`);
  });

  it("fails in one line for a file that does not exist, a folder, and a part size out of range", async () => {
    const missing = await runCommand(["try", "missing"], { cwd: folder });
    const directory = await runCommand(["try", "."], { cwd: folder });
    const partSize = await runCommand(["try", "--part-size", "1k", await fileOf("f", 1)], { cwd: folder });

    assert.deepEqual(
      [missing, directory, partSize].map(({ status, stderr }) => `${status} ${stderr}`),
      [
        "1 partwise: missing does not exist\n",
        "1 partwise: . is a folder; name the files in it\n",
        "2 error: option '--part-size <size>' argument '1k' is invalid. a part has 100 KiB to 5 GiB.\n(add --help for the options)\n",
      ],
    );
  });

  it("shows the server's last lines when its folder cannot be used", async () => {
    await writeFile(join(folder, "not-a-folder"), "");

    const { status, stderr } = await runCommand(
      ["try", "--data", "not-a-folder/data", await fileOf("f", 1)],
      {
        cwd: folder,
      },
    );

    assert.equal(status, 1);
    assert.match(stderr, /^partwise: the server did not start \(1\): [^\n]*not-a-folder[^\n]*\n$/);
  });

  it("says so when the server goes away half-way", async () => {
    const file = join(folder, "large");
    await writeFile(file, "");
    await truncate(file, 2 * 1024 ** 3);

    const { child, finished } = startCommand(["try", "large"], { cwd: folder });
    await untilSaid(child, "Server at");
    const pid = await serverPid();
    process.kill(pid, "SIGKILL");
    const { status, stderr } = await finished;

    assert.equal(status, 1);
    assert.match(stderr, /partwise: the server ended by itself \(SIGKILL\)/);
    assert.equal(child.signalCode, null);
  });

  it("refuses a pipe at once instead of waiting for its writer", async () => {
    await makePipe(join(folder, "pipe"));

    const { status, stderr } = await runCommand(["try", "pipe"], { cwd: folder });

    assert.equal(
      `${status} ${stderr}`,
      "1 partwise: pipe is no regular file; only a file with a size of its own can be uploaded\n",
    );
  });

  it("says in one line that the folder is another's, who goes on", async () => {
    const { child, finished } = startCommand(["try", "--keep-serving", await fileOf("f", 1)], {
      cwd: folder,
    });
    await untilSaid(child, "Still serving");

    const { status, stderr } = await runCommand(["try", "f"], { cwd: folder });
    child.kill("SIGTERM");
    const first = await finished;

    assert.equal(status, 1);
    assert.match(
      stderr,
      /^partwise: the server did not start \(1\): data folder [^\n]+ is in use: [^\n]+\n$/,
    );
    assert.match(first.stdout, /From another terminal:\n {2}npx partwise cp --data/);
    assert.doesNotMatch(first.stdout, /npx partwise serve/);
  });

  it("takes the Ctrl-C that npm passes on a second time as one", async () => {
    const { child, finished } = startCommand(["try", "--keep-serving", await fileOf("f", 1)], {
      cwd: folder,
    });
    await untilSaid(child, "Still serving");

    child.kill("SIGINT");
    child.kill("SIGINT");
    const { status, stderr } = await finished;

    assert.equal(`${status} ${stderr}`, "0 ");
    await assert.rejects(readFile(join(folder, "partwise-data", "server.json")), { code: "ENOENT" });
  });

  it("stops in order on Ctrl-C, with exit status 130, and takes its server with it", async () => {
    const file = join(folder, "large");
    await writeFile(file, "");
    await truncate(file, 2 * 1024 ** 3);

    const { child, finished } = startCommand(["try", "large"], { cwd: folder });
    await untilSaid(child, "Server at");
    const pid = await serverPid();
    child.kill("SIGINT");
    const { status } = await finished;

    assert.equal(status, 130);
    assert.throws(() => process.kill(pid, 0), { code: "ESRCH" });
  });
});

async function serverPid(): Promise<number> {
  const text = await readFile(join(folder, "partwise-data", "server.json"), "utf8");
  return (JSON.parse(text) as { pid: number }).pid;
}
