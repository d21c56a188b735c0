// Who asks: signed URLs, forms, security tokens, strangers.
import assert from "node:assert/strict";
import { request } from "node:http";
import { env } from "node:process";
import { baseHost, clientOf, endpoint, refused, scenario } from "./scenario.mjs";

const KEY = "folder/中 文+%.txt";
const isV4 = env.PARTWISE_SIGNATURE === "V4";

/** The client signs no URL of an IP address; one of a name is sent to where the server listens, with its own Host. */
function namedClient(bucket, options = {}) {
  return clientOf(bucket, { endpoint: `http://${baseHost}`, ...options });
}

function signUrl(client, method, expires = 60) {
  return isV4
    ? client.signatureUrlV4(method, expires, undefined, KEY)
    : client.signatureUrl(KEY, { method, expires });
}

function send(method, url, body = "") {
  const { host, pathname, search } = new URL(url);
  const { hostname, port } = new URL(endpoint);
  return new Promise((resolve, reject) => {
    const sent = request({ method, hostname, port, path: pathname + search, headers: { host } }, (answer) => {
      const chunks = [];
      answer.on("data", (chunk) => chunks.push(chunk));
      answer.on("end", () => resolve({ status: answer.statusCode, text: Buffer.concat(chunks).toString() }));
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

scenario("signs URLs for PUT and GET", async (client, bucket) => {
  const named = namedClient(bucket);
  const put = await send("PUT", await signUrl(named, "PUT"), "signed");
  assert.equal(put.status, 200, put.text);
  assert.equal((await client.get(KEY)).content.toString(), "signed");
  const url = await signUrl(named, "GET");
  assert.deepEqual(await send("GET", url), { status: 200, text: "signed" });
  const forged = await send(
    "GET",
    url.replace(/(signature=)(.)/i, (_all, name, first) => name + (first === "a" ? "b" : "a")),
  );
  assert.equal(forged.status, 403);
  assert.match(forged.text, /<Code>SignatureDoesNotMatch<\/Code>/);
});

scenario("signs forms for a browser's upload", async (client, bucket) => {
  const conditions = [{ bucket }, ["starts-with", "$key", "folder/"], ["content-length-range", 1, 100]];
  const policy = { expiration: new Date(Date.now() + 60_000).toISOString(), conditions };
  const fields = isV4 ? signedFieldsV4(client, policy) : client.calculatePostSignature(policy);
  const post = (key, text) => {
    const form = new FormData();
    for (const [name, value] of Object.entries({ ...fields, key })) {
      form.append(name, value);
    }
    form.append("file", new Blob([text]), "file.txt");
    return fetch(`${endpoint}/${bucket}`, { method: "POST", body: form });
  };
  assert.equal((await post(KEY, "by form")).status, 204);
  assert.equal((await client.get(KEY)).content.toString(), "by form");
  const elsewhere = await post("elsewhere", "by form");
  assert.equal(elsewhere.status, 403);
  assert.match(await elsewhere.text(), /<Code>AccessDenied<\/Code>/);
  assert.equal((await post(KEY, "x".repeat(101))).status, 400);
});

function signedFieldsV4(client, policy) {
  const date = new Date();
  const stamp = date.toISOString().replaceAll(/[-:]|\.\d+/g, "");
  const credential = `${client.options.accessKeyId}/${stamp.slice(0, 8)}/${env.PARTWISE_REGION}/oss/aliyun_v4_request`;
  const fields = {
    "x-oss-signature-version": "OSS4-HMAC-SHA256",
    "x-oss-credential": credential,
    "x-oss-date": stamp,
  };
  const own = Object.entries(fields).map(([name, value]) => ({ [name]: value }));
  const full = { ...policy, conditions: [...policy.conditions, ...own] };
  const signature = client.signPostObjectPolicyV4(full, date);
  const encoded = Buffer.from(JSON.stringify(full)).toString("base64");
  return { ...fields, policy: encoded, "x-oss-signature": signature };
}

scenario("uses security tokens that the server gave out", async (client, bucket) => {
  const temporary = {
    accessKeyId: env.PARTWISE_TEMPORARY_ACCESS_KEY_ID,
    accessKeySecret: env.PARTWISE_TEMPORARY_ACCESS_KEY_SECRET,
    stsToken: env.PARTWISE_SECURITY_TOKEN,
  };
  assert.ok(temporary.stsToken, "the server gave out none");
  const borrower = clientOf(bucket, temporary);
  await borrower.put(KEY, Buffer.from("borrowed"));
  assert.equal((await client.get(KEY)).content.toString(), "borrowed");
  const url = await signUrl(namedClient(bucket, temporary), "GET");
  assert.deepEqual(await send("GET", url), { status: 200, text: "borrowed" });
  const forger = clientOf(bucket, { ...temporary, stsToken: "another token" });
  await refused(403, "InvalidSecurityToken", () => forger.put(KEY, Buffer.from("1")));
});

scenario("refuses a wrong secret and an unknown key", async (_client, bucket) => {
  const wrong = clientOf(bucket, { accessKeySecret: "another secret" });
  await refused(403, "SignatureDoesNotMatch", () => wrong.put(KEY, Buffer.from("1")));
  const nobody = clientOf(bucket, { accessKeyId: "nobody" });
  await refused(403, "InvalidAccessKeyId", () => nobody.put(KEY, Buffer.from("1")));
});
