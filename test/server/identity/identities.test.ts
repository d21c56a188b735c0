// Users and keys while a server runs: what the file says counts from the next request on.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { chmod, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { promisify } from "node:util";
import fc from "fast-check";
import type { Credentials } from "../../../src/protocol/signing/credentials.ts";
import {
  attachPolicy,
  detachPolicy,
  removeAccessKey,
  removeIdentity,
  rotateAccessKey,
  setAccessKeyEnabled,
} from "../../../src/server/identity/edit-identities.ts";
import {
  changeIdentities,
  ensureIdentities,
  openIdentities,
} from "../../../src/server/identity/identity-file.ts";
import { IdentityStore } from "../../../src/server/identity/identity-store.ts";
import { newAccessKey } from "../../../src/server/identity/new-access-key.ts";
import { openSecret, sealSecret } from "../../../src/server/identity/sealed-secret.ts";
import { allow } from "../policy/policy-documents.ts";
import { startTestServer, type TestServer } from "../test-server.ts";
import { makeTestIdentities, type TestIdentities } from "./test-identities.ts";

describe("a server over a folder of users", () => {
  let identities: TestIdentities;
  let service: TestServer;
  before(async () => {
    identities = await makeTestIdentities();
    service = await startTestServer({ credentials: identities.store });
  });
  after(async () => {
    await service[Symbol.asyncDispose]();
    await identities[Symbol.asyncDispose]();
  });

  async function codeOf(credentials: Credentials): Promise<string | number> {
    const response = await service.send({ credentials });
    return response.element("Code") ?? response.status;
  }

  it("lets a user do what a policy says, and nothing before and after", async () => {
    const key = identities.addUser("reader");
    const whose = { list: "users", name: "reader" } as const;

    assert.equal(await codeOf(key), "AccessDenied");
    identities.change((all) => attachPolicy(all, whose, { name: "AliyunOSSReadOnlyAccess" }));
    assert.equal(await codeOf(key), 200);
    identities.change((all) => detachPolicy(all, whose, "AliyunOSSReadOnlyAccess"));
    assert.equal(await codeOf(key), "AccessDenied");
  });

  it("takes keys that are rotated, disabled, enabled and removed, and users that go", async () => {
    const holder = "changing";
    const first = identities.addUser(holder, allow("*"));
    const second = changeIdentities(identities, ({ identities: all, key }) => {
      const { accessKey, credentials } = newAccessKey(key, Date.now());
      return { identities: rotateAccessKey(all, holder, { key: accessKey }), result: credentials };
    });
    const setEnabled = (isEnabled: boolean) =>
      identities.change((all) => setAccessKeyEnabled(all, { holder, id: first.accessKeyId, isEnabled }));

    assert.deepEqual([await codeOf(first), await codeOf(second)], ["InvalidAccessKeyId", 200]);
    setEnabled(true);
    assert.equal(await codeOf(first), 200);
    setEnabled(false);
    assert.equal(await codeOf(first), "InvalidAccessKeyId");
    identities.change((all) => removeAccessKey(all, holder, first.accessKeyId));
    identities.change((all) => removeIdentity(all, "users", holder));
    assert.equal(await codeOf(second), "InvalidAccessKeyId");
  });

  it("refuses a disabled key of the account", async () => {
    const key = identities.addKey("root");

    assert.equal(await codeOf(key), 200);
    identities.change((all) =>
      setAccessKeyEnabled(all, { holder: "root", id: key.accessKeyId, isEnabled: false }),
    );
    assert.equal(await codeOf(key), "InvalidAccessKeyId");
    assert.equal(await codeOf(identities.rootKey), 200);
  });

  it("refuses a key that was disabled while the file could not be read, as soon as it can be", {
    skip: process.platform === "win32" && "has no limit of descriptors to set",
  }, async () => {
    const { accessKeyId } = identities.addUser("unlucky", allow("*"));
    const script = new URL("./without-descriptors.ts", import.meta.url).pathname;
    const few = 'ulimit -n 100; exec "$0" "$@"';

    const { stdout } = await promisify(execFile)("sh", [
      ...["-c", few, process.execPath, script],
      ...[identities.folder, "unlucky", accessKeyId],
    ]);

    const { reported, ...found } = JSON.parse(stdout) as { readonly reported: readonly string[] };
    assert.deepEqual(found, { before: true, without: [true, true], after: false });
    assert.equal(reported.length, 1);
    assert.match(reported[0] ?? "", /EMFILE/);
  });

  it("goes on with what it knew when the file is broken, and says so once", async () => {
    const path = join(identities.folder, "users.json");
    const key = identities.addUser("steady", allow("*"));
    const text = await readFile(path, "utf8");
    assert.equal(await codeOf(key), 200);

    await writeFile(path, text.slice(0, -20));
    assert.deepEqual([await codeOf(key), await codeOf(key)], [200, 200]);
    assert.match(
      String(identities.failures),
      /^IdentityError: \S+users\.json cannot be used: it is no JSON; restore it from a backup$/,
    );
    await writeFile(path, text);
  });

  for (const [what, edit, message] of [
    ["a second user of a name", () => identities.addUser("steady"), /^there is a user steady already$/],
    ["a user root", () => identities.addUser("root"), /^"root" is no name for a user: /],
    [
      "a third key",
      () => [identities.addKey("steady"), identities.addKey("steady")],
      /^steady has 2 access keys, the most /,
    ],
    [
      "to remove nobody",
      () => identities.change((all) => removeIdentity(all, "users", "nobody")),
      /^there is no user nobody$/,
    ],
    [
      "to remove no key",
      () => identities.change((all) => removeAccessKey(all, "steady", "PW0")),
      /^steady has no access key PW0$/,
    ],
    [
      "to detach nothing",
      () => identities.change((all) => detachPolicy(all, { list: "users", name: "steady" }, "none")),
      /^user steady has no policy none$/,
    ],
  ] as const) {
    it(`refuses ${what}`, () => {
      assert.throws(() => edit(), { name: "IdentityError", message });
    });
  }
});

describe("the secret key of a folder", () => {
  async function withFolder(
    check: (identities: TestIdentities, keyPath: string) => Promise<void>,
  ): Promise<void> {
    await using identities = await makeTestIdentities();
    await check(identities, join(identities.folder, "secret.key"));
  }

  it("is the owner's alone, as the users are, whose secrets stand nowhere in the clear", () =>
    withFolder(async ({ folder, rootKey }, keyPath) => {
      await chmod(keyPath, 0o644);
      openIdentities({ folder });

      const text = await readFile(join(folder, "users.json"), "utf8");
      assert.ok(text.includes(rootKey.accessKeyId));
      assert.ok(!text.includes(rootKey.accessKeySecret));
      assert.equal((await stat(keyPath)).mode & 0o777, 0o600);
      assert.equal((await stat(join(folder, "users.json"))).mode & 0o777, 0o600);
    }));

  it("is missed, in one line", () =>
    withFolder(async ({ folder }, keyPath) => {
      await rm(keyPath);

      const message =
        /^cannot read the secret key \S+secret\.key: it is not there; restore it, or name another [^\n]+$/;
      assert.throws(() => openIdentities({ folder }), { message });
      assert.throws(() => ensureIdentities({ folder }, ({ identities }) => identities), { message });
    }));

  it("is known to be another's, in one line", () =>
    withFolder(async ({ folder }, keyPath) => {
      await writeFile(keyPath, "0".repeat(64));

      assert.throws(() => openIdentities({ folder }), {
        message:
          /^\S+secret\.key is not the key that sealed the secrets in \S+users\.json; restore the right one$/,
      });
      await writeFile(keyPath, "rubbish");
      assert.throws(() => openIdentities({ folder }), {
        message: /^\S+ is no secret key: it must hold 64 hex digits; /,
      });
    }));

  it("may be elsewhere", () =>
    withFolder(async ({ folder, rootKey }, keyPath) => {
      const secretKeyPath = `${folder}/elsewhere`;
      await rename(keyPath, secretKeyPath);

      const store = new IdentityStore({
        folder,
        secretKeyPath,
        reportFailure: (failure) => assert.fail(String(failure)),
      });

      assert.equal(store.find(rootKey.accessKeyId)?.accessKeySecret, rootKey.accessKeySecret);
    }));
});

describe("sealSecret()", () => {
  const bytes = fc.uint8Array({ minLength: 32, maxLength: 32 });

  it("is undone by the same key for the same purpose, and by nothing else", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), bytes, bytes, (secret, whose, key, otherKey) => {
        const sealed = sealSecret(secret, whose, key);

        assert.equal(openSecret(sealed, whose, key), secret);
        assert.equal(openSecret(sealed, `${whose}x`, key), undefined);
        assert.equal(openSecret(sealed.slice(0, -2), whose, key), undefined);
        if (Buffer.compare(key, otherKey) !== 0) {
          assert.equal(openSecret(sealed, whose, otherKey), undefined);
        }
      }),
      { numRuns: 50 },
    );
  });
});
