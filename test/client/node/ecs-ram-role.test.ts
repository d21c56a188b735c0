import { deepEqual, equal, rejects, throws } from "node:assert/strict";
import { describe, it } from "node:test";
import { Bucket } from "../../../src/client/node/bucket.ts";
import { type EcsRamRoleOptions, ecsRamRole } from "../../../src/client/node/ecs-ram-role.ts";
import { afterBody, startScriptedService } from "../scripted-service.ts";

const ROLES = "/latest/meta-data/ram/security-credentials/";
const KEY = {
  Code: "Success",
  AccessKeyId: "STS.id",
  AccessKeySecret: "secret",
  SecurityToken: "token",
  Expiration: "2030-01-02T03:04:05Z",
};

/** A metadata service as ECS has it: with a token, or without where it may do without. */
async function startMetadata({
  key = KEY,
  role = "web",
  mode = "hardened" as "hardened" | "plain",
}: {
  readonly key?: object | string;
  readonly role?: string;
  readonly mode?: "hardened" | "plain";
} = {}) {
  const tokens: unknown[] = [];
  let tokenCount = 0;
  const service = await startScriptedService((request, response) => {
    const { method, url, headers } = request;
    const say = (status: number, text: string) => response.writeHead(status).end(text);
    if (method === "PUT" && url === "/latest/api/token" && mode === "hardened") {
      tokenCount += 1;
      const seconds = Number(headers["x-aliyun-ecs-metadata-token-ttl-seconds"]);
      say(seconds >= 1 && seconds <= 21_600 ? 200 : 400, `token-${tokenCount}\n`);
      return;
    }
    tokens.push(headers["x-aliyun-ecs-metadata-token"]);
    const isAllowed = mode === "plain" || headers["x-aliyun-ecs-metadata-token"] === `token-${tokenCount}`;
    if (method !== "GET" || !isAllowed) {
      say(isAllowed ? 405 : 403, "no");
    } else if (url === ROLES) {
      say(role === "" ? 404 : 200, role);
    } else if (url === `${ROLES}${role}`) {
      say(200, typeof key === "string" ? key : JSON.stringify(key));
    } else {
      say(404, "not found");
    }
  });
  const get = (options: EcsRamRoleOptions = {}) =>
    ecsRamRole({ metadataUrl: service.endpoint, ...options })();
  return { service, tokens, get };
}

describe("ecsRamRole()", () => {
  it("gets the key of a role with a token, and when it ends", async () => {
    const { service, tokens, get } = await startMetadata();
    await using _ = service;

    deepEqual(await get({ roleName: "web" }), {
      accessKeyId: "STS.id",
      accessKeySecret: "secret",
      securityToken: "token",
      expiration: new Date("2030-01-02T03:04:05Z"),
    });
    deepEqual(tokens, ["token-1"]);
    equal((await get({ roleName: "web" })).accessKeyId, "STS.id");
    deepEqual(tokens, ["token-1", "token-2"]);
  });

  it("is asked by two clients at a time, of which neither ends what the other waits for", async () => {
    const held: (() => void)[] = [];
    await using service = await startScriptedService((request, response) => {
      const say = (text: string) => response.writeHead(200).end(text);
      if (request.method === "PUT") {
        say("token");
      } else if (held.push(() => say(JSON.stringify(KEY))) === 2) {
        held[0]?.();
      }
    });
    const get = ecsRamRole({ metadataUrl: service.endpoint, roleName: "web" });
    const asked = [get(), get()];

    await Promise.race(asked);
    held[1]?.();

    deepEqual(
      (await Promise.all(asked)).map(({ accessKeyId }) => accessKeyId),
      ["STS.id", "STS.id"],
    );
  });

  it("finds out which role the instance has", async () => {
    const { service, get } = await startMetadata();
    await using _ = service;

    equal((await get()).accessKeyId, "STS.id");
    deepEqual(service.requests, ["PUT /latest/api/token", `GET ${ROLES}`, `GET ${ROLES}web`]);
  });

  it("does without a token where there is none, unless it must not", async () => {
    const { service, tokens, get } = await startMetadata({ mode: "plain" });
    await using _ = service;

    equal((await get()).accessKeyId, "STS.id");
    deepEqual(tokens.slice(1), [undefined, undefined]);
    await rejects(get({ allowsPlainMode: false }), { message: /gives no token: it answered 405$/ });
  });

  it("says what is missing", async () => {
    const without = await startMetadata({ role: "" });
    const { service, get } = await startMetadata();
    await using _ = service;
    await using __ = without.service;

    await rejects(without.get(), { message: /answered 404/ });
    await rejects(get({ roleName: "other" }), { message: /the instance has no such role$/ });
  });

  it("quotes nothing of an answer that it cannot use", async () => {
    for (const key of [
      "",
      "no JSON",
      "null",
      { ...KEY, Code: "Failed" },
      { ...KEY, AccessKeySecret: 7 },
      { ...KEY, Expiration: "soon" },
    ]) {
      const { service, get } = await startMetadata({ key });
      await using _ = service;

      await rejects(get(), { message: "the metadata service answered with no usable key of role web" });
    }
  });

  it("says that there is no metadata service", async () => {
    const { service } = await startMetadata();
    await service[Symbol.asyncDispose]();

    await rejects(ecsRamRole({ metadataUrl: service.endpoint })(), { code: "connection-refused" });
  });

  it("refuses what is no role's name", () => {
    for (const roleName of ["", "a/b", "../x", "a b"]) {
      throws(() => ecsRamRole({ roleName }), TypeError);
    }
  });

  it("signs a client's requests, and is asked once for all until the key is about to end", async () => {
    const { service } = await startMetadata();
    await using _ = service;
    const tokens: unknown[] = [];
    await using oss = await startScriptedService((request, response) => {
      tokens.push(request.headers["x-oss-security-token"]);
      afterBody(request, () => response.writeHead(200, { etag: '"E"' }).end());
    });
    const auth = ecsRamRole({ metadataUrl: service.endpoint });
    const bucket = new Bucket(auth, oss.endpoint, "test-bucket", { region: "cn-hangzhou" });

    await Promise.all([bucket.putObject("a", "x"), bucket.putObject("b", "x")]);
    await bucket.putObject("c", "x");

    deepEqual(tokens, ["token", "token", "token"]);
    equal(service.requests.length, 3);
  });
});
