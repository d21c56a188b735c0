import { deepEqual, equal, rejects } from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { type ConnectionFlags, type Environment, resolveConnection } from "../../src/cli/connection.ts";

const PID_OF_NOBODY = 2 ** 30;

let folder: string;
let config: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "partwise-connection-"));
  config = join(folder, ".ossutilconfig");
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const key = { OSS_ACCESS_KEY_ID: "id", OSS_ACCESS_KEY_SECRET: "secret", OSS_ENDPOINT: "http://127.0.0.1:1" };

describe("resolveConnection()", () => {
  it("reads the configuration of ossutil 1", async () => {
    await writeFile(
      config,
      "[Credentials]\nlanguage=CH\nendpoint=oss-cn-hangzhou.aliyuncs.com\naccessKeyID=id1\naccessKeySecret=secret1\nstsToken=token1\n",
    );

    deepEqual(await resolveConnection({}, {}, config), {
      auth: { accessKeyId: "id1", accessKeySecret: "secret1", securityToken: "token1" },
      endpoint: "oss-cn-hangzhou.aliyuncs.com",
      signatureVersion: "v4",
    });
  });

  it("reads the configuration of ossutil 2, which may name the region alone", async () => {
    await writeFile(
      config,
      "[default]\nmode = AK\naccessKeyID = id2\naccessKeySecret = secret2\nregion = cn-shanghai\n",
    );

    deepEqual(await resolveConnection({}, {}, config), {
      auth: { accessKeyId: "id2", accessKeySecret: "secret2" },
      endpoint: "https://oss-cn-shanghai.aliyuncs.com",
      region: "cn-shanghai",
      signatureVersion: "v4",
    });
  });

  it("does not send the token of one key with another key", async () => {
    await writeFile(
      config,
      "[Credentials]\naccessKeyID=other\naccessKeySecret=other\nstsToken=token-of-other\n",
    );

    const fromEnvironment = await resolveConnection({}, key, config);
    const fromFlags = await resolveConnection(
      { accessKeyId: "flag", accessKeySecret: "flag" },
      { ...key, OSS_SESSION_TOKEN: "token-of-environment" },
      config,
    );

    deepEqual(fromEnvironment.auth, { accessKeyId: "id", accessKeySecret: "secret" });
    deepEqual(fromFlags.auth, { accessKeyId: "flag", accessKeySecret: "flag" });
  });

  it("takes a variable that is set to nothing as not set", async () => {
    await writeFile(config, "[Credentials]\nendpoint=http://from-config\n");

    const { endpoint } = await resolveConnection({}, { ...key, OSS_ENDPOINT: "" }, config);

    equal(endpoint, "http://from-config");
  });

  it("says that no server runs when the one that wrote server.json was killed", async () => {
    await writeFile(
      join(folder, "credentials.json"),
      JSON.stringify({ accessKeyId: "id", accessKeySecret: "secret" }),
    );
    await writeFile(
      join(folder, "server.json"),
      JSON.stringify({ endpoint: "http://127.0.0.1:1", region: "cn-hangzhou", pid: PID_OF_NOBODY }),
    );

    await rejects(resolveConnection({ data: folder }, {}), {
      name: "CommandError",
      message: `no server of ${folder} is running; start one with: npx partwise serve --data ${folder}`,
    });
  });
});

describe("resolveConnection() with a RAM role of an ECS instance", () => {
  const role = { ALIBABA_CLOUD_ECS_METADATA: "web", OSS_ENDPOINT: "http://127.0.0.1:1" };
  const kindOf = async (flags: ConnectionFlags, environment: Environment) =>
    typeof (await resolveConnection(flags, environment, config)).auth;

  it("takes it from the flag before the environment's key, and from the environment after that", async () => {
    equal(await kindOf({ ecsRamRole: "web" }, key), "function");
    equal(await kindOf({ ecsRamRole: "-" }, key), "function");
    equal(await kindOf({}, role), "function");
    equal(await kindOf({}, { ...role, ...key }), "object");
    equal(await kindOf({ accessKeyId: "a", accessKeySecret: "b", ecsRamRole: "web" }, role), "object");
  });

  it("takes it before the key of a configuration file", async () => {
    await writeFile(config, "[Credentials]\naccessKeyID=id1\naccessKeySecret=secret1\n");

    equal(await kindOf({}, role), "function");
    equal(await kindOf({}, { ...role, ALIBABA_CLOUD_ECS_METADATA_DISABLED: "true" }), "object");
  });

  it("refuses what is no role's name", async () => {
    await rejects(resolveConnection({ ecsRamRole: "a/b" }, role, config), {
      message: /no name of a RAM role/,
    });
  });
});
