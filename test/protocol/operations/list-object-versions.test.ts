import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { listObjectVersions, oss } from "../../../src/protocol/index.ts";
import { anXmlAnswer, aRequest, EXAMPLE_BUCKET, serviceError } from "../request-builder.ts";

const OWNER = { id: "1234", displayName: "me" };
const OWNER_XML = "<Owner><ID>1234</ID><DisplayName>me</DisplayName></Owner>";

const PAGE = {
  bucket: "demo-bucket",
  prefix: "demo/",
  delimiter: "/",
  keyMarker: "",
  versionIdMarker: "",
  maxKeys: 20,
  encodingType: "url",
  isTruncated: true,
  nextKeyMarker: "demo/b c",
  nextVersionIdMarker: "CAEQEhiBgICDzK6N",
  versions: [
    {
      key: "demo/a",
      versionId: "CAEQFxiBgIDh3b_t",
      isLatest: true,
      lastModified: new Date("2023-04-01T05:52:31.000Z"),
      type: "DeleteMarker",
      owner: OWNER,
    },
    {
      key: "demo/b c",
      versionId: "CAEQEhiBgICDzK6N",
      isLatest: false,
      lastModified: new Date("2023-03-06T03:02:28.000Z"),
      etag: "D41D8CD98F00B204E9800998ECF8427E",
      type: "Normal",
      sizeBytes: 0,
      storageClass: "Standard",
      owner: OWNER,
    },
  ],
  commonPrefixes: ["demo/.git/"],
} as const;

// The order of the elements is that of an answer recorded by the Go SDK v2's tests.
const DOCUMENT =
  '<?xml version="1.0" encoding="UTF-8"?>\n<ListVersionsResult><Name>demo-bucket</Name>' +
  "<Prefix>demo%2F</Prefix><KeyMarker></KeyMarker><VersionIdMarker></VersionIdMarker><MaxKeys>20</MaxKeys>" +
  "<Delimiter>%2F</Delimiter><EncodingType>url</EncodingType><IsTruncated>true</IsTruncated>" +
  "<NextKeyMarker>demo%2Fb%20c</NextKeyMarker><NextVersionIdMarker>CAEQEhiBgICDzK6N</NextVersionIdMarker>" +
  "<DeleteMarker><Key>demo%2Fa</Key><VersionId>CAEQFxiBgIDh3b_t</VersionId><IsLatest>true</IsLatest>" +
  `<LastModified>2023-04-01T05:52:31.000Z</LastModified>${OWNER_XML}</DeleteMarker>` +
  "<Version><Key>demo%2Fb%20c</Key><VersionId>CAEQEhiBgICDzK6N</VersionId><IsLatest>false</IsLatest>" +
  '<LastModified>2023-03-06T03:02:28.000Z</LastModified><ETag>"D41D8CD98F00B204E9800998ECF8427E"</ETag>' +
  `<Type>Normal</Type><Size>0</Size><StorageClass>Standard</StorageClass>${OWNER_XML}</Version>` +
  "<CommonPrefixes><Prefix>demo%2F.git%2F</Prefix></CommonPrefixes></ListVersionsResult>";

function decode(query: Record<string, string>): unknown {
  return listObjectVersions.decodeRequest(
    aRequest({ resource: EXAMPLE_BUCKET, query: { versions: "", ...query } }),
    oss,
  );
}

describe("listObjectVersions.encodeResponse()", () => {
  it("writes versions and delete markers in their order", () => {
    assert.equal(listObjectVersions.encodeResponse(PAGE, oss).text, DOCUMENT);
  });
});

describe("listObjectVersions.decodeResponse()", () => {
  it("keeps versions and delete markers in their order", () => {
    assert.deepEqual(listObjectVersions.decodeResponse(anXmlAnswer(DOCUMENT), oss), PAGE);
  });

  it("refuses an answer that is another listing", () => {
    assert.throws(
      () => listObjectVersions.decodeResponse(anXmlAnswer("<ListBucketResult/>"), oss),
      serviceError("BadResponse"),
    );
  });
});

describe("listObjectVersions.decodeRequest()", () => {
  it("reads the empty markers of the Go SDK's first page as none", () => {
    assert.deepEqual(decode({ "key-marker": "", "version-id-marker": "" }), { bucket: "examplebucket" });
  });

  it("refuses a version marker without its key", () => {
    assert.throws(
      () => decode({ "version-id-marker": "CAEQ1" }),
      serviceError("InvalidArgument", {
        fields: { ArgumentName: "version-id-marker", ArgumentValue: "CAEQ1" },
      }),
    );
  });

  it("refuses a version marker that is no version id", () => {
    assert.throws(
      () => decode({ "key-marker": "k", "version-id-marker": "../k" }),
      serviceError("InvalidArgument", { fields: { ArgumentName: "version-id-marker" } }),
    );
  });

  for (const name of ["prefix", "delimiter", "key-marker"]) {
    it(`takes a ${name} as long as a key, and refuses a longer one`, () => {
      decode({ [name]: "中".repeat(341) });

      assert.throws(
        () => decode({ [name]: `${"中".repeat(341)}a` }),
        serviceError("InvalidArgument", { fields: { ArgumentName: name } }),
      );
    });
  }

  for (const maxKeys of ["0", "1001", "ten"]) {
    it(`refuses max-keys=${maxKeys}`, () => {
      assert.throws(
        () => decode({ "max-keys": maxKeys }),
        serviceError("InvalidArgument", { fields: { ArgumentName: "max-keys", ArgumentValue: maxKeys } }),
      );
    });
  }
});
