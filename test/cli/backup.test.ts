import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { assertBackupOf } from "../../src/cli/assert-backup-of.ts";
import { prepareIdentities } from "../../src/cli/folder-identities.ts";
import { backUpFolder, openEmbeddedStore, restoreFolder } from "../../src/storage/index.ts";
import { writeBlob } from "../contract/blob-store-contract.ts";
import { bucketRecord, newObject } from "../contract/metadata/records.ts";
import { runCommand } from "./run-command.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "partwise-backup-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe("partwise backup", () => {
  it("refuses the place where another folder's backup is", async () => {
    await backUpFolder(await servedFolder("data"), join(folder, "backup"));
    await servedFolder("other");
    const users = await readFile(join(folder, "backup", "users.json"), "utf8");

    const { status, stderr } = await runCommand(["backup", "--data", "other", "backup"], { cwd: folder });

    assert.equal(status, 1);
    assert.match(stderr, /^partwise: backup is a backup of another folder than other, [^\n]+\n$/);
    assert.equal(await readFile(join(folder, "backup", "users.json"), "utf8"), users);
  });

  it("says in a line each what of the folder is damaged, and ends with 1", async () => {
    const data = await servedFolder("data");
    {
      await using store = await openEmbeddedStore(data);
      await store.metadata.createBucket(bucketRecord());
      const blobId = await writeBlob(store.blobs, [Buffer.from("some bytes")]);
      await store.metadata.putObject(newObject({ key: "a/key", extents: [{ blobId, sizeBytes: 10 }] }));
    }
    const blobs = await readdir(join(data, "blobs"), { recursive: true });
    const segment = join(data, "blobs", blobs.find((name) => /segment-\d+$/.test(name)) ?? "");
    await writeFile(
      segment,
      (await readFile(segment, "latin1")).replace("some bytes", "some bites"),
      "latin1",
    );

    const { status, stdout, stderr } = await runCommand(["backup", "--data", "data", "backup"], {
      cwd: folder,
    });

    assert.equal(status, 1);
    assert.match(stdout, /^backed up data to backup: 1 blob; 1 file copied/);
    assert.match(
      stderr,
      /^partwise: backup is complete but for 1 damaged blob of data:\n {2}blob \S+ of object \S+\/a\/key, part 1: [^\n]*\n$/,
    );
    await restoreFolder(join(folder, "backup"), join(folder, "restored"));
  });

  it("takes that of its own, and of what was restored from it", async () => {
    const [data, backup, restored] = [
      await servedFolder("data"),
      join(folder, "backup"),
      join(folder, "restored"),
    ];
    await backUpFolder(data, backup);
    await restoreFolder(backup, restored);

    assertBackupOf(data, backup);
    assertBackupOf(restored, backup);
  });
});

/** As a server leaves it that was started on a new folder. */
async function servedFolder(name: string): Promise<string> {
  const data = join(folder, name);
  await using _store = await openEmbeddedStore(data);
  await prepareIdentities({ data }, { failure: (failure) => assert.fail(failure as Error) });
  return data;
}
