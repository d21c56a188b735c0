import { deepEqual, equal, rejects, throws } from "node:assert/strict";
import { mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, describe, it } from "node:test";
import { openFile, SizedFileAdapter } from "../../../src/client/node/sized-file-adapter.ts";

let folder: string;
let path: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "partwise-adapter-"));
  path = join(folder, "file");
});
beforeEach(() => writeFile(path, "0123456789"));
after(() => rm(folder, { recursive: true }));

async function textOf(adapter: SizedFileAdapter): Promise<string> {
  const pieces: string[] = [];
  for await (const chunk of adapter.chunks()) {
    pieces.push(Buffer.from(chunk).toString());
  }
  return pieces.join("");
}

describe("SizedFileAdapter", () => {
  it("begins where the adapter before it ends, whether that one was read or not", async () => {
    await using file = await openFile(path);

    const adapters = [4, 4, 2].map((size) => new SizedFileAdapter(file, size));

    deepEqual(await Promise.all(adapters.toReversed().map(textOf)), ["89", "4567", "0123"]);
    equal(file.position, 10);
  });

  it("can be read again, as a retry does", async () => {
    await using file = await openFile(path);
    file.position = 3;
    const adapter = new SizedFileAdapter(file, 5);

    equal(await textOf(adapter), "34567");
    equal(await textOf(adapter), "34567");
    equal(file.position, 8);
  });

  it("is empty with the size 0", async () => {
    await using file = await openFile(path);

    equal(await textOf(new SizedFileAdapter(file, 0)), "");
  });

  it("fails when the file is shorter than it was said to be", async () => {
    await using file = await openFile(path);
    const adapter = new SizedFileAdapter(file, 10);
    await truncate(path, 6);

    await rejects(textOf(adapter), { code: "source-changed", message: /has 6 bytes/ });
  });

  it("refuses a size that is none", async () => {
    await using file = await openFile(path);

    throws(() => new SizedFileAdapter(file, -1), RangeError);
    throws(() => new SizedFileAdapter(file, 0.5), RangeError);
    equal(file.position, 0);
  });
});
