// The limits that the server itself knows, as laws over HTTP: sizes of parts and of bodies, and what becomes of names and
// metadata on their way through addresses, signatures and the store. Runs are few, for each is several requests; the
// tables of limits.test.ts have the edges themselves. What a decoder knows is in test/protocol/limit-laws.test.ts.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import fc from "fast-check";
import { requestAddress } from "../../src/protocol/addressing/endpoint.ts";
import type { Query } from "../../src/protocol/http-message.ts";
import { aroundLimit, aroundRange, textOfBytes } from "../protocol/around-limit.ts";
import { assertError } from "./assert-error.ts";
import { openConnection, signedHead } from "./raw-connection.ts";
import { partQuery, startTestServer, type TestResponse, type TestServer, testBucket } from "./test-server.ts";

const RUNS = 16;
const PART_RUNS = 10;

let service: TestServer;
before(async () => {
  service = await startTestServer();
});
after(() => service[Symbol.asyncDispose]());

/** Success if `isWithin`, else this refusal. */
function assertTaken(response: TestResponse, isWithin: boolean, refusal: string): void {
  if (isWithin) {
    assert.equal(response.status, 200, response.text);
  } else {
    assertError(response, refusal);
  }
}

describe("a completion", () => {
  const sizes = fc.array(aroundLimit(102_400), { minLength: 2, maxLength: 4 });

  it("takes parts of which all but the last have 102,400 bytes", async () => {
    await fc.assert(
      fc.asyncProperty(sizes, async (sizesBytes) => {
        const uploadId = await service.initiate("k");
        const parts: (readonly [partNumber: number, etag: string])[] = [];
        for (const [index, sizeBytes] of sizesBytes.entries()) {
          const body = Buffer.alloc(sizeBytes);
          parts.push([index + 1, await service.putPart("k", uploadId, index + 1, body)]);
        }

        const response = await service.complete("k", uploadId, parts);

        const isWithin = sizesBytes.slice(0, -1).every((sizeBytes) => sizeBytes >= 102_400);
        assertTaken(response, isWithin, "400 EntityTooSmall");
      }),
      { numRuns: PART_RUNS, examples: [[[102_400, 102_399]], [[102_399, 102_400]], [[102_400, 102_401, 0]]] },
    );
  });
});

describe("a body whose length alone is sent", () => {
  const calls: readonly (readonly [name: string, query: (uploadId: string) => Query])[] = [
    ["PutObject", () => []],
    ["UploadPart", (uploadId) => partQuery(uploadId, "1")],
  ];
  for (const [name, queryOf] of calls) {
    it(`may have 5 GiB in ${name}, and is asked for only then`, async () => {
      const query = queryOf(await service.initiate("huge"));
      const { target } = requestAddress(service.endpoint, { bucket: testBucket, key: "huge" }, query);

      await fc.assert(
        fc.asyncProperty(aroundLimit(5_368_709_120, 1_000_000), async (sizeBytes) => {
          const lines = [`Content-Length: ${sizeBytes}`, "Expect: 100-continue"];
          const head = await signedHead(service, target, { method: "PUT", key: "huge", query }, lines);
          using connection = openConnection(service);

          connection.socket.write(head);
          const received = await connection.until("\r\n\r\n");

          const isWithin = sizeBytes <= 5_368_709_120;
          assert.match(received, isWithin ? /^HTTP\/1\.1 100 / : /^HTTP\/1\.1 400 /);
        }),
        { numRuns: RUNS, examples: [[5_368_709_120], [5_368_709_121]] },
      );
    });
  }
});

describe("a key", () => {
  const keys = aroundLimit(1_023).chain(textOfBytes);

  it("has up to 1,023 bytes, and what is put under it is there", async () => {
    await fc.assert(
      fc.asyncProperty(keys, async (key) => {
        const isWithin = Buffer.byteLength(key) <= 1_023;

        const put = await service.send({ method: "PUT", key, body: key });
        const got = await service.send({ key });

        assertTaken(put, isWithin, "400 InvalidObjectName");
        assertTaken(got, isWithin, "400 InvalidObjectName");
        assert.equal(got.text === key, isWithin);
      }),
      { numRuns: RUNS },
    );
  });
});

describe("the owner's metadata", () => {
  const sizes = aroundLimit(8_192);
  const letters = fc.constantFrom("v", "é", "中", "𠮷");

  it("has up to 8,192 bytes of UTF-8, and comes back as it was sent", async () => {
    await fc.assert(
      fc.asyncProperty(sizes, letters, async (sizeBytes, letter) => {
        const valueBytes = sizeBytes - "x-oss-meta-a".length;
        const letterCount = Math.floor(valueBytes / Buffer.byteLength(letter));
        const value =
          "w".repeat(valueBytes - letterCount * Buffer.byteLength(letter)) + letter.repeat(letterCount);

        const put = await service.send({
          method: "PUT",
          key: "described",
          headers: { "x-oss-meta-a": value },
        });
        const head = await service.send({ method: "HEAD", key: "described" });

        assertTaken(put, sizeBytes <= 8_192, "400 InvalidArgument");
        const returned = Buffer.from(String(head.headers["x-oss-meta-a"]), "latin1").toString("utf8");
        assert.equal(returned === value, sizeBytes <= 8_192);
      }),
      { numRuns: RUNS },
    );
  });
});

describe("a part's number", () => {
  it("is from 1 to 10,000, and can be completed with", async () => {
    await fc.assert(
      fc.asyncProperty(aroundRange(1, 10_000), async (partNumber) => {
        const uploadId = await service.initiate("k");
        const query = partQuery(uploadId, String(partNumber));
        const isWithin = partNumber >= 1 && partNumber <= 10_000;

        const put = await service.send({ method: "PUT", key: "k", query, body: "x" });
        const etag = (put.headers.etag ?? "").replaceAll('"', "");
        const completed = await service.complete("k", uploadId, [[partNumber, etag]]);

        assertTaken(put, isWithin, "400 InvalidArgument");
        assertTaken(completed, isWithin, "400 InvalidArgument");
      }),
      { numRuns: RUNS },
    );
  });
});
