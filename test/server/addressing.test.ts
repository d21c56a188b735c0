// The ways in which clients say which bucket they mean (what-clients-force.md, 9; oss-protocol.md, 1.3).
import assert from "node:assert/strict";
import { once } from "node:events";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { after, before, describe, it } from "node:test";
import { signV1Header } from "../../src/protocol/signing/sign-v1-header.ts";
import { nodeSigningCrypto } from "../../src/server/node-signing-crypto.ts";
import { startTestServer, type TestServer, testBucket, testCredentials } from "./test-server.ts";

let service: TestServer;
before(async () => {
  service = await startTestServer({ baseHosts: ["example.com", "oss.example.com"] });
  await service.send({ method: "PUT", key: "dir/k", body: "the right object" });
});
after(() => service[Symbol.asyncDispose]());

const inHost = (host: string) => ({ key: "dir/k", headers: { host }, rawTarget: "/dir/k" });

describe("a bucket", () => {
  for (const host of [
    `${testBucket}.127.0.0.1:7070`,
    `${testBucket}.localhost`,
    `${testBucket}.localhost:7070`,
    `${testBucket.toUpperCase()}.LocalHost`,
    `${testBucket}.localhost.`,
    `${testBucket}.oss-cn-hangzhou.aliyuncs.com`,
    `${testBucket}.oss-cn-hangzhou-internal.aliyuncs.com`,
    `${testBucket}.cn-hangzhou.oss.aliyuncs.com`,
    `${testBucket}.example.com`,
    `${testBucket}.oss.example.com`,
    `${testBucket}.a-host-that-nobody-configured.test`,
  ]) {
    it(`is found in the host ${host}`, async () => {
      const response = await service.send(inHost(host));

      assert.equal(response.text, "the right object");
    });
  }

  for (const host of [
    "127.0.0.1:7070",
    "[::1]",
    "[::1]:7070",
    "localhost",
    "localhost:7070",
    "example.com",
    "oss.example.com:80",
    "oss-cn-hangzhou.aliyuncs.com",
    "",
  ]) {
    it(`is found in the path when the host is ${JSON.stringify(host)}`, async () => {
      const response = await service.send({ key: "dir/k", headers: { host } });

      assert.equal(response.text, "the right object");
    });
  }

  it("is found in the host of an absolute target, whatever the Host header says", async () => {
    const response = await service.send({
      key: "dir/k",
      headers: { host: "another.localhost" },
      rawTarget: `http://${testBucket}.oss-cn-hangzhou.aliyuncs.com/dir/k`,
    });

    assert.equal(response.text, "the right object");
  });

  it("is found in the path of an absolute target", async () => {
    const { host } = service.endpoint;

    const response = await service.send({ key: "dir/k", rawTarget: `http://${host}/${testBucket}/dir/k` });

    assert.equal(response.text, "the right object");
  });

  it("is found when it stands in the host and in the path, as ali-oss sends it with sldEnable", async () => {
    const host = `${testBucket}.oss-cn-hangzhou.aliyuncs.com`;

    const response = await service.send({ key: "dir/k", headers: { host } });

    assert.equal(response.text, "the right object");
  });

  it("is not taken for the beginning of a key that begins like it, when the signature says so", async () => {
    const key = `${testBucket}/dir/k`;
    await service.send({ method: "PUT", key, body: "the other object" });
    const host = `${testBucket}.oss-cn-hangzhou.aliyuncs.com`;

    const response = await service.send({ key, headers: { host }, rawTarget: `/${key}` });

    assert.equal(response.text, "the other object");
  });

  it("is told apart by a V1 signature too", async () => {
    const host = `${testBucket}.oss-cn-hangzhou.aliyuncs.com`;
    const signed = await signV1Header(
      { method: "GET", resource: { bucket: testBucket, key: "dir/k" }, query: [], headers: { host } },
      { credentials: testCredentials, time: new Date() },
      nodeSigningCrypto,
    );

    const { hostname, port } = service.endpoint;
    const path = `/${testBucket}/dir/k`;
    const outgoing = httpRequest({ hostname, port, path, headers: signed.headers, agent: false }).end();
    const [incoming] = (await once(outgoing, "response")) as [IncomingMessage];

    assert.equal(Buffer.concat(await incoming.toArray()).toString(), "the right object");
  });

  it("is no bucket when the host begins with a dot: ali-oss lists buckets so", async () => {
    const response = await service.send({ bucket: "", headers: { host: ".oss-cn-hangzhou.aliyuncs.com" } });

    assert.deepEqual(response.elements("Name"), [testBucket]);
    assert.equal(response.element("ExtranetEndpoint"), "oss-cn-hangzhou.aliyuncs.com");
  });

  it("of a host that is none of ours is not read from it when the path was signed", async () => {
    const response = await service.send({ key: "dir/k", headers: { host: "www.partwise.test:8080" } });

    assert.equal(response.text, "the right object");
  });
});

describe("what answers say about the host", () => {
  it("is the host without the bucket, because clients put the bucket before it again", async () => {
    const response = await service.send({
      query: [["bucketInfo", ""]],
      headers: { host: `${testBucket}.localhost:7070` },
      rawTarget: "/?bucketInfo",
    });

    assert.equal(response.element("ExtranetEndpoint"), "localhost:7070");
    assert.equal(response.element("IntranetEndpoint"), "localhost:7070");
  });

  it("is the whole host when the bucket is in the path", async () => {
    const response = await service.send({
      query: [["bucketInfo", ""]],
      headers: { host: `${testBucket}.partwise.test:7070` },
    });

    assert.equal(response.element("ExtranetEndpoint"), `${testBucket}.partwise.test:7070`);
  });

  it("is the object's own URL when an upload is completed", async () => {
    const uploadId = await service.initiate("dir/中");
    const etag = await service.putPart("dir/中", uploadId, 1, "x");

    const response = await service.send({
      method: "POST",
      key: "dir/中",
      query: [["uploadId", uploadId]],
      headers: { host: `${testBucket}.localhost:7070` },
      rawTarget: `/dir/%E4%B8%AD?uploadId=${uploadId}`,
      body: `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>${etag}</ETag></Part></CompleteMultipartUpload>`,
    });

    assert.equal(response.element("Location"), `http://${testBucket}.localhost:7070/dir/%E4%B8%AD`);
  });

  it("is the request's host, without its port, in an error", async () => {
    const response = await service.send({
      ...inHost(`${testBucket}.localhost:7070`),
      key: "none",
      rawTarget: "/none",
    });

    assert.equal(response.element("HostId"), `${testBucket}.localhost`);
  });
});
