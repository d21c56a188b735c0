import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { listMultipartUploads, oss } from "../../../src/protocol/index.ts";

const EMPTY_PAGE = {
  bucket: "b",
  prefix: "",
  delimiter: "",
  keyMarker: "",
  uploadIdMarker: "",
  nextKeyMarker: "",
  nextUploadIdMarker: "",
  maxUploads: 1000,
  isTruncated: false,
  uploads: [],
  commonPrefixes: [],
} as const;

// The order of the elements is that of an answer recorded by the Go SDK v2's tests.
describe("listMultipartUploads.encodeResponse()", () => {
  it("writes every element of an empty page: oss2 raises when a next marker is missing", () => {
    assert.equal(
      listMultipartUploads.encodeResponse(EMPTY_PAGE, oss).text,
      '<?xml version="1.0" encoding="UTF-8"?>\n<ListMultipartUploadsResult><Bucket>b</Bucket>' +
        "<KeyMarker></KeyMarker><UploadIdMarker></UploadIdMarker><NextKeyMarker></NextKeyMarker>" +
        "<NextUploadIdMarker></NextUploadIdMarker><Delimiter></Delimiter><Prefix></Prefix>" +
        "<MaxUploads>1000</MaxUploads><IsTruncated>false</IsTruncated></ListMultipartUploadsResult>",
    );
  });

  it("percent-encodes keys, prefixes, markers and the delimiter, but no upload id", () => {
    const { text } = listMultipartUploads.encodeResponse(
      {
        ...EMPTY_PAGE,
        encodingType: "url",
        prefix: "a ",
        delimiter: "/",
        keyMarker: "a +",
        nextKeyMarker: "a\f",
        nextUploadIdMarker: "B+1",
        uploads: [
          {
            key: "a\f",
            uploadId: "B+1",
            storageClass: "Standard",
            initiated: new Date("2023-11-22T05:45:57Z"),
          },
        ],
        commonPrefixes: ["a b/"],
      },
      oss,
    );

    assert.equal(
      text,
      '<?xml version="1.0" encoding="UTF-8"?>\n<ListMultipartUploadsResult><EncodingType>url</EncodingType>' +
        "<Bucket>b</Bucket><KeyMarker>a%20%2B</KeyMarker><UploadIdMarker></UploadIdMarker>" +
        "<NextKeyMarker>a%0C</NextKeyMarker><NextUploadIdMarker>B+1</NextUploadIdMarker>" +
        "<Delimiter>%2F</Delimiter><Prefix>a%20</Prefix><MaxUploads>1000</MaxUploads>" +
        "<IsTruncated>false</IsTruncated><Upload><Key>a%0C</Key><UploadId>B+1</UploadId>" +
        "<StorageClass>Standard</StorageClass><Initiated>2023-11-22T05:45:57.000Z</Initiated></Upload>" +
        "<CommonPrefixes><Prefix>a%20b%2F</Prefix></CommonPrefixes></ListMultipartUploadsResult>",
    );
  });
});
