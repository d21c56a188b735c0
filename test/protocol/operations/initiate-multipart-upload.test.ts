import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { initiateMultipartUpload, oss } from "../../../src/protocol/index.ts";
import { aRequest, serviceError } from "../request-builder.ts";

describe("initiateMultipartUpload.encodeRequest()", () => {
  it("writes marks bare and user metadata under its prefix", () => {
    const request = initiateMultipartUpload.encodeRequest(
      {
        bucket: "b1b",
        key: "k",
        encodingType: "url",
        sequential: true,
        forbidOverwrite: true,
        objectHeaders: { contentType: "text/plain", storageClass: "IA", userMetadata: { author: "me" } },
      },
      oss,
    );

    assert.deepEqual(request, {
      method: "POST",
      resource: { bucket: "b1b", key: "k" },
      query: [
        ["uploads", ""],
        ["encoding-type", "url"],
        ["sequential", ""],
      ],
      headers: {
        "content-type": "text/plain",
        "x-oss-storage-class": "IA",
        "x-oss-meta-author": "me",
        "x-oss-forbid-overwrite": "true",
      },
    });
  });
});

describe("initiateMultipartUpload.decodeRequest()", () => {
  function decode(query: Record<string, string>, headers: Record<string, string> = {}): unknown {
    const request = aRequest({ method: "POST", query: { uploads: "", ...query }, headers });
    return initiateMultipartUpload.decodeRequest(request, oss);
  }

  it("ignores conditions and the MD5 of nothing, as the Go SDKs send them", () => {
    const headers = {
      "if-modified-since": "Sun, 03 Dec 2023 12:12:12 GMT",
      "content-md5": "1B2M2Y8AsgTpgAmY7PhCfg==",
    };

    assert.deepEqual(decode({}, headers), { bucket: "examplebucket", key: "dir/a.txt" });
  });

  it("refuses an unknown encoding type", () => {
    assert.throws(
      () => decode({ "encoding-type": "hex" }),
      serviceError("InvalidArgument", { fields: { ArgumentName: "encoding-type", ArgumentValue: "hex" } }),
    );
  });

  it("refuses an unknown storage class", () => {
    assert.throws(
      () => decode({}, { "x-oss-storage-class": "Attic" }),
      serviceError("InvalidArgument", {
        fields: { ArgumentName: "x-oss-storage-class", ArgumentValue: "Attic" },
      }),
    );
  });
});

describe("initiateMultipartUpload.encodeResponse()", () => {
  it("writes the document of OSS's page, the encoding first", () => {
    const { text, headers } = initiateMultipartUpload.encodeResponse(
      { bucket: "b", key: "中/\u0001", uploadId: "97BD544A65DB46F9A8735C93917A960F", encodingType: "url" },
      oss,
    );

    assert.equal(headers["content-type"], "application/xml");
    assert.equal(
      text,
      '<?xml version="1.0" encoding="UTF-8"?>\n<InitiateMultipartUploadResult><EncodingType>url</EncodingType>' +
        "<Bucket>b</Bucket><Key>%E4%B8%AD%2F%01</Key>" +
        "<UploadId>97BD544A65DB46F9A8735C93917A960F</UploadId></InitiateMultipartUploadResult>",
    );
  });

  it("leaves the key as it is when nobody asked for an encoding", () => {
    const { text } = initiateMultipartUpload.encodeResponse({ bucket: "b", key: "a&b", uploadId: "1" }, oss);

    assert.match(text ?? "", /<InitiateMultipartUploadResult><Bucket>b<\/Bucket><Key>a&amp;b<\/Key>/);
  });
});
