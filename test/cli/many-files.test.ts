import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import {
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
  utimes,
  watch,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { after, before, describe, it } from "node:test";
import { mainPath, type ServedFolder, serveFolder } from "../e2e/server-process.ts";
import { type CommandResult, cleanEnvironment, runCommand, startCommand, untilSaid } from "./run-command.ts";

let folder: string;
let server: ServedFolder;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "partwise-many-"));
  server = await serveFolder(join(folder, "data"));
  await server.bucket("bucket").createBucket();
});
after(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

function partwise(command: string, ...words: string[]): Promise<CommandResult> {
  return runCommand([command, "--data", "data", ...words], { cwd: folder });
}

function eventsOf({ stdout }: CommandResult): readonly Readonly<Record<string, unknown>>[] {
  return stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
}

async function tree(name: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(join(folder, name, path, ".."), { recursive: true });
    await writeFile(join(folder, name, path), text);
  }
}

async function keysUnder(prefix: string): Promise<readonly string[]> {
  const { objects } = await server.bucket("bucket").listObjectsV2({ prefix });
  return objects.map(({ key }) => key.slice(prefix.length));
}

describe("partwise cp of many", () => {
  it("copies a folder up and down, with only the names that are meant", async () => {
    await tree("up", { "a.txt": "a", "deep/er/b.txt": "b", "deep/c.log": "c", "odd name\n.txt": "d" });

    const up = await partwise("cp", "-r", "--exclude", "*.log", "up", "oss://bucket/up");
    const down = await partwise("cp", "-r", "--include", "deep/**", "oss://bucket/up", "down");

    assert.equal(`${up.status} ${up.stderr}`, "0 ");
    assert.match(up.stdout, /\n3 transfers done \(3 bytes\), 0 skipped, 0 failed\n$/);
    assert.deepEqual(await keysUnder("up/"), ["a.txt", "deep/er/b.txt", "odd name\n.txt"]);
    assert.equal(`${down.status} ${down.stderr}`, "0 ");
    assert.equal(await readFile(join(folder, "down", "deep", "er", "b.txt"), "utf8"), "b");
    await assert.rejects(readFile(join(folder, "down", "a.txt")), { code: "ENOENT" });
  });

  it("copies several files and what a glob finds, and carries what is asked for", async () => {
    await tree("glob", { "1.bin": "1", "2.bin": "22", "3.txt": "333" });

    const words = ["--meta", "owner=me", "--tagging", "a=b", "--content-type", "text/x-test", "--json"];
    const { status, stdout } = await partwise(
      "cp",
      ...words,
      "glob/*.bin",
      "glob/3.txt",
      "oss://bucket/glob/",
    );

    assert.equal(status, 0);
    const summary = JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
    assert.deepEqual(summary, { event: "summary", done: 3, deleted: 0, skipped: 0, failed: 0, bytes: 6 });
    assert.deepEqual(await keysUnder("glob/"), ["1.bin", "2.bin", "3.txt"]);
    const head = await server.bucket("bucket").headObject("glob/2.bin");
    assert.deepEqual(
      [head.objectHeaders.contentType, head.objectHeaders.userMetadata, head.taggingCount],
      ["text/x-test", { owner: "me" }, 1],
    );
  });

  it("copies, lists and deletes what a glob of keys finds, and a key that is there for itself", async () => {
    await tree("keys", { "a.gz": "1", "b.gz": "22", "c.txt": "3", "deep/d.gz": "4", "[x].gz": "5" });
    await partwise("cp", "-r", "keys", "oss://bucket/keys/");

    const [listed, one, down, nothing] = await Promise.all([
      partwise("ls", "oss://bucket/keys/?.gz"),
      partwise("cp", "oss://bucket/keys/[x].gz", "one.gz"),
      partwise("cp", "oss://bucket/keys/**/{b,d}.gz", "globbed"),
      partwise("cp", "oss://bucket/keys/*.zip", "globbed"),
    ]);
    const dry = await Promise.all([
      partwise("rm", "-n", "oss://bucket/keys/[x].gz"),
      partwise("rm", "-n", "oss://bucket/keys/?.gz"),
      partwise("rm", "-n", "-r", "oss://bucket/keys/d"),
    ]);
    const literal = await partwise("rm", "oss://bucket/keys/[x].gz");
    const deleted = await partwise("rm", "oss://bucket/keys/*.gz");
    const again = await partwise("rm", "oss://bucket/keys/*.gz");
    const dryAgain = await partwise("rm", "-n", "oss://bucket/keys/*.gz");

    assert.deepEqual(listed.stdout.match(/oss:\S+/g), ["oss://bucket/keys/a.gz", "oss://bucket/keys/b.gz"]);
    assert.equal(`${one.status} ${one.stderr}`, "0 ");
    assert.equal(await readFile(join(folder, "one.gz"), "utf8"), "5");
    assert.equal(`${down.status} ${down.stderr}`, "0 ");
    assert.equal(await readFile(join(folder, "globbed", "deep", "d.gz"), "utf8"), "4");
    assert.equal(await readFile(join(folder, "globbed", "b.gz"), "utf8"), "22");
    assert.deepEqual(
      [nothing.status, nothing.stderr],
      [1, "partwise: nothing matches oss://bucket/keys/*.zip\n"],
    );
    assert.deepEqual(
      dry.map(({ stdout }) => stdout),
      [
        "would delete oss://bucket/keys/[x].gz\n",
        "would delete oss://bucket/keys/a.gz\nwould delete oss://bucket/keys/b.gz\n2 objects would be deleted\n",
        "would delete oss://bucket/keys/deep/d.gz\n1 object would be deleted\n",
      ],
    );
    assert.equal(literal.stdout, "deleted oss://bucket/keys/[x].gz\n");
    assert.equal(deleted.stdout, "deleted 2 objects like oss://bucket/keys/*.gz\n");
    assert.deepEqual([again.status, again.stderr], [1, "partwise: nothing matches oss://bucket/keys/*.gz\n"]);
    assert.deepEqual([dryAgain.status, dryAgain.stderr], [again.status, again.stderr]);
    assert.deepEqual(await keysUnder("keys/"), ["c.txt", "deep/d.gz"]);
  });

  it("looks for a glob no deeper than it can match, and tells of nothing beside it", async () => {
    await tree("flat", { "a.gz": "1", "deep/b.gz": "2" });
    await symlink("deep", join(folder, "flat", "link"));
    await symlink("../deep", join(folder, "flat", "deep", "circle"));

    const flat = await partwise("cp", "flat/*.gz", "oss://bucket/flat/");
    const all = await partwise("cp", "-f", "flat/**/*.gz", "oss://bucket/flat/");

    assert.equal(`${flat.status} ${flat.stderr}`, "0 ");
    assert.match(flat.stdout, /\n1 transfer done/);
    assert.match(all.stderr, /flat\/deep\/circle: it is a link to a folder\n/);
    assert.deepEqual(await keysUnder("flat/"), ["a.gz", "deep/b.gz"]);
  });

  it("tells how to go on after a stop without what is there already", async () => {
    await tree("stopped-many", { a: "1", b: "x".repeat(4_000_000) });
    const words = ["cp", "--data", "data", "-r", "--jobs", "1", "--bandwidth-limit", "1MiB"];
    const { child, finished } = startCommand([...words, "stopped-many", "oss://bucket/stopped-many/"], {
      cwd: folder,
    });
    await untilSaid(child, "stopped-many/a to ");
    child.kill("SIGINT");

    const { status, stderr } = await finished;

    assert.equal(status, 130);
    assert.match(stderr, /go on with: npx partwise cp -u --data data -r /);
  });

  it("goes on after a failure, names it, and fails in the end", async () => {
    await tree("partly", { good: "1", also: "2" });
    await symlink("nowhere", join(folder, "partly", "dangling"));

    const { status, stdout, stderr } = await partwise("cp", "-r", "partly", "oss://bucket/partly/");

    assert.equal(status, 1);
    assert.match(
      stderr,
      /^partwise: partly\/dangling: it is a link that leads nowhere\npartwise: 1 of 3 transfers failed\n$/,
    );
    assert.match(stdout, /2 transfers done \(2 bytes\), 0 skipped, 1 failed\n$/);
  });

  it("goes on after a file whose name is too long for a key, and after sources that are not there", async () => {
    const deep = Array.from({ length: 5 }, () => "d".repeat(240)).join("/");
    await tree("long", { [`${deep}/file`]: "1", y: "2", z: "3" });

    const long = await partwise("cp", "-r", "long", "oss://bucket/long/");
    const places = ["oss://bucket/not-there", "oss://bucket/long/z", "nothing*", "long/y"];
    const several = await partwise("cp", ...places, "oss://bucket/several/");

    assert.equal(long.status, 1);
    assert.match(long.stderr, /d\/file: its key would have 1214 bytes; a key has 1 to 1,023/);
    assert.deepEqual(await keysUnder("long/"), ["y", "z"]);
    assert.equal(several.status, 1);
    assert.match(several.stderr, /^partwise: oss:\/\/bucket\/not-there: NoSuchKey: /);
    assert.match(several.stderr, /\npartwise: nothing\*: no file matches nothing\*\n/);
    assert.deepEqual(await keysUnder("several/"), ["y", "z"]);
  });

  it("refuses the second of two files that would be one object, or two objects that would be one file", async () => {
    await tree("same", { "a/x": "1", "b/x": "22", "b/y": "333" });

    const up = await partwise("cp", "same/a/x", "same/b/x", "same/b/y", "oss://bucket/same/");
    await server.bucket("bucket").putObject("other/x", "4444");
    await mkdir(join(folder, "same", "down"));
    const down = await partwise("cp", "oss://bucket/other/x", "oss://bucket/same/x", "same/down");

    assert.equal(up.status, 1);
    assert.match(up.stderr, /^partwise: same\/b\/x: same\/a\/x goes to oss:\/\/bucket\/same\/x already\n/);
    assert.deepEqual(await keysUnder("same/"), ["x", "y"]);
    assert.equal((await server.bucket("bucket").headObject("same/x")).sizeBytes, 1);
    assert.equal(down.status, 1);
    assert.equal(await readFile(join(folder, "same", "down", "x"), "utf8"), "4444");
  });

  it("tells programs what failed as an event, with the service's code and the exit status", async () => {
    await tree("told", { x: "1" });

    const one = await partwise("cp", "--json", "oss://bucket/not-there", "told/y");
    const many = await partwise("cp", "--json", "oss://bucket/not-there", "told/x", "oss://bucket/told/");
    const typed = await partwise("cp", "--json", "told/x", "oss://no-such-bucket/x");

    const [oneError] = eventsOf(one);
    assert.deepEqual(
      [oneError?.event, oneError?.code, oneError?.status, oneError?.exitStatus, oneError?.attempts],
      ["error", "NoSuchKey", 404, 1, 1],
    );
    assert.match(String(oneError?.requestId), /^[0-9A-F]{24}$/);
    assert.deepEqual(
      eventsOf(many)
        .map(({ event }) => event)
        .filter((event) => event !== "upload-planned" && event !== "progress"),
      ["failed", "uploaded", "summary", "error"],
    );
    assert.equal(eventsOf(typed).at(-1)?.code, "NoSuchBucket");
  });

  it("explains how it cut and sent, and calls verified only what was", async () => {
    await tree("explained", { x: "" });
    await writeFile(join(folder, "explained", "x"), Buffer.alloc(300_000));

    const words = ["--part-size", "100k", "--verify", "none", "--explain", "--parallel", "2"];
    await writeFile(join(folder, "explained", "large"), Buffer.alloc(8_400_000));
    const small = await partwise("cp", ...words, "explained/x", "oss://bucket/explained/x");
    const large = await partwise("cp", ...words, "explained/large", "oss://bucket/explained/large");

    assert.match(small.stdout, /^explained\/x: in one piece: [^\n]+\n[\s\S]*CRC-64 \d+ verified\n$/);
    assert.match(
      large.stdout,
      /^explained\/large: 100 KiB parts, as asked for\n[\s\S]*explained\/large: at most 2 at a time, \d+ requests? sent again, [\s\S]* CRC-64 \d+ of each part verified, of the whole not\n$/,
    );
  });

  it("says when parts of the size that was asked for have no room", async () => {
    const words = ["cp", "--data", "data", "--part-size", "65MiB", "-", "oss://bucket/s/large"];
    const child = spawn(process.execPath, [mainPath, ...words], {
      cwd: folder,
      env: { ...cleanEnvironment(folder), TMPDIR: join(folder, "not-there") },
      stdio: ["pipe", "ignore", "pipe"],
    });
    const ended = once(child, "close");
    child.stdin.end(Buffer.alloc(65 * 1024 * 1024));
    const stderr = await text(child.stderr);
    const [status] = await ended;

    assert.equal(status, 0);
    assert.match(
      stderr,
      /partwise: -: parts of 65 MiB have no room in the folder [^\n]+not-there, where they wait for their end: from part 1 on they have 64 MiB; make room there, or set TMPDIR\n/,
    );
  });

  it("copies between objects, streams in and out, and never writes outside the folder", async () => {
    await tree("stream", { "s.bin": "streamed" });
    const child = spawn(process.execPath, [mainPath, "cp", "--data", "data", "-", "oss://bucket/s/in"], {
      cwd: folder,
      env: cleanEnvironment(folder),
      stdio: ["pipe", "ignore", "inherit"],
    });
    child.stdin.end("streamed");
    const [status] = await once(child, "close");

    const copied = await partwise("cp", "oss://bucket/s/in", "oss://bucket/s/copy");
    const shown = await partwise("cat", "oss://bucket/s/copy");
    await server.bucket("bucket").putObject("evil/../../outside", "x");
    const evil = await partwise("cp", "-r", "oss://bucket/evil/", "safe");

    assert.equal(status, 0);
    assert.match(
      copied.stdout,
      /^oss:\/\/bucket\/s\/in to oss:\/\/bucket\/s\/copy: 8 bytes [^\n]+ verified\n$/,
    );
    assert.equal(`${shown.status} ${shown.stdout}`, "0 streamed");
    assert.equal(evil.status, 1);
    assert.match(evil.stderr, /a part between its slashes is empty, "\." or "\.\."/);
  });
});

describe("partwise sync", () => {
  it("copies what is missing, newer or of another size, deletes when told to, and says so first in a dry run", async () => {
    await tree("sync", { same: "1", changed: "old", "deep/new": "2" });
    const first = await partwise("sync", "sync", "oss://bucket/sync/");
    await server.bucket("bucket").putObject("sync/extra", "x");
    await writeFile(join(folder, "sync", "changed"), "newer and longer");
    const later = new Date(Date.now() + 3_600_000);
    await utimes(join(folder, "sync", "changed"), later, later);

    const dry = await partwise("sync", "--dry-run", "--delete", "sync", "oss://bucket/sync/");
    const kept = await keysUnder("sync/");
    const second = await partwise("sync", "--delete", "sync", "oss://bucket/sync/");
    const back = await partwise("sync", "oss://bucket/sync/", "synced");
    const again = await partwise("sync", "synced", "oss://bucket/sync/");

    assert.match(first.stdout, /\n3 transfers done/);
    assert.match(
      dry.stdout,
      /would copy sync\/changed to oss:\/\/bucket\/sync\/changed\nwould delete oss:\/\/bucket\/sync\/extra\n/,
    );
    assert.deepEqual(kept, ["changed", "deep/new", "extra", "same"]);
    assert.match(
      dry.stdout,
      /\n1 transfer would be done \([^)]+\), 0 skipped, 0 failed, 1 would be deleted\n$/,
    );
    assert.match(second.stdout, /\n1 transfer done \([^)]+\), 0 skipped, 0 failed, 1 deleted\n$/);
    assert.deepEqual(await keysUnder("sync/"), ["changed", "deep/new", "same"]);
    assert.equal(back.status, 0, back.stderr);
    assert.equal(await readFile(join(folder, "synced", "changed"), "utf8"), "newer and longer");
    assert.equal(again.stdout, "nothing to do: the target has everything, as new as the source\n");
  });

  it("deletes nothing of what it could not read at the source", async () => {
    await tree("unread", { "a/1": "1", "b/2": "2", c: "3" });
    await partwise("sync", "unread", "oss://bucket/unread/");
    await rename(join(folder, "unread", "a"), join(folder, "moved"));
    await symlink("../moved", join(folder, "unread", "a"));
    await rm(join(folder, "unread", "b"), { recursive: true });

    const { status, stderr } = await partwise("sync", "--delete", "unread", "oss://bucket/unread/");

    assert.equal(status, 1);
    assert.match(stderr, /^partwise: unread\/a: it is a link to a folder\n/);
    assert.deepEqual(await keysUnder("unread/"), ["a/1", "c"]);
  });

  it("goes on with a download that was stopped, though it deletes what the source does not have", async () => {
    await server.bucket("bucket").upload("stopped/large", randomBytes(16 * 1024 * 1024));
    const words = ["sync", "--data", "data", "--delete", "oss://bucket/stopped/", "stopped"];
    const target = join(folder, "stopped");
    await mkdir(target);
    const slowly = ["--parallel", "1", "--bandwidth-limit", "16MiB"];
    const { child, finished } = startCommand([...words, ...slowly], { cwd: folder });
    for await (const { filename } of watch(target)) {
      if (
        filename?.endsWith(".notes") &&
        (await readFile(join(target, filename), "utf8")).includes("\nrange")
      ) {
        break;
      }
    }
    child.kill("SIGINT");
    const stopped = await finished;

    const again = await runCommand(words, { cwd: folder });

    assert.equal(stopped.status, 130);
    assert.match(
      stopped.stderr,
      /^partwise: what has arrived whole is kept; go on with: npx partwise sync [^\n]+ stopped[^\n]*\nstopped\n$/,
    );
    assert.match(again.stdout, /^oss:[^\n]+ MiB kept from before[^\n]+verified\n1 transfer done/);
    assert.deepEqual(await readdir(target), ["large"]);
  });
});
