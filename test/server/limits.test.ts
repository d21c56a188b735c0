// Every limit of the wire at its edge: the last value that is taken, and the first that is not. The numbers stand here
// as the documentation has them (src/protocol/limits.ts names the pages), so that a wrong constant is found.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { requestAddress } from "../../src/protocol/addressing/endpoint.ts";
import type { Query } from "../../src/protocol/http-message.ts";
import { signV4Url } from "../../src/protocol/signing/sign-v4-url.ts";
import { nodeSigningCrypto } from "../../src/server/node-signing-crypto.ts";
import { assertError } from "./assert-error.ts";
import {
  completionDocument,
  md5Base64,
  partQuery,
  startTestServer,
  type TestServer,
  testBucket,
  testCredentials,
} from "./test-server.ts";

const ETAG = "A".repeat(32);

let service: TestServer;
before(async () => {
  service = await startTestServer();
});
after(() => service[Symbol.asyncDispose]());

function send(body: string | Uint8Array, query: Query, key?: string) {
  const headers = { "content-md5": md5Base64(body) };
  return service.send({ method: "POST", query, headers, body, ...(key === undefined ? {} : { key }) });
}

describe("a part that is not the last", () => {
  for (const [sizeBytes, answer] of [
    [102_399, "400 EntityTooSmall"],
    [102_400, "200 undefined"],
    [102_401, "200 undefined"],
  ] as const) {
    it(`of ${sizeBytes} bytes: ${answer}`, async () => {
      const uploadId = await service.initiate("k");
      const first = await service.putPart("k", uploadId, 1, Buffer.alloc(sizeBytes));
      const last = await service.putPart("k", uploadId, 2, "");

      const response = await service.complete("k", uploadId, [
        [1, first],
        [2, last],
      ]);

      assert.equal(`${response.status} ${response.element("Code")}`, answer);
    });
  }

  it("and has not a byte may be the only one", async () => {
    const uploadId = await service.initiate("empty");
    const etag = await service.putPart("empty", uploadId, 1, "");

    const response = await service.complete("empty", uploadId, [[1, etag]]);

    assert.equal(response.status, 200);
    assert.match(response.headers.etag ?? "", /-1"$/);
    assert.equal((await service.send({ key: "empty" })).headers["content-length"], "0");
  });
});

describe("a part's number", () => {
  for (const partNumber of ["9999", "10000"]) {
    it(`may be ${partNumber}`, async () => {
      const uploadId = await service.initiate("k");
      const query = partQuery(uploadId, partNumber);

      const response = await service.send({ method: "PUT", key: "k", query, body: "x" });
      const completed = await service.complete("k", uploadId, [
        [Number(partNumber), (response.headers.etag ?? "").replaceAll('"', "")],
      ]);

      assert.equal(response.status, 200);
      assert.equal(completed.status, 200);
    });
  }

  it("may not be 10001", async () => {
    const query = partQuery(await service.initiate("k"), "10001");

    const response = await service.send({ method: "PUT", key: "k", query, body: "x" });

    assertError(response, "400 InvalidArgument", { ArgumentName: "PartNumber", ArgumentValue: "10001" });
  });
});

describe("a completion", () => {
  // Of an upload that is not open, so that NoSuchUpload means: the document was taken.
  for (const [partCount, answer] of [
    [9_999, "404 NoSuchUpload"],
    [10_000, "404 NoSuchUpload"],
    [10_001, "400 MalformedXML"],
  ] as const) {
    it(`of ${partCount} parts: ${answer}`, async () => {
      const parts = Array.from({ length: partCount }, (_, index) => [index + 1, ETAG] as const);

      assertError(await send(completionDocument(parts), [["uploadId", ETAG]], "k"), answer);
    });
  }

  for (const [sizeBytes, answer] of [
    [4_194_304, "404 NoSuchUpload"],
    [4_194_305, "400 MalformedXML"],
  ] as const) {
    it(`with a document of ${sizeBytes} bytes: ${answer}`, async () => {
      const document = completionDocument([[1, ETAG]]).padEnd(sizeBytes, "\n");

      assertError(await send(document, [["uploadId", ETAG]], "k"), answer);
    });
  }
});

describe("a deletion of several objects", () => {
  const documentOf = (keyCount: number) =>
    `<Delete>${Array.from({ length: keyCount }, (_, index) => `<Object><Key>${index}</Key></Object>`).join("")}</Delete>`;

  it("may name 1,000", async () => {
    const response = await send(documentOf(1_000), [["delete", ""]]);

    assert.equal(response.status, 200, response.text.slice(0, 500));
    assert.equal(response.elements("Key").length, 1_000);
  });

  for (const keyCount of [0, 1_001]) {
    it(`may not name ${keyCount}`, async () => {
      assertError(await send(documentOf(keyCount), [["delete", ""]]), "400 MalformedXML");
    });
  }
});

describe("a key", () => {
  for (const [what, character, count] of [
    ["of one byte each", "k", 1_023],
    ["of three bytes each", "中", 341],
  ] as const) {
    it(`may have ${count} characters ${what}, and no byte more, in each call that makes an object`, async () => {
      const longest = character.repeat(count);
      const copy = { "x-oss-copy-source": `/${testBucket}/source` };
      await service.send({ method: "PUT", key: "source", body: "x" });

      for (const request of [
        { method: "PUT", body: "x" },
        { method: "PUT", headers: copy },
        { method: "POST", query: [["uploads", ""]] },
      ] as const) {
        const taken = await service.send({ ...request, key: longest });
        const refused = await service.send({ ...request, key: `${longest}k` });

        assert.equal(taken.status, 200, taken.text);
        assertError(refused, "400 InvalidObjectName");
      }
    });
  }
});

describe("the name of a bucket", () => {
  it("has 3 to 63 characters", async () => {
    const put = (length: number) => service.send({ method: "PUT", bucket: "b".repeat(length) });

    assert.equal((await put(3)).status, 200);
    assert.equal((await put(63)).status, 200);
    assertError(await put(2), "400 InvalidBucketName");
    assertError(await put(64), "400 InvalidBucketName");
  });
});

describe("the owner's metadata", () => {
  it("has up to 8,192 bytes, names and their prefix included", async () => {
    const put = (sizeBytes: number) => {
      const value = "v".repeat(sizeBytes - "x-oss-meta-a".length - "x-oss-meta-bc".length - "d".length);
      return service.send({
        method: "PUT",
        key: "described",
        headers: { "x-oss-meta-a": value, "x-oss-meta-bc": "d" },
      });
    };

    assert.equal((await put(8_192)).status, 200);
    assertError(await put(8_193), "400 InvalidArgument", { ArgumentValue: "8193" });
  });
});

describe("a page", () => {
  const pages: readonly (readonly [what: string, name: string, query: Query, bucket?: string])[] = [
    ["objects", "max-keys", []],
    ["objects, version 2", "max-keys", [["list-type", "2"]]],
    ["buckets", "max-keys", [], ""],
    ["uploads", "max-uploads", [["uploads", ""]]],
  ];
  for (const [what, name, query, bucket = testBucket] of pages) {
    it(`of ${what} has 1 to 1,000 entries`, async () => {
      const page = (size: string) => service.send({ bucket, query: [...query, [name, size]] });

      assert.equal((await page("1")).status, 200);
      assert.equal((await page("1000")).status, 200);
      for (const size of ["0", "1001"]) {
        assertError(await page(size), "400 InvalidArgument", {
          Message: `Argument ${name} must be an integer between 1 and 1000.`,
          ArgumentName: name,
          ArgumentValue: size,
        });
      }
    });
  }

  it("of parts has 1 to 1,000 entries", async () => {
    const uploadId = await service.initiate("k");
    const page = (size: string) =>
      service.send({
        key: "k",
        query: [
          ["uploadId", uploadId],
          ["max-parts", size],
        ],
      });

    assert.equal((await page("1")).status, 200);
    assert.equal((await page("1000")).status, 200);
    assertError(await page("0"), "400 InvalidArgument", { ArgumentName: "max-parts" });
    assertError(await page("1001"), "400 InvalidArgument", { ArgumentName: "max-parts" });
  });
});

describe("a signed URL", () => {
  it("lives up to 604,800 seconds", async () => {
    await service.send({ method: "PUT", key: "signed", body: "x" });
    const { query } = await signV4Url(
      { method: "GET", resource: { bucket: testBucket, key: "signed" }, query: [], headers: {} },
      {
        credentials: testCredentials,
        time: new Date(),
        region: "cn-hangzhou",
        expiresInSeconds: 604_800,
      },
      nodeSigningCrypto,
    );
    const get = (expires: string) => {
      const own = query.map(([name, value]) => [name, name === "x-oss-expires" ? expires : value] as const);
      const { target } = requestAddress(service.endpoint, { bucket: testBucket, key: "signed" }, own);
      return fetch(`http://${service.endpoint.host}${target}`);
    };

    const taken = await get("604800");
    const refused = await get("604801");

    assert.equal(taken.status, 200);
    assert.equal(refused.status, 400);
    assert.match(await refused.text(), /<ArgumentName>x-oss-expires<\/ArgumentName><ArgumentValue>604801</);
  });
});

describe("a traffic limit", () => {
  it("is 245,760 to 838,860,800 bits per second", async () => {
    await service.send({ method: "PUT", key: "limited", body: "x" });
    const get = (limit: string) =>
      service.send({ key: "limited", headers: { "x-oss-traffic-limit": limit } });

    assert.equal((await get("245760")).text, "x");
    assert.equal((await get("838860800")).text, "x");
    assertError(await get("245759"), "400 InvalidArgument");
    assertError(await get("838860801"), "400 InvalidArgument");
  });
});
