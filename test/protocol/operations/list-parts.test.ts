import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { listParts, oss } from "../../../src/protocol/index.ts";
import { anXmlAnswer, aRequest, serviceError } from "../request-builder.ts";

function decode(query: Record<string, string>): unknown {
  return listParts.decodeRequest(aRequest({ query: { uploadId: "A1", ...query } }), oss);
}

const upload = { bucket: "examplebucket", key: "dir/a.txt", uploadId: "A1" };

describe("listParts.decodeRequest()", () => {
  it("reads an empty marker, as oss2 sends it, as none", () => {
    assert.deepEqual(decode({ "part-number-marker": "", "max-parts": "" }), upload);
  });

  for (const maxParts of [1, 1000]) {
    it(`accepts max-parts=${maxParts}`, () => {
      assert.deepEqual(decode({ "max-parts": String(maxParts) }), { ...upload, maxParts });
    });
  }

  for (const [name, value] of [
    ["max-parts", "0"],
    ["max-parts", "1001"],
    ["max-parts", "-1"],
    ["max-parts", "many"],
    ["part-number-marker", "-1"],
    ["part-number-marker", "x"],
  ] as const) {
    it(`refuses ${name}=${value}`, () => {
      assert.throws(
        () => decode({ [name]: value }),
        serviceError("InvalidArgument", { fields: { ArgumentName: name, ArgumentValue: value } }),
      );
    });
  }
});

// The order of the elements is that of an answer recorded by the Go SDK v2's tests.
describe("listParts.encodeResponse()", () => {
  it("writes the document of the recorded answer", () => {
    const { text } = listParts.encodeResponse(
      {
        encodingType: "url",
        bucket: "b",
        key: "a b",
        uploadId: "A1",
        storageClass: "Standard",
        partNumberMarker: 0,
        nextPartNumberMarker: 1,
        maxParts: 1000,
        isTruncated: false,
        parts: [
          {
            partNumber: 1,
            lastModified: new Date("2023-11-22T05:42:34.567Z"),
            etag: "CF3F46D505093571E916FCDD4967E72B",
            crc64: 12066172435287683848n,
            sizeBytes: 96_316,
          },
        ],
      },
      oss,
    );

    assert.equal(
      text,
      '<?xml version="1.0" encoding="UTF-8"?>\n<ListPartsResult><EncodingType>url</EncodingType><Bucket>b</Bucket>' +
        "<Key>a%20b</Key><UploadId>A1</UploadId><StorageClass>Standard</StorageClass>" +
        "<PartNumberMarker>0</PartNumberMarker><NextPartNumberMarker>1</NextPartNumberMarker>" +
        "<MaxParts>1000</MaxParts><IsTruncated>false</IsTruncated><Part><PartNumber>1</PartNumber>" +
        '<LastModified>2023-11-22T05:42:34.000Z</LastModified><ETag>"CF3F46D505093571E916FCDD4967E72B"</ETag>' +
        "<HashCrc64ecma>12066172435287683848</HashCrc64ecma><Size>96316</Size></Part></ListPartsResult>",
    );
  });
});

describe("listParts.decodeResponse()", () => {
  it("reads empty markers, as of an upload without parts, as 0", () => {
    const output = listParts.decodeResponse(
      anXmlAnswer(
        "<ListPartsResult><Bucket>b</Bucket><Key>k</Key><UploadId>A1</UploadId><PartNumberMarker/>" +
          "<NextPartNumberMarker/><MaxParts>1000</MaxParts><IsTruncated>false</IsTruncated></ListPartsResult>",
      ),
      oss,
    );

    assert.equal(output.nextPartNumberMarker, 0);
    assert.deepEqual(output.parts, []);
  });

  for (const [what, part] of Object.entries({
    "no size":
      "<PartNumber>1</PartNumber><ETag>A</ETag><LastModified>2023-11-22T05:42:34.000Z</LastModified>",
    "a size that is no number":
      "<PartNumber>1</PartNumber><ETag>A</ETag><LastModified>2023-11-22T05:42:34.000Z</LastModified><Size>x</Size>",
    "a time that is none":
      "<PartNumber>1</PartNumber><ETag>A</ETag><LastModified>once</LastModified><Size>1</Size>",
  })) {
    it(`refuses a part with ${what}`, () => {
      const answer = anXmlAnswer(
        "<ListPartsResult><Bucket>b</Bucket><Key>k</Key><UploadId>A1</UploadId>" +
          `<IsTruncated>false</IsTruncated><Part>${part}</Part></ListPartsResult>`,
      );

      assert.throws(() => listParts.decodeResponse(answer, oss), serviceError("BadResponse"));
    });
  }
});
