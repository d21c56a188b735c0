// What a bucket is configured to do: stored, answered, removed, and nothing of it lost by the rest.
import assert from "node:assert/strict";
import { it } from "node:test";
import { describeOverBothStores } from "./both-stores.ts";
import type { TestRequest, TestResponse } from "./test-server.ts";

const POLICY = JSON.stringify({
  Version: "1",
  Statement: [{ Effect: "Allow", Action: "oss:GetObject", Principal: ["*"], Resource: ["acs:oss:*:*:b/*"] }],
});

function outcomeOf({ status, element }: TestResponse): string {
  return `${status} ${element("Code") ?? ""}`.trim();
}

describeOverBothStores("a bucket", (service) => {
  const send = (mark: string, request: TestRequest = {}) =>
    service().send({ ...request, query: [[mark, ""], ...(request.query ?? [])] });
  const put = (mark: string, body: string, bucket?: string) =>
    send(mark, { method: "PUT", body, ...(bucket === undefined ? {} : { bucket }) });

  it("changes its ACL", async () => {
    const changed = await send("acl", { method: "PUT", headers: { "x-oss-acl": "public-read" } });

    assert.deepEqual([changed.status, changed.text], [200, ""]);
    assert.equal((await send("acl")).element("Grant"), "public-read");
    assert.equal((await send("bucketInfo")).element("Grant"), "public-read");
    await send("acl", { method: "PUT", headers: { "x-oss-acl": "private" } });
    assert.equal((await send("acl")).element("Grant"), "private");
  });

  it("has the ACL and the redundancy that it was made with", async () => {
    const body =
      "<CreateBucketConfiguration><StorageClass>IA</StorageClass>" +
      "<DataRedundancyType>ZRS</DataRedundancyType></CreateBucketConfiguration>";

    const made = await service().send({
      method: "PUT",
      bucket: "made-with",
      headers: { "x-oss-acl": "public-read-write" },
      body,
    });

    assert.equal(made.status, 200, made.text);
    const info = await send("bucketInfo", { bucket: "made-with" });
    assert.deepEqual(["Grant", "DataRedundancyType", "StorageClass"].map(info.element), [
      "public-read-write",
      "ZRS",
      "IA",
    ]);
  });

  it("changes its ACL when it is made again with another, and keeps it when it is made again without", async () => {
    const make = (acl?: string) =>
      service().send({
        method: "PUT",
        bucket: "made-twice",
        ...(acl === undefined ? {} : { headers: { "x-oss-acl": acl } }),
      });
    const acl = async () => (await send("acl", { bucket: "made-twice" })).element("Grant");

    await make();
    assert.equal(await acl(), "private");
    await make("public-read");
    assert.equal(await acl(), "public-read");
    await make();
    assert.equal(await acl(), "public-read");
    await make("private");
    assert.equal(await acl(), "private");
  });

  it("keeps its storage class when it is made again without one, and takes no other", async () => {
    const make = (storageClass?: string) =>
      service().send({
        method: "PUT",
        bucket: "of-one-class",
        body:
          storageClass === undefined
            ? ""
            : `<CreateBucketConfiguration><StorageClass>${storageClass}</StorageClass></CreateBucketConfiguration>`,
      });

    await make("IA");

    assert.equal((await make()).status, 200);
    assert.equal((await make("IA")).status, 200);
    assert.equal(outcomeOf(await make("Archive")), "409 BucketAlreadyExists");
    assert.equal((await send("bucketInfo", { bucket: "of-one-class" })).element("StorageClass"), "IA");
  });

  it("has versions only from when it is told to, and never again none", async () => {
    const status = (text: string) =>
      `<VersioningConfiguration><Status>${text}</Status></VersioningConfiguration>`;

    const before = await send("versioning");
    assert.match(before.text, /<VersioningConfiguration><\/VersioningConfiguration>$/);
    assert.equal((await send("bucketInfo")).element("Versioning"), undefined);

    for (const text of ["Enabled", "Suspended"]) {
      assert.equal((await put("versioning", status(text))).status, 200);
      assert.equal((await send("versioning")).element("Status"), text);
      assert.equal((await send("bucketInfo")).element("Versioning"), text);
    }
    assert.equal(outcomeOf(await put("versioning", status("Disabled"))), "400 MalformedXML");
    assert.equal((await send("versioning")).element("Status"), "Suspended");
  });

  it("keeps a policy as it was written, until it is removed", async () => {
    assert.equal(outcomeOf(await send("policy")), "404 NoSuchBucketPolicy");
    const text = ` ${POLICY}\n`;

    assert.equal((await put("policy", text)).status, 200);

    const found = await send("policy");
    assert.equal(found.text, text);
    assert.equal(found.headers["content-type"], "application/json");
    assert.equal((await send("policy", { method: "DELETE" })).status, 204);
    assert.equal(outcomeOf(await send("policy")), "404 NoSuchBucketPolicy");
    assert.equal((await send("policy", { method: "DELETE" })).status, 204);
  });

  it("keeps its policy when another one is refused", async () => {
    await put("policy", POLICY);

    assert.equal(outcomeOf(await put("policy", "{")), "400 InvalidPolicyDocument");
    const notText = service().send({
      method: "PUT",
      query: [["policy", ""]],
      body: Buffer.from([0x22, 0xff, 0x22]),
    });

    assert.equal(outcomeOf(await notText), "400 InvalidPolicyDocument");
    assert.equal((await send("policy")).text, POLICY);
  });

  it("is paid for by its owner, unless it is said that the requester pays", async () => {
    const payer = (text: string) =>
      `<RequestPaymentConfiguration><Payer>${text}</Payer></RequestPaymentConfiguration>`;

    assert.equal((await send("requestPayment")).element("Payer"), "BucketOwner");
    assert.equal((await put("requestPayment", payer("Requester"))).status, 200);
    assert.equal((await send("requestPayment")).element("Payer"), "Requester");
    assert.equal(outcomeOf(await put("requestPayment", payer("Nobody"))), "400 MalformedXML");
    await put("requestPayment", payer("BucketOwner"));
    assert.equal((await send("requestPayment")).element("Payer"), "BucketOwner");
  });

  it("has tags, which are replaced, and deleted one by one or all", async () => {
    const tagging = (keys: readonly string[]) =>
      `<Tagging><TagSet>${keys.map((key) => `<Tag><Key>${key}</Key><Value>v</Value></Tag>`).join("")}</TagSet></Tagging>`;
    const keys = async () => (await send("tagging")).elements("Key");

    assert.deepEqual(await keys(), []);
    await put("tagging", tagging(["x"]));
    assert.equal((await put("tagging", tagging(["a", "b", "__proto__"]))).status, 200);
    assert.deepEqual(await keys(), ["a", "b", "__proto__"]);

    const one = await service().send({ method: "DELETE", query: [["tagging", "b,missing"]] });
    assert.equal(one.status, 204);
    assert.deepEqual(await keys(), ["a", "__proto__"]);
    assert.equal((await send("tagging", { method: "DELETE" })).status, 204);
    assert.deepEqual(await keys(), []);
    assert.equal((await send("tagging", { method: "DELETE" })).status, 204);
  });

  it("takes 20 tags, and no more", async () => {
    const tags = (count: number) =>
      Array.from({ length: count }, (_, index) => `<Tag><Key>k${index}</Key><Value/></Tag>`).join("");
    const tagging = (count: number) => `<Tagging><TagSet>${tags(count)}</TagSet></Tagging>`;

    assert.equal((await put("tagging", tagging(20))).status, 200);
    assert.equal(outcomeOf(await put("tagging", tagging(21))), "400 InvalidTag");
    assert.equal((await send("tagging")).elements("Key").length, 20);
  });

  it("keeps each setting when another is changed or removed", async () => {
    await put("policy", POLICY);
    await put("tagging", "<Tagging><TagSet><Tag><Key>k</Key><Value>v</Value></Tag></TagSet></Tagging>");

    await send("tagging", { method: "DELETE" });

    assert.equal((await send("policy")).text, POLICY);
  });

  it("has no live channels, and says so", async () => {
    const response = await service().send({
      query: [
        ["live", ""],
        ["prefix", "p"],
        ["max-keys", "7"],
      ],
    });

    assert.equal(response.status, 200, response.text);
    assert.deepEqual(["Prefix", "Marker", "MaxKeys", "IsTruncated", "NextMarker"].map(response.element), [
      "p",
      "",
      "7",
      "false",
      "",
    ]);
    assert.equal(
      outcomeOf(await service().send({ method: "PUT", key: "channel", query: [["live", ""]] })),
      "400 NotImplemented",
    );
  });

  it("refuses encryption, which this server cannot promise", async () => {
    const rule = (algorithm: string) =>
      `<ServerSideEncryptionRule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>${algorithm}</SSEAlgorithm></ApplyServerSideEncryptionByDefault></ServerSideEncryptionRule>`;

    assert.equal(outcomeOf(await send("encryption")), "404 NoSuchServerSideEncryptionRule");
    for (const algorithm of ["AES256", "KMS", "SM4"]) {
      assert.equal(outcomeOf(await put("encryption", rule(algorithm))), "400 NotImplemented");
    }
    assert.equal(outcomeOf(await put("encryption", rule("ROT13"))), "400 InvalidEncryptionAlgorithmError");
    assert.equal(outcomeOf(await send("encryption")), "404 NoSuchServerSideEncryptionRule");
    assert.equal((await send("bucketInfo")).element("SSEAlgorithm"), "None");
    assert.equal((await send("encryption", { method: "DELETE" })).status, 204);
  });

  for (const [mark, method, body] of [
    ["acl", "PUT", ""],
    ["acl", "GET", ""],
    ["versioning", "PUT", "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>"],
    ["versioning", "GET", ""],
    ["policy", "PUT", POLICY],
    ["policy", "GET", ""],
    ["policy", "DELETE", ""],
    [
      "requestPayment",
      "PUT",
      "<RequestPaymentConfiguration><Payer>Requester</Payer></RequestPaymentConfiguration>",
    ],
    ["requestPayment", "GET", ""],
    ["tagging", "PUT", "<Tagging><TagSet/></Tagging>"],
    ["tagging", "GET", ""],
    ["tagging", "DELETE", ""],
    ["encryption", "GET", ""],
    ["encryption", "DELETE", ""],
    ["stat", "GET", ""],
    ["live", "GET", ""],
    ["bucketInfo", "GET", ""],
  ] as const) {
    it(`that is not there has nothing to ${method} of ${mark}`, async () => {
      const response = await send(mark, {
        method,
        bucket: "nowhere",
        headers: { "x-oss-acl": "private" },
        body,
      });

      assert.equal(outcomeOf(response), "404 NoSuchBucket");
    });
  }
});
