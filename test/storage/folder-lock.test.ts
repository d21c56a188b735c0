import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { openEmbeddedStore, type StorageError } from "../../src/storage/index.ts";
import { startChild } from "./child-process.ts";
import { makeTemporaryFolder } from "./temporary-folder.ts";

const HOLD_FOLDER = new URL("./hold-folder.ts", import.meta.url);

describe("the lock on a data folder", () => {
  it("refuses a second store in the same process, until the first is closed", async () => {
    await using folder = await makeTemporaryFolder();
    const first = await openEmbeddedStore(folder.path);

    await assert.rejects(openEmbeddedStore(folder.path), { code: "folder-in-use" });
    await first[Symbol.asyncDispose]();
    await (await openEmbeddedStore(folder.path))[Symbol.asyncDispose]();
  });

  it("lets one of many win that open a new folder at the same time", async () => {
    await using folder = await makeTemporaryFolder();
    const opening = Array.from({ length: 8 }, () => openEmbeddedStore(`${folder.path}/new/data`));

    const results = await Promise.allSettled(opening);

    const won = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
    const codes = results.flatMap((result) =>
      result.status === "rejected" ? [(result.reason as StorageError).code] : [],
    );
    assert.equal(won.length, 1);
    assert.deepEqual(new Set(codes), new Set(["folder-in-use"]));
    await won[0]?.[Symbol.asyncDispose]();
  });

  it("refuses a second process and tells what to do, and falls with a killed one", async () => {
    await using folder = await makeTemporaryFolder();
    await using child = startChild(HOLD_FOLDER, folder.path);
    await child.readLines(1);

    await assert.rejects(openEmbeddedStore(folder.path), {
      code: "folder-in-use",
      message: `data folder ${folder.path} is in use: stop the other server or choose another folder with --data`,
    });
    await child.kill();
    await (await openEmbeddedStore(folder.path))[Symbol.asyncDispose]();
  });
});
