import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { assertBackupOf } from "../../src/cli/assert-backup-of.ts";
import { prepareIdentities } from "../../src/cli/folder-identities.ts";
import { backUpFolder, openEmbeddedStore, restoreFolder } from "../../src/storage/index.ts";
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
