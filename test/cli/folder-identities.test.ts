// Who may use a data folder's server, from its first start on.
import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { connectionOfDataFolder } from "../../src/cli/connection.ts";
import { readCredentials } from "../../src/cli/data-folder.ts";
import { openIdentityStore, prepareIdentities } from "../../src/cli/folder-identities.ts";

const log = {
  failure: (failure: unknown) => {
    throw failure;
  },
};

describe("a data folder that is served for the first time", () => {
  let data: string;
  beforeEach(async () => {
    data = await mkdtemp(join(tmpdir(), "partwise-folder-"));
  });
  afterEach(() => rm(data, { recursive: true, force: true }));

  it("gets a user for the commands on this machine, and no key of the account that nobody would see", async () => {
    const { store, rootKey } = await prepareIdentities({ data }, log);
    const local = await readCredentials(data);

    assert.equal(rootKey, undefined);
    assert.equal(store.find(local?.accessKeyId ?? "")?.accessKeySecret, local?.accessKeySecret);
    assert.equal(store.find(local?.accessKeyId ?? "")?.holder?.name, "local");
  });

  it("shows the account's key once, and knows it afterwards", async () => {
    const { rootKey } = await prepareIdentities({ data, showsRootKey: true }, log);
    const again = await prepareIdentities({ data, showsRootKey: true }, log);

    assert.ok(rootKey);
    assert.equal(again.rootKey, undefined);
    assert.deepEqual(openIdentityStore(data, log).find(rootKey.accessKeyId), rootKey);
    for (const name of await readdir(data)) {
      assert.ok(!(await readFile(join(data, name), "latin1")).includes(rootKey.accessKeySecret), name);
    }
  });

  it("keeps the key that it had before there were users", async () => {
    const credentials = { accessKeyId: "old-id", accessKeySecret: "old-secret" };
    await writeFile(join(data, "credentials.json"), JSON.stringify(credentials));

    const { store } = await prepareIdentities({ data }, log);

    assert.equal(store.find("old-id")?.accessKeySecret, "old-secret");
    assert.deepEqual(await readCredentials(data), credentials);
  });

  it("keeps no key at all where none is wanted, and says how to make one", async () => {
    await prepareIdentities({ data, localKey: false }, log);

    assert.deepEqual((await readdir(data)).sort(), ["secret.key", "users.json", "users.lock.sqlite"]);
    await assert.rejects(connectionOfDataFolder(data), {
      message: /^\S+ has no key for the commands on this machine; make one with: .* user add local --policy /,
    });
  });

  it("says how to get another key where the one for the commands was lost", async () => {
    await prepareIdentities({ data }, log);
    await rm(join(data, "credentials.json"));

    await assert.rejects(connectionOfDataFolder(data), {
      message:
        /^\S+ has no key for the commands on this machine; make one with: .* user key rotate local --data /,
    });
  });

  it("does not start with another's secret key", async () => {
    await prepareIdentities({ data }, log);
    await writeFile(join(data, "secret.key"), "ab".repeat(32));

    await assert.rejects(prepareIdentities({ data }, log), {
      name: "IdentityError",
      message: /is not the key that sealed/,
    });
  });
});
