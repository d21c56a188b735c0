import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { completeMultipartUpload, oss, ServiceError } from "../../src/protocol/index.ts";
import { decodeRequest } from "../../src/server/decode-request.ts";

function aCompletion(text: string): Parameters<typeof completeMultipartUpload.decodeRequest>[0] {
  const resource = { bucket: "bucket", key: "key" };
  return { method: "POST", resource, query: [["uploadId", "A1"]], headers: {}, text };
}

function aPartList(partCount: number): string {
  const parts = Array.from(
    { length: partCount },
    (_, index) =>
      `<Part><PartNumber>${index + 1}</PartNumber><ETag>"4DE8075FB607DF4D13FBC480EA488EFA"</ETag></Part>`,
  );
  return `<CompleteMultipartUpload>${parts.join("")}</CompleteMultipartUpload>`;
}

describe("decodeRequest()", () => {
  it("lets others be served while it reads a completion of 10,000 parts", async () => {
    let servedCount = 0;
    const serveOthers = () => {
      servedCount += 1;
      others = setImmediate(serveOthers);
    };
    let others = setImmediate(serveOthers);

    const { parts } = await decodeRequest(completeMultipartUpload, aCompletion(aPartList(10_000)), oss);

    clearImmediate(others);
    assert.equal(parts.length, 10_000);
    assert.ok(servedCount >= 10, `others were served ${servedCount} times`);
  });

  it("reads a short completion as decodeRequest() of the operation does", async () => {
    const request = aCompletion(aPartList(3));

    assert.deepEqual(
      await decodeRequest(completeMultipartUpload, request, oss),
      completeMultipartUpload.decodeRequest(request, oss),
    );
  });

  it("refuses what the operation refuses", async () => {
    await assert.rejects(
      decodeRequest(completeMultipartUpload, aCompletion("<Delete/>"), oss),
      (failure) => failure instanceof ServiceError && failure.code === "MalformedXML",
    );
  });
});
