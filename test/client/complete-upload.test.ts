import { deepEqual, equal, ok, rejects } from "node:assert/strict";
import { describe, it } from "node:test";
import { ClientError } from "../../src/client/client-error.ts";
import { PartInfo } from "../../src/client/upload/part-info.ts";
import { crc64 } from "../../src/protocol/crc64/crc64.ts";
import {
  afterBody,
  bucketAt,
  errorXml,
  type Script,
  type ScriptedService,
  startScriptedService,
} from "./scripted-service.ts";

// 102,400 times "A", then 5 times "B"; the ETag of the whole is by OSS's rule, see multipartEtag().
const first = new Uint8Array(102_400).fill(65);
const second = new Uint8Array(5).fill(66);
const wholeCrc64 = crc64(second, crc64(first));
const wholeEtag = "F6984C1C53B3980D4E51166AAB72C261-2";
const measuredParts = [
  new PartInfo(2, "87C7D4068BE07D390A1FFFD21BF1E944", { size: 5, crc64: crc64(second) }),
  new PartInfo(1, "17FEA6E97583648E493E6D8BCD54C8F4", { size: 102_400, crc64: crc64(first) }),
];
const namedParts = measuredParts.map(({ partNumber, etag }) => ({ partNumber, etag }));

const completed = `<CompleteMultipartUploadResult><Location>http://x/k</Location><Bucket>test-bucket</Bucket><Key>k</Key><ETag>"${wholeEtag}"</ETag></CompleteMultipartUploadResult>`;

function objectHeaders(changes: Record<string, string> = {}): Record<string, string> {
  return {
    etag: `"${wholeEtag}"`,
    "content-length": "102405",
    "last-modified": "Sun, 03 Dec 2023 12:12:12 GMT",
    "x-oss-hash-crc64ecma": String(wholeCrc64),
    ...changes,
  };
}

/** Loses its first answer, then knows no such upload, and has an object with these headers, or none. */
function loseAnswer(headers: Record<string, string> | undefined): Script {
  return (request, response, index) => {
    if (request.method === "HEAD") {
      response.writeHead(headers ? 200 : 404, headers).end();
      return;
    }
    afterBody(request, () => {
      if (index === 0) {
        request.socket.destroy();
        return;
      }
      response.writeHead(404).end(errorXml("NoSuchUpload"));
    });
  };
}

function methods({ requests }: ScriptedService): readonly string[] {
  return requests.map((request) => request.split(" ")[0] ?? "");
}

describe("completeMultipartUpload()", () => {
  it("lists the parts by number, whatever their order", async () => {
    const bodies: string[] = [];
    await using service = await startScriptedService((request, response) =>
      afterBody(request, (body) => {
        bodies.push(body.toString());
        response.writeHead(200).end(completed);
      }),
    );

    const { etag } = await bucketAt(service.endpoint).completeMultipartUpload("k", "U", namedParts);

    equal(etag, wholeEtag);
    deepEqual(bodies[0]?.match(/<PartNumber>\d/g), ["<PartNumber>1", "<PartNumber>2"]);
  });

  it("finds that it succeeded when the answer was lost: size and CRC-64 are those of the parts", async () => {
    await using service = await startScriptedService(loseAnswer(objectHeaders({ etag: '"other"' })));

    const result = await bucketAt(service.endpoint).completeMultipartUpload("k", "U", measuredParts);

    deepEqual(methods(service), ["POST", "POST", "HEAD"]);
    equal(result.crc64, wholeCrc64);
    equal(result.location, `${service.endpoint}/test-bucket/k`);
  });

  it("finds that it succeeded by the ETag when the parts' sizes are unknown", async () => {
    await using service = await startScriptedService(loseAnswer(objectHeaders()));

    equal((await bucketAt(service.endpoint).completeMultipartUpload("k", "U", namedParts)).etag, wholeEtag);
  });

  const others = [
    { name: "of another size", headers: objectHeaders({ "content-length": "102404" }), parts: measuredParts },
    {
      name: "of another CRC-64",
      headers: objectHeaders({ "x-oss-hash-crc64ecma": "1" }),
      parts: measuredParts,
    },
    { name: "of another ETag", headers: objectHeaders({ etag: '"other-2"' }), parts: namedParts },
    { name: "that is not there", headers: undefined, parts: measuredParts },
  ];
  for (const { name, headers, parts } of others) {
    it(`does not take an object ${name} for its own`, async () => {
      await using service = await startScriptedService(loseAnswer(headers));

      await rejects(bucketAt(service.endpoint).completeMultipartUpload("k", "U", parts), {
        code: "NoSuchUpload",
      });
    });
  }

  it("believes NoSuchUpload when no answer was lost", async () => {
    await using service = await startScriptedService((request, response) =>
      afterBody(request, () => response.writeHead(404).end(errorXml("NoSuchUpload"))),
    );

    await rejects(bucketAt(service.endpoint).completeMultipartUpload("k", "U", measuredParts), {
      code: "NoSuchUpload",
    });

    deepEqual(methods(service), ["POST"]);
  });

  it("reports an object that is not what was sent", async () => {
    await using service = await startScriptedService((request, response) =>
      afterBody(request, () => response.writeHead(200, { "x-oss-hash-crc64ecma": "1" }).end(completed)),
    );

    await rejects(bucketAt(service.endpoint).completeMultipartUpload("k", "U", measuredParts), (error) => {
      ok(error instanceof ClientError);
      equal(error.code, "checksum-mismatch");
      return true;
    });

    deepEqual(methods(service), ["POST"]);
  });

  it("refuses to complete an upload without parts", async () => {
    await rejects(bucketAt("http://127.0.0.1:9").completeMultipartUpload("k", "U", []), RangeError);
  });
});
