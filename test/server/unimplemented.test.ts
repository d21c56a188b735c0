// What this server does not do, it says: a wrong success would cost the client its data.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
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
