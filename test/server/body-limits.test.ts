// The largest bodies, told by their length alone: nobody sends 5 GiB here.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { requestAddress } from "../../src/protocol/addressing/endpoint.ts";
import type { Query } from "../../src/protocol/http-message.ts";
import { assertError } from "./assert-error.ts";
import { openConnection, signedHead } from "./raw-connection.ts";
import { partQuery, startTestServer, type TestServer, testBucket } from "./test-server.ts";

const GIB = 1024 ** 3;
const ETAG = "A".repeat(32);

let service: TestServer;
before(async () => {
  service = await startTestServer();
});
after(() => service[Symbol.asyncDispose]());

describe("a body", () => {
  const calls: readonly (readonly [name: string, query: (uploadId: string) => Query])[] = [
    ["PutObject", () => []],
    ["UploadPart", (uploadId) => partQuery(uploadId, "1")],
  ];
  for (const [name, queryOf] of calls) {
    async function headOf(sizeBytes: number, headers: readonly string[]): Promise<string> {
      const query = queryOf(await service.initiate("huge"));
      const { target } = requestAddress(service.endpoint, { bucket: testBucket, key: "huge" }, query);
      const lines = [`Content-Length: ${sizeBytes}`, ...headers];
      return signedHead(service, target, { method: "PUT", key: "huge", query }, lines);
    }

    it(`of ${name} may have 5 GiB: the client is told to go on`, async () => {
      using connection = openConnection(service);

      connection.socket.write(await headOf(5 * GIB, ["Expect: 100-continue"]));
      const received = await connection.until("\r\n\r\n");

      assert.equal(received, "HTTP/1.1 100 Continue\r\n\r\n");
    });

    it(`of ${name} may not have a byte more: the client is told so at once, and the connection is closed`, async () => {
      using connection = openConnection(service);

      connection.socket.write(await headOf(5 * GIB + 1, ["Expect: 100-continue"]));
      const received = await connection.until("</Error>");
      await connection.ended;

      assert.match(
        received,
        /^HTTP\/1\.1 400 [\s\S]*\r\nConnection: close\r\n[\s\S]*<Code>EntityTooLarge<\/Code>/,
      );
      assert.match(received, /<MaxSizeAllowed>5368709120<\/MaxSizeAllowed><ProposedSize>5368709121</);
    });
  }

  it("that is copied may have no more than one that is sent", async () => {
    await service.store.metadata.putObject({
      bucket: testBucket,
      key: "too-large",
      etag: ETAG,
      md5: ETAG.toLowerCase(),
      crc64: 0n,
      extents: [{ blobId: "none/1", sizeBytes: 5 * GIB + 1 }],
      type: "Normal",
      attributes: { standard: {}, user: {}, tags: {} },
      modifiedAtMs: 0,
      forbidOverwrite: false,
    });
    const uploadId = await service.initiate("copied");

    for (const query of [[], partQuery(uploadId, "1")]) {
      const headers = { "x-oss-copy-source": `/${testBucket}/too-large` };
      const response = await service.send({ method: "PUT", key: "copied", query, headers });

      assertError(response, "400 EntityTooLarge", { ProposedSize: "5368709121" });
    }
  });
});
