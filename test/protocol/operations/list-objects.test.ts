import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { listMultipartUploads, listObjects, listObjectsV2, oss } from "../../../src/protocol/index.ts";
import { anXmlAnswer, aRequest, EXAMPLE_BUCKET, serviceError } from "../request-builder.ts";

const OBJECT = {
  key: "a b",
  lastModified: new Date("2023-11-22T05:42:34.000Z"),
  etag: "CF3F46D505093571E916FCDD4967E72B-2",
  type: "Multipart",
  sizeBytes: 5,
  storageClass: "Standard",
  owner: { id: "1234", displayName: "me" },
};

const CONTENTS =
  "<Contents><Key>a%20b</Key><LastModified>2023-11-22T05:42:34.000Z</LastModified>" +
  '<ETag>"CF3F46D505093571E916FCDD4967E72B-2"</ETag><Type>Multipart</Type><Size>5</Size>' +
  "<StorageClass>Standard</StorageClass><Owner><ID>1234</ID><DisplayName>me</DisplayName></Owner></Contents>" +
  "<CommonPrefixes><Prefix>c%2F</Prefix></CommonPrefixes>";

// The order of the elements is that of the samples on OSS's pages GetBucket and GetBucketV2.
describe("listObjects.encodeResponse()", () => {
  it("writes the document of OSS's page", () => {
    const { text } = listObjects.encodeResponse(
      {
        bucket: "b",
        prefix: "",
        marker: "",
        maxKeys: 100,
        delimiter: "/",
        encodingType: "url",
        isTruncated: true,
        nextMarker: "c/",
        objects: [OBJECT],
        commonPrefixes: ["c/"],
      },
      oss,
    );

    assert.equal(
      text,
      '<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult><Name>b</Name><Prefix></Prefix>' +
        "<Marker></Marker><MaxKeys>100</MaxKeys><Delimiter>%2F</Delimiter><EncodingType>url</EncodingType>" +
        `<IsTruncated>true</IsTruncated><NextMarker>c%2F</NextMarker>${CONTENTS}</ListBucketResult>`,
    );
  });
});

describe("listObjects.decodeRequest()", () => {
  for (const maxKeys of ["0", "1001", "ten"]) {
    it(`refuses max-keys=${maxKeys}`, () => {
      const request = aRequest({ resource: EXAMPLE_BUCKET, query: { "max-keys": maxKeys } });

      assert.throws(
        () => listObjects.decodeRequest(request, oss),
        serviceError("InvalidArgument", {
          message: "Argument max-keys must be an integer between 1 and 1000.",
          fields: { ArgumentName: "max-keys", ArgumentValue: maxKeys },
        }),
      );
    });
  }
});

describe("a listing's marker", () => {
  for (const [operation, name] of [
    [listObjects, "marker"],
    [listObjectsV2, "start-after"],
    [listMultipartUploads, "key-marker"],
  ] as const) {
    it(`of ${operation.name} is refused when it is longer than a key`, () => {
      const request = aRequest({ resource: EXAMPLE_BUCKET, query: { [name]: "a".repeat(1024) } });

      assert.throws(
        () => operation.decodeRequest(request, oss),
        serviceError("InvalidArgument", { fields: { ArgumentName: name } }),
      );
    });
  }
});

describe("listObjects.decodeResponse()", () => {
  it("refuses names that are not percent-encoded although the answer says so", () => {
    const answer = anXmlAnswer(
      "<ListBucketResult><Name>b</Name><EncodingType>url</EncodingType><Prefix>100%</Prefix>" +
        "<IsTruncated>false</IsTruncated></ListBucketResult>",
    );

    assert.throws(() => listObjects.decodeResponse(answer, oss), serviceError("InternalError"));
  });
});

describe("listObjectsV2.encodeResponse()", () => {
  it("writes the document of OSS's page", () => {
    const { text } = listObjectsV2.encodeResponse(
      {
        bucket: "b",
        prefix: "",
        delimiter: "/",
        nextContinuationToken: "Y2Iv",
        keyCount: 2,
        maxKeys: 2,
        encodingType: "url",
        isTruncated: true,
        objects: [OBJECT],
        commonPrefixes: ["c/"],
      },
      oss,
    );

    assert.equal(
      text,
      '<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult><Name>b</Name><Prefix></Prefix>' +
        "<MaxKeys>2</MaxKeys><Delimiter>%2F</Delimiter><EncodingType>url</EncodingType>" +
        "<IsTruncated>true</IsTruncated><NextContinuationToken>Y2Iv</NextContinuationToken>" +
        `<KeyCount>2</KeyCount>${CONTENTS}</ListBucketResult>`,
    );
  });
});

describe("listObjectsV2.decodeRequest()", () => {
  it("reads the empty markers of oss2's first page as none", () => {
    const query = { "list-type": "2", "continuation-token": "", "start-after": "", "fetch-owner": "false" };

    const input = listObjectsV2.decodeRequest(aRequest({ resource: EXAMPLE_BUCKET, query }), oss);

    assert.deepEqual(input, { bucket: "examplebucket", fetchOwner: false });
  });
});
