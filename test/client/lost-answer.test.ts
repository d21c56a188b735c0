import { deepEqual, equal, rejects } from "node:assert/strict";
import { describe, it } from "node:test";
import { crc64 } from "../../src/protocol/crc64/crc64.ts";
import { afterBody, bucketAt, errorXml, type Script, startScriptedService } from "./scripted-service.ts";

const bytes = new Uint8Array(1000).fill(7);

/** Loses its first answer, refuses the second request with `code`, and has an object with this CRC-64. */
function loseAnswer(status: number, code: string, objectCrc64: bigint): Script {
  return (request, response, index) => {
    if (request.method === "HEAD") {
      const headers = {
        etag: '"AB"',
        "content-length": "1000",
        "last-modified": "Sun, 03 Dec 2023 12:12:12 GMT",
        "x-oss-hash-crc64ecma": String(objectCrc64),
      };
      response.writeHead(200, headers).end();
      return;
    }
    afterBody(request, () => {
      if (index === 0) {
        request.socket.destroy();
        return;
      }
      response.writeHead(status).end(errorXml(code));
    });
  };
}

describe("putObject() that must not overwrite", () => {
  it("knows its own object when the answer was lost", async () => {
    await using service = await startScriptedService(loseAnswer(409, "FileAlreadyExists", crc64(bytes)));

    const result = await bucketAt(service.endpoint).putObject("k", bytes, { forbidOverwrite: true });

    deepEqual([result.etag, result.crc64, result.sizeBytes], ["AB", crc64(bytes), 1000]);
  });

  it("does not take another's object for its own", async () => {
    await using service = await startScriptedService(loseAnswer(409, "FileAlreadyExists", 1n));

    await rejects(bucketAt(service.endpoint).putObject("k", bytes, { forbidOverwrite: true }), {
      code: "FileAlreadyExists",
    });
  });
});

describe("abortMultipartUpload()", () => {
  it("has succeeded when the answer was lost and the upload is gone", async () => {
    await using service = await startScriptedService(loseAnswer(404, "NoSuchUpload", 0n));

    await bucketAt(service.endpoint).abortMultipartUpload("k", "U");

    equal(service.requests.length, 2);
  });

  it("fails when the upload was not there in the first place", async () => {
    await using service = await startScriptedService((_request, response) =>
      response.writeHead(404).end(errorXml("NoSuchUpload")),
    );

    await rejects(bucketAt(service.endpoint).abortMultipartUpload("k", "U"), { code: "NoSuchUpload" });
  });
});
