// What this server does not do, it says: a wrong success would cost the client its data.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { openConnection, signedHead } from "./raw-connection.ts";
import { startTestServer, type TestRequest, type TestServer, testBucket } from "./test-server.ts";

let service: TestServer;
before(async () => {
  service = await startTestServer();
  await service.send({ method: "PUT", key: "kept", body: "kept" });
});
after(() => service[Symbol.asyncDispose]());

describe("a request that asks for what is not implemented", () => {
  const put = { method: "PUT", key: "kept", body: "lost" } as const;
  const cases: readonly (readonly [what: string, header: string, request: TestRequest])[] = [
    [
      "headers of any name",
      "x-oss-persistent-headers",
      { ...put, headers: { "x-oss-persistent-headers": "myheader:bXk=" } },
    ],
    [
      "a callback of a copy",
      "x-oss-callback",
      { ...put, headers: { "x-oss-copy-source": `/${testBucket}/kept`, "x-oss-callback": "e30=" } },
    ],
    [
      "a callback of a copy in its URL",
      "callback",
      {
        ...put,
        headers: { "x-oss-copy-source": `/${testBucket}/kept` },
        query: [["callback", "e30="]],
      },
    ],
    [
      "encryption",
      "x-oss-server-side-encryption",
      { ...put, headers: { "x-oss-server-side-encryption": "KMS" } },
    ],
    ["a version to overwrite", "versionId", { ...put, query: [["versionId", "CAEQ1"]] }],
    ["retention", "x-oss-object-worm-mode", { ...put, headers: { "x-oss-object-worm-mode": "COMPLIANCE" } }],
    [
      "retention of a copy until a date",
      "x-oss-object-worm-retain-until-date",
      {
        ...put,
        headers: {
          "x-oss-copy-source": `/${testBucket}/kept`,
          "x-oss-object-worm-retain-until-date": "2100-01-01T00:00:00.000Z",
        },
      },
    ],
    [
      "a legal hold of an upload",
      "x-oss-object-worm-legal-hold",
      {
        method: "POST",
        key: "kept",
        query: [["uploads", ""]],
        headers: { "x-oss-object-worm-legal-hold": "ON" },
      },
    ],
    [
      "a bucket of a resource group",
      "x-oss-resource-group-id",
      { method: "PUT", headers: { "x-oss-resource-group-id": "rg-1" } },
    ],
    [
      "a bucket with tags",
      "x-oss-bucket-tagging",
      { method: "PUT", headers: { "x-oss-bucket-tagging": "a=b" } },
    ],
    [
      "a bucket for agents",
      "x-oss-agentic-bucket",
      { method: "PUT", headers: { "x-oss-agentic-bucket": "true" } },
    ],
    [
      "the buckets of a resource group",
      "x-oss-resource-group-id",
      { bucket: "", headers: { "x-oss-resource-group-id": "rg-1" } },
    ],
    [
      "a URL that is good from one address alone",
      "x-oss-ac-source-ip",
      { key: "kept", query: [["x-oss-ac-source-ip", "192.0.2.1"]] },
    ],
    ["a write with what nobody knows", "x-oss-new", { ...put, query: [["x-oss-new", "1"]] }],
    ["what nobody knows of a bucket", "x-oss-new", { query: [["x-oss-new", ""]] }],
    ["a website", "website", { method: "PUT", key: "kept", query: [["website", ""]] }],
    ["a select", "x-oss-process", { method: "POST", key: "kept", query: [["x-oss-process", "csv/select"]] }],
  ];

  for (const [what, header, request] of cases) {
    it(`is refused, and changes nothing: ${what}`, async () => {
      const response = await service.send(request);

      assert.equal(`${response.status} ${response.element("Code")}`, "400 NotImplemented");
      assert.equal(response.element("Header"), header);
      assert.equal((await service.send({ key: "kept" })).text, "kept");
    });
  }
});

describe("a body that is coded for its transport", () => {
  it("is refused, for it would be stored as it is coded", async () => {
    using connection = openConnection(service);
    const request = { method: "PUT", key: "kept" } as const;
    const coding = ["Transfer-Encoding: gzip, chunked", "Connection: close"];

    connection.socket.write(await signedHead(service, `/${testBucket}/kept`, request, coding));
    connection.socket.write("4\r\nlost\r\n0\r\n\r\n");
    const answer = await connection.until("</Error>");

    assert.match(answer, /^HTTP\/1\.1 400 /);
    assert.match(answer, /<Code>NotImplemented<\/Code>/);
    assert.match(answer, /<Header>Transfer-Encoding<\/Header>/);
    assert.equal((await service.send({ key: "kept" })).text, "kept");
  });

  it("is taken in chunks, however they are spelled", async () => {
    using connection = openConnection(service);
    const request = { method: "PUT", key: "chunks" } as const;
    const coding = ["Transfer-Encoding: Chunked", "Connection: close"];

    connection.socket.write(await signedHead(service, `/${testBucket}/chunks`, request, coding));
    connection.socket.write("4\r\ngood\r\n0\r\n\r\n");
    await connection.ended;

    assert.match(connection.received(), /^HTTP\/1\.1 200 /);
    assert.equal((await service.send({ key: "chunks" })).text, "good");
  });
});

describe("a request that asks for what is so anyway", () => {
  for (const [what, request] of [
    ["the only version", { method: "GET", query: [["versionId", "null"]] }],
    [
      "a version for an upload",
      {
        method: "POST",
        query: [
          ["uploads", ""],
          ["versionId", "CAEQ1"],
        ],
      },
    ],
  ] as const) {
    it(`is served: ${what}`, async () => {
      await service.send({ method: "PUT", key: "so", body: "x" });

      const response = await service.send({ key: "so", ...request });

      assert.equal(response.status, 200, response.text);
    });
  }
});

describe("a method that is not OSS's", () => {
  it("is answered as any other refusal, with a request id", async () => {
    for (const method of ["PATCH", "TRACE"]) {
      const response = await service.send({ method: method as "GET", key: "kept" });

      assert.equal(`${response.status} ${response.element("Code")}`, "405 MethodNotAllowed");
      assert.equal(response.element("Method"), method);
      assert.match(response.headers["x-oss-request-id"] as string, /^[0-9A-F]{24}$/);
    }
  });
});
