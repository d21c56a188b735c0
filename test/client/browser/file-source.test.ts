import { deepEqual, equal, rejects } from "node:assert/strict";
import { openAsBlob } from "node:fs";
import { appendFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { openSource, type UploadSource } from "../../../src/client/browser/file-source.ts";

describe("openSource() of a page", () => {
  it("knows a File again by its name, size and time", async () => {
    const file = new File(["hello"], "a.txt", { lastModified: 1_764_000_000_123 });

    const { identity, sizeBytes, label } = await openSource(file);

    deepEqual(identity, { name: "a.txt", sizeBytes: 5, modifiedNs: "1764000000123000000" });
    deepEqual({ sizeBytes, label }, { sizeBytes: 5, label: "a.txt" });
  });

  it("reads any bytes of it, again and again", async () => {
    const source = await openSource(new File(["hello"], "a.txt"));
    const target = new Uint8Array(3);

    equal(await source.read(3, target), 2);
    equal(await source.read(1, target), 3);

    equal(new TextDecoder().decode(target), "ell");
    await source.assertUnchanged();
  });

  it("knows no other Blob and no bytes again", async () => {
    equal((await openSource(new Blob(["x"]))).identity, undefined);
    equal((await openSource(new Uint8Array(1))).identity, undefined);
  });

  it("has a file that changed picked again", async () => {
    const folder = await mkdtemp(join(tmpdir(), "partwise-file-"));
    try {
      const path = join(folder, "a.txt");
      await writeFile(path, "hello");
      const source = await openSource(await openAsBlob(path));
      await appendFile(path, " again");

      const expected = { name: "ClientError", code: "source-changed", message: /pick the file again/ };
      await rejects(source.assertUnchanged(), expected);
      await rejects(source.read(0, new Uint8Array(5)), expected);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it("refuses what is none of them", async () => {
    await rejects(openSource("a.txt" as unknown as UploadSource), TypeError);
  });
});
