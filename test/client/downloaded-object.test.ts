import { deepEqual, equal, rejects } from "node:assert/strict";
import { describe, it } from "node:test";
import { crc64 } from "../../src/protocol/crc64/crc64.ts";
import { bucketAt, type Script, startScriptedService } from "./scripted-service.ts";

const bytes = new TextEncoder().encode("hello, object");

function serve(changes: Record<string, string> = {}, body = bytes, status = 200): Script {
  return (_request, response) => {
    const headers = {
      etag: '"AB"',
      "content-length": String(body.length),
      "last-modified": "Sun, 03 Dec 2023 12:12:12 GMT",
      "x-oss-hash-crc64ecma": String(crc64(bytes)),
      ...changes,
    };
    response.writeHead(status, headers).end(body);
  };
}

describe("getObject()", () => {
  it("gives the facts and the bytes", async () => {
    await using service = await startScriptedService(serve());

    const object = await bucketAt(service.endpoint).getObject("k");

    deepEqual([object.etag, object.sizeBytes, await object.text()], ["AB", bytes.length, "hello, object"]);
  });

  it("fails at the end when the bytes are not those of the object", async () => {
    await using service = await startScriptedService(serve({ "x-oss-hash-crc64ecma": "1" }));

    const object = await bucketAt(service.endpoint).getObject("k");

    await rejects(object.bytes(), { code: "checksum-mismatch" });
  });

  it("does not compare a range with the CRC-64 of the whole", async () => {
    const range = bytes.slice(0, 5);
    await using service = await startScriptedService(
      serve({ "content-range": `bytes 0-4/${bytes.length}` }, range, 206),
    );

    const object = await bucketAt(service.endpoint).getObject("k", { range: { start: 0, end: 4 } });

    equal(await object.text(), "hello");
    equal(object.sizeBytes, bytes.length);
  });

  it("closes the connection of an object that nobody wants to read", async () => {
    await using service = await startScriptedService((_request, response) => {
      response.writeHead(200, {
        etag: '"AB"',
        "content-length": "1000",
        "last-modified": "Sun, 03 Dec 2023 12:12:12 GMT",
      });
      response.write("the beginning");
      response.once("close", () => closed());
    });
    let closed: () => void = () => {};
    const isClosed = new Promise<void>((resolve) => {
      closed = resolve;
    });

    (await bucketAt(service.endpoint).getObject("k")).discard();

    await isClosed;
  });
});
