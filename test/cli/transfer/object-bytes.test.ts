import { deepEqual, equal, rejects } from "node:assert/strict";
import { describe, it } from "node:test";
import { objectBytes } from "../../../src/cli/transfer/object-bytes.ts";
import { Bucket } from "../../../src/client/node/index.ts";
import { crc64 } from "../../../src/protocol/crc64/crc64.ts";
import { errorXml, type Script, startScriptedService } from "../../client/scripted-service.ts";

const whole: Buffer = Buffer.from(Array.from({ length: 90_000 }, (_, index) => index % 251));

/** Breaks each of the first answers after some bytes; every later one is whole. */
function breaking(breakCount: number, ranges: (string | undefined)[], changes = {}): Script {
  return (request, response, index) => {
    ranges.push(request.headers.range);
    const start = Number(/bytes=(\d+)-/.exec(request.headers.range ?? "")?.[1] ?? 0);
    const rest = whole.subarray(start);
    response.writeHead(start === 0 ? 200 : 206, {
      etag: '"AB"',
      "content-length": rest.length,
      "last-modified": "Sun, 03 Dec 2023 12:12:12 GMT",
      "x-oss-hash-crc64ecma": String(crc64(whole)),
      ...(start === 0 ? {} : { "content-range": `bytes ${start}-${whole.length - 1}/${whole.length}` }),
      ...changes,
    });
    if (index >= breakCount) {
      response.end(rest);
      return;
    }
    response.write(rest.subarray(0, 30_000), () => request.socket.destroySoon());
  };
}

async function readAll(endpoint: string): Promise<Buffer> {
  const auth = { accessKeyId: "id", accessKeySecret: "secret" };
  const bucket = new Bucket(auth, endpoint, "bucket", { region: "cn-hangzhou" });
  const { signal } = new AbortController();
  const chunks: Uint8Array[] = [];
  for await (const chunk of objectBytes(bucket, { bucket: "bucket", key: "k" }, signal)) {
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

describe("objectBytes()", () => {
  it("goes on where the connection was lost, with the same object", async () => {
    const ranges: (string | undefined)[] = [];
    await using service = await startScriptedService(breaking(2, ranges));

    const bytes = await readAll(service.endpoint);

    equal(Buffer.compare(bytes, whole), 0);
    deepEqual(ranges, [undefined, "bytes=30000-89999", "bytes=60000-89999"]);
  });

  it("fails when the object has been replaced meanwhile", async () => {
    const script = breaking(1, []);
    await using service = await startScriptedService((request, response, index) => {
      if (index === 0) {
        script(request, response, index);
        return;
      }
      response.writeHead(412).end(errorXml("PreconditionFailed"));
    });

    await rejects(readAll(service.endpoint), { code: "object-changed" });
  });

  it("fails at the end when the bytes are not the service's", async () => {
    const ranges: (string | undefined)[] = [];
    await using service = await startScriptedService(breaking(1, ranges, { "x-oss-hash-crc64ecma": "1" }));

    await rejects(readAll(service.endpoint), { code: "checksum-mismatch" });
    equal(ranges.length, 2);
  });
});
