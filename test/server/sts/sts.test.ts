// The token service, as the SDKs' clients call it.
import assert from "node:assert/strict";
import { createHash, createHmac, randomUUID } from "node:crypto";
import { request as httpRequest } from "node:http";
import { createRequire } from "node:module";
import { after, before, describe, it } from "node:test";
import type { Credentials } from "../../../src/protocol/signing/credentials.ts";
import { removeIdentity } from "../../../src/server/identity/edit-identities.ts";
import { openMemoryStore } from "../../../src/storage/index.ts";
import { makeTestIdentities, type TestIdentities } from "../identity/test-identities.ts";
import { allow, deny, policyText } from "../policy/policy-documents.ts";
import { startTestServer, type TestServer, testBucket } from "../test-server.ts";

const ROLE = "acs:ram::partwise:role/uploader";
const FACTS_OF_2026 = Date.parse("2026-11-23T05:00:00Z");

/** As much of ali-oss as this file uses; the package brings no types. */
interface AliSts {
  assumeRole(
    roleArn: string,
    policy: string,
    expirationSeconds: number,
    session: string,
  ): Promise<{ readonly credentials: Readonly<Record<string, string>> }>;
}

const { STS } = createRequire(import.meta.url)("ali-oss") as {
  readonly STS: new (options: object) => AliSts;
};

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
  readonly json: Readonly<Record<string, string & Readonly<Record<string, string>>>>;
}

describe("the token service", () => {
  let identities: TestIdentities;
  let service: TestServer;
  let user: Credentials & { readonly id: string };
  const clock = { ms: FACTS_OF_2026 };
  before(async () => {
    identities = await makeTestIdentities();
    const now = () => clock.ms;
    const store = await openMemoryStore({ now });
    service = await startTestServer({ store, credentials: identities.store, now });
    user = identities.addUser("ci", allow("sts:AssumeRole", "acs:ram:*:*:role/*"));
    identities.addRole(
      "uploader",
      ["acs:ram::partwise:user/ci"],
      allow("oss:*", `acs:oss:*:*:${testBucket}/in/*`),
    );
    identities.addRole("others", ["acs:ram::partwise:user/somebody"], allow("*"));
    identities.addRole("everybodys", ["acs:ram::partwise:root"], allow("*"));
  });
  after(async () => {
    await service[Symbol.asyncDispose]();
    await identities[Symbol.asyncDispose]();
  });

  function send(
    method: string,
    path: string,
    headers: Readonly<Record<string, string>>,
    body = "",
  ): Promise<Answer> {
    const { hostname: host, port } = service.endpoint;
    return new Promise((resolve, reject) => {
      const outgoing = httpRequest({ host, port, method, path, headers, agent: false }, async (incoming) => {
        const text = Buffer.concat(await incoming.toArray()).toString();
        const type = incoming.headers["content-type"] ?? "";
        resolve({
          status: incoming.statusCode ?? 0,
          type,
          text,
          json: type.includes("json") ? JSON.parse(text) : {},
        });
      });
      outgoing.on("error", reject);
      outgoing.end(body);
    });
  }

  const words = (action: string, others: Readonly<Record<string, string>> = {}) => ({
    ...{ Action: action, Version: "2015-04-01", Format: "JSON", AccessKeyId: user.accessKeyId },
    ...{ SignatureMethod: "HMAC-SHA1", SignatureVersion: "1.0", SignatureNonce: randomUUID() },
    Timestamp: new Date(clock.ms).toISOString().replace(".000", ""),
    ...others,
  });

  const percentEncode = (text: string) =>
    encodeURIComponent(text).replace(
      /[!'()*]/g,
      (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
    );

  function rpc(
    method: "GET" | "POST",
    parameters: Readonly<Record<string, string>>,
    secret = user.accessKeySecret,
  ): Promise<Answer> {
    const canonical = Object.keys(parameters)
      .sort()
      .map((name) => `${percentEncode(name)}=${percentEncode(parameters[name] ?? "")}`)
      .join("&");
    const Signature = createHmac("sha1", `${secret}&`)
      .update(`${method}&%2F&${percentEncode(canonical)}`)
      .digest("base64");
    const text = `${canonical}&Signature=${percentEncode(Signature)}`;
    return method === "GET"
      ? send("GET", `/?${text}`, {})
      : send("POST", "/", { "content-type": "application/x-www-form-urlencoded" }, text);
  }

  const role = (others: Readonly<Record<string, string>> = {}) =>
    words("AssumeRole", { RoleArn: ROLE, RoleSessionName: "build-7", ...others });

  function credentialsIn({ json }: Answer): Credentials {
    const {
      AccessKeyId = "",
      AccessKeySecret = "",
      SecurityToken = "",
    }: Readonly<Record<string, string>> = json.Credentials ?? {};
    return { accessKeyId: AccessKeyId, accessKeySecret: AccessKeySecret, securityToken: SecurityToken };
  }

  async function put(credentials: Credentials, key: string): Promise<string | number> {
    const response = await service.send({
      method: "PUT",
      key,
      body: "x",
      credentials,
      time: new Date(clock.ms),
    });
    return response.element("Code") ?? response.status;
  }

  it("gives the client of ali-oss a key that may do what the role may, until it ends", async () => {
    clock.ms = Date.now();
    const { accessKeyId, accessKeySecret } = user;
    const sts = new STS({ accessKeyId, accessKeySecret, endpoint: service.server.endpoint });
    const { credentials } = await sts.assumeRole(ROLE, "", 900, "build-7");
    const { AccessKeyId = "", AccessKeySecret = "", SecurityToken = "", Expiration = "" } = credentials;
    const key = { accessKeyId: AccessKeyId, accessKeySecret: AccessKeySecret, securityToken: SecurityToken };

    assert.match(AccessKeyId, /^STS\.[0-9a-f]{24}$/);
    assert.equal(await put(key, "in/a"), 200);
    assert.equal(await put(key, "out/a"), "AccessDenied");
    assert.equal(await put(user, "in/a"), "AccessDenied");
    clock.ms = Date.parse(Expiration) - 1;
    assert.equal(await put(key, "in/a"), 200);
    clock.ms += 1;
    assert.equal(await put(key, "in/a"), "SecurityTokenExpired");
    clock.ms = FACTS_OF_2026;
  });

  it("answers in JSON and XML, to GET and POST", async () => {
    const { json } = await rpc("POST", role());
    assert.deepEqual(Object.keys(json), ["RequestId", "AssumedRoleUser", "Credentials"]);
    assert.equal(json.AssumedRoleUser?.Arn, `${ROLE}/build-7`);
    assert.match(json.AssumedRoleUser?.AssumedRoleId ?? "", /^\d{18}:build-7$/);
    assert.equal(json.Credentials?.Expiration, "2026-11-23T06:00:00Z");

    const { status, type, text } = await rpc("GET", role({ Format: "XML", DurationSeconds: "900" }));
    assert.deepEqual([status, type], [200, "text/xml;charset=utf-8"]);
    assert.match(
      text,
      /^<\?xml [^>]+>\n<AssumeRoleResponse><RequestId>\w+<\/RequestId><AssumedRoleUser><Arn>/,
    );
    assert.match(
      text,
      /<Expiration>2026-11-23T05:15:00Z<\/Expiration><\/Credentials><\/AssumeRoleResponse>$/,
    );
  });

  it("holds a session to its own policy besides the role's", async () => {
    const Policy = policyText(
      allow("oss:*", `acs:oss:*:*:${testBucket}/*`),
      deny("oss:*", `acs:oss:*:*:${testBucket}/in/no*`),
    );
    const key = credentialsIn(await rpc("POST", role({ Policy })));

    assert.deepEqual(
      [await put(key, "in/yes"), await put(key, "in/no"), await put(key, "out")],
      [200, "AccessDenied", "AccessDenied"],
    );
  });

  it("knows a session by its name in a bucket's policy, and forgets it with its role", async () => {
    identities.addRole("brief", ["acs:ram::partwise:root"], allow("oss:PutObject"));
    const key = credentialsIn(await rpc("POST", role({ RoleArn: "acs:ram::partwise:role/brief" })));
    const principal = { Principal: ["arn:sts::partwise:assumed-role/brief/build-*"] };
    const setPolicy = (body: string) =>
      service.send({
        ...{ method: "PUT", query: [["policy", ""]], body, time: new Date(clock.ms) },
        credentials: identities.rootKey,
      });

    assert.equal(await put(key, "a"), 200);
    assert.equal(
      (await setPolicy(policyText(deny("oss:PutObject", `acs:oss:*:*:${testBucket}/b`, principal)))).status,
      200,
    );
    assert.deepEqual([await put(key, "a"), await put(key, "b")], [200, "AccessDenied"]);
    identities.change((all) => removeIdentity(all, "roles", "brief"));
    assert.equal(await put(key, "a"), "InvalidSecurityToken");
  });

  it("refuses a token that was changed anywhere", async () => {
    const key = credentialsIn(await rpc("POST", role()));
    const token = key.securityToken ?? "";

    for (let index = 0; index < token.length - 1; index += 17) {
      const forged = token.slice(0, index) + (token[index] === "A" ? "B" : "A") + token.slice(index + 1);
      assert.equal(await put({ ...key, securityToken: forged }, "in/a"), "InvalidSecurityToken");
    }
    assert.equal(
      await put({ ...key, accessKeyId: user.accessKeyId }, "in/a"),
      "AccessKeyIdAndSecurityTokenNotMatch",
    );
  });

  it("tells who somebody is, also by a session's key", async () => {
    const { json } = await rpc("POST", words("GetCallerIdentity"));
    assert.deepEqual(
      [json.IdentityType, json.Arn, json.UserId],
      ["RAMUser", "acs:ram::partwise:user/ci", user.id],
    );

    const session = credentialsIn(await rpc("POST", role()));
    const { accessKeyId: AccessKeyId, securityToken: SecurityToken = "" } = session;
    const identity = words("GetCallerIdentity", { AccessKeyId, SecurityToken });
    const answer = await rpc("POST", identity, session.accessKeySecret);
    assert.equal(answer.json.Arn, "arn:sts::partwise:assumed-role/uploader/build-7");
  });

  it("takes the signature ACS3-HMAC-SHA256, and none that covers too little or another body", async () => {
    const query = `RoleArn=${percentEncode(ROLE)}&RoleSessionName=build-7`;
    const hash = (text: string) => createHash("sha256").update(text).digest("hex");
    const ask = (signedNames: readonly string[], body = "", sent = body, nonce: string = randomUUID()) => {
      const headers: Record<string, string> = {
        host: service.endpoint.host,
        "x-acs-action": "AssumeRole",
        "x-acs-content-sha256": hash(body),
        "x-acs-date": new Date(clock.ms).toISOString().replace(".000", ""),
        "x-acs-signature-nonce": nonce,
        "x-acs-version": "2015-04-01",
      };
      const lines = signedNames.map((name) => `${name}:${headers[name]}\n`).join("");
      const canonical = ["POST", "/", query, lines, signedNames.join(";"), hash(body)].join("\n");
      const signature = createHmac("sha256", user.accessKeySecret)
        .update(`ACS3-HMAC-SHA256\n${hash(canonical)}`)
        .digest("hex");
      headers.authorization = `ACS3-HMAC-SHA256 Credential=${user.accessKeyId},SignedHeaders=${signedNames.join(";")},Signature=${signature}`;
      return send("POST", `/?${query}`, headers, sent);
    };
    const all = [
      ...["host", "x-acs-action", "x-acs-content-sha256", "x-acs-date"],
      ...["x-acs-signature-nonce", "x-acs-version"],
    ];
    const withoutNonce = all.filter((name) => name !== "x-acs-signature-nonce");

    assert.equal(await put(credentialsIn(await ask(all)), "in/a"), 200);
    assert.equal((await ask(withoutNonce)).json.Code, "IncompleteSignature");
    assert.equal((await ask(all, "", "", "acs3-once")).status, 200);
    assert.equal((await ask(all, "", "", "acs3-once")).json.Code, "SignatureNonceUsed");
    assert.equal((await ask(all.slice(0, 3))).json.Code, "IncompleteSignature");
    assert.equal((await ask(all, "", "DurationSeconds=900")).json.Code, "IncompleteSignature");
  });

  it("takes no request twice while its time is good, whoever else uses its nonce", async () => {
    const recorded = role({ SignatureNonce: "once" });
    const other = identities.addUser("other", allow("sts:*"));
    const ofOther = words("GetCallerIdentity", { SignatureNonce: "once", AccessKeyId: other.accessKeyId });
    const codeOf = async (answer: Promise<Answer>) => (await answer).json.Code;

    assert.equal(await codeOf(rpc("POST", recorded)), undefined);
    assert.equal(await codeOf(rpc("POST", recorded)), "SignatureNonceUsed");
    assert.equal(await codeOf(rpc("GET", { ...recorded, Format: "JSON" })), "SignatureNonceUsed");
    assert.equal(await codeOf(rpc("POST", ofOther, other.accessKeySecret)), undefined);
    // A request that is refused for its signature uses up nobody's nonce.
    const guessed = role({ SignatureNonce: "twice" });
    assert.equal(await codeOf(rpc("POST", guessed, "guessed")), "SignatureDoesNotMatch");
    assert.equal(await codeOf(rpc("POST", guessed)), undefined);
  });

  for (const [what, parameters, status, code] of [
    ["a role that is not there", { RoleArn: "acs:ram::partwise:role/none" }, 404, "EntityNotExist.Role"],
    ["a role that trusts somebody else", { RoleArn: "acs:ram::partwise:role/others" }, 403, "NoPermission"],
    ["a name that is no role's", { RoleArn: "uploader" }, 400, "InvalidParameter.RoleArn"],
    ["a session without a name", { RoleSessionName: "x" }, 400, "InvalidParameter.RoleSessionName"],
    ["a session that is too short", { DurationSeconds: "899" }, 400, "InvalidParameter.DurationSeconds"],
    [
      "a session that is longer than the role allows",
      { DurationSeconds: "3601" },
      400,
      "InvalidParameter.DurationSeconds",
    ],
    ["a duration that is none", { DurationSeconds: "soon" }, 400, "InvalidParameter.DurationSeconds"],
    ["a policy that is none", { Policy: "{}" }, 400, "InvalidParameter.PolicyGrammar"],
    ["a policy that is too long", { Policy: " ".repeat(2_049) }, 400, "InvalidParameter.PolicySize"],
    ["an unknown action", { Action: "AssumeRoles" }, 404, "InvalidAction.NotFound"],
    ["an unknown version", { Version: "2014-04-01" }, 400, "InvalidVersion"],
    ["an unknown key", { AccessKeyId: "PW0" }, 404, "InvalidAccessKeyId.NotFound"],
    ["an unknown token", { SecurityToken: "PW2.x" }, 400, "InvalidSecurityToken.MismatchWithAccessKey"],
    ["an old time", { Timestamp: "2026-11-23T04:44:59Z" }, 400, "InvalidTimeStamp.Expired"],
    ["a time that is none", { Timestamp: "now" }, 400, "InvalidTimeStamp.Expired"],
    ["an unknown signature", { SignatureMethod: "HMAC-MD5" }, 400, "InvalidParameter.SignatureMethod"],
  ] as const) {
    it(`refuses ${what}: ${code}`, async () => {
      const answer = await rpc("POST", role(parameters));

      assert.deepEqual([answer.status, answer.json.Code], [status, code], answer.text);
    });
  }

  it("refuses a wrong secret, the account, a user without permission, and a session", async () => {
    const stranger = identities.addUser("stranger");
    const session = credentialsIn(await rpc("POST", role()));
    const asked = (key: Credentials) => ({
      ...role({ AccessKeyId: key.accessKeyId, RoleArn: "acs:ram::partwise:role/everybodys" }),
      ...(key.securityToken === undefined ? {} : { SecurityToken: key.securityToken }),
    });
    const codeFor = async (key: Credentials, secret = key.accessKeySecret) =>
      (await rpc("POST", asked(key), secret)).json.Code;

    assert.equal(await codeFor(user, "guessed"), "SignatureDoesNotMatch");
    assert.equal(await codeFor(identities.rootKey), "NoPermission");
    assert.equal(await codeFor(stranger), "NoPermission");
    assert.equal(await codeFor(session), "NoPermission");
    assert.equal(await codeFor(user), undefined);
  });

  it("leaves buckets alone, and a body that is too long unread", async () => {
    const list = await service.send({
      bucket: "",
      credentials: identities.rootKey,
      time: new Date(clock.ms),
    });
    assert.equal(list.element("Name"), testBucket);
    const form = { "content-type": "application/x-www-form-urlencoded" };
    const long = await send("POST", "/", form, `Action=${"x".repeat(70_000)}`);
    assert.match(long.text, /<Code>RequestTooLarge<\/Code>/);
    assert.match((await send("POST", "/", form)).text, /<Code>MissingAction<\/Code>/);
  });
});
