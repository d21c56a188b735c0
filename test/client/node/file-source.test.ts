import { equal, match, rejects, throws } from "node:assert/strict";
import { mkdir, mkdtemp, open, rename, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, describe, it } from "node:test";
import { ClientError } from "../../../src/client/client-error.ts";
import { fileHandleSource, openFileSource } from "../../../src/client/node/file-source.ts";

const SIZE_BYTES = 1024 * 1024;
const isNoLinux = process.platform === "linux" ? false : "other systems number their file systems otherwise";

describe("a file as a source", () => {
  let folder: string;
  let path: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "partwise-file-source-"));
    path = join(folder, "file");
  });

  beforeEach(() => writeFile(path, Buffer.alloc(SIZE_BYTES, "abcdefgh")));

  after(() => rm(folder, { recursive: true }));

  it("reads from any position, as much as there is", async () => {
    const source = await openFileSource(path);
    const target = new Uint8Array(8);

    equal(await source.read(SIZE_BYTES - 3, target), 3);
    equal(Buffer.from(target.subarray(0, 3)).toString(), "fgh");
    equal(await source.read(SIZE_BYTES, target), 0);
    await source.close();
  });

  it("closes only after the reads that are under way", async () => {
    const source = await openFileSource(path);
    const target = new Uint8Array(SIZE_BYTES);
    const order: string[] = [];

    const read = source.read(0, target).then((byteCount) => order.push(`read ${byteCount}`));
    const closed = source.close().then(() => order.push("closed"));
    await Promise.all([read, closed]);

    equal(order.join(), `read ${SIZE_BYTES},closed`);
  });

  it("refuses a read after it was closed, whose descriptor may be another file's by now", async () => {
    const source = await openFileSource(path);
    await source.close();
    await using other = await open(path);

    await rejects(source.read(0, new Uint8Array(8)), hasCode("source-unreadable"));
    equal((await other.stat()).size, SIZE_BYTES);
  });

  it("reads at once from a disk of this machine, and not after it was closed", {
    skip: isNoLinux,
  }, async () => {
    const source = await openFileSource(path);
    const target = new Uint8Array(8);

    equal(source.immediate?.read(SIZE_BYTES - 3, target), 3);
    equal(Buffer.from(target.subarray(0, 3)).toString(), "fgh");
    await source.close();
    await using other = await open(path);

    throws(() => source.immediate?.read(0, target), /closed/);
    equal((await other.stat()).size, SIZE_BYTES);
  });

  it("does not read at once what may be behind another process or a network", {
    skip: isNoLinux,
  }, async () => {
    // /proc is none of the file systems that keep their files on a disk or in memory.
    const source = await openFileSource("/proc/self/status");

    equal(source.immediate, undefined);
    await source.close();
  });

  const changes: readonly { readonly what: string; readonly change: () => Promise<void> }[] = [
    { what: "was written to", change: () => utimes(path, 1, 1) },
    { what: "now has 1", change: () => writeFile(path, "x") },
    { what: "not there any more", change: () => rm(path) },
    {
      what: "another file has taken its place",
      change: async () => {
        await writeFile(`${path}.new`, Buffer.alloc(SIZE_BYTES));
        await rename(`${path}.new`, path);
      },
    },
  ];
  for (const { what, change } of changes) {
    it(`tells of a file that changed: ${what}`, async () => {
      const source = await openFileSource(path);
      await source.assertUnchanged();

      await change();

      await rejects(source.assertUnchanged(), (error: Error) => {
        match(error.message, new RegExp(what));
        return hasCode("source-changed")(error);
      });
      await source.close();
    });
  }

  it("tells of a file whose folder is another file by now", async () => {
    const inner = join(folder, "inner");
    await mkdir(inner);
    await writeFile(join(inner, "file"), "x");
    const source = await openFileSource(join(inner, "file"));
    await rm(inner, { recursive: true });
    await writeFile(inner, "no folder");

    await rejects(source.assertUnchanged(), hasCode("source-changed"));
    await source.close();
    await rm(inner);
  });

  it("tells of a handle that its owner closed, before and after it was opened as a source", async () => {
    const handle = await open(path);
    const source = await fileHandleSource(handle);
    await handle.close();

    await rejects(source.assertUnchanged(), hasCode("source-unreadable"));
    await rejects(fileHandleSource(handle), hasCode("source-unreadable"));
  });

  it("leaves the handle open that it was given, and tells of a change", async () => {
    await using handle = await open(path);
    const source = await fileHandleSource(handle);

    equal(await source.read(0, new Uint8Array(8)), 8);
    await source.close();
    equal(await source.read(0, new Uint8Array(8)), 8);
    await utimes(path, 1, 1);

    await rejects(source.assertUnchanged(), hasCode("source-changed"));
  });
});

function hasCode(code: string): (error: unknown) => boolean {
  return (error) => error instanceof ClientError && error.code === code;
}
