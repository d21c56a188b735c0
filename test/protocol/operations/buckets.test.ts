import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  getBucketInfo,
  getBucketLocation,
  listBuckets,
  oss,
  putBucket,
} from "../../../src/protocol/index.ts";
import { aRequest, EXAMPLE_BUCKET, serviceError } from "../request-builder.ts";

const BUCKET = {
  name: "examplebucket",
  creationDate: new Date("2023-12-03T12:12:12.000Z"),
  location: "oss-cn-hangzhou",
  region: "cn-hangzhou",
  extranetEndpoint: "127.0.0.1:9000",
  intranetEndpoint: "127.0.0.1:9000",
  storageClass: "Standard",
};

const BUCKET_ELEMENTS =
  "<CreationDate>2023-12-03T12:12:12.000Z</CreationDate><ExtranetEndpoint>127.0.0.1:9000</ExtranetEndpoint>" +
  "<IntranetEndpoint>127.0.0.1:9000</IntranetEndpoint><Location>oss-cn-hangzhou</Location>" +
  "<Name>examplebucket</Name><StorageClass>Standard</StorageClass>";

const OWNER = "<Owner><ID>1234</ID><DisplayName>me</DisplayName></Owner>";

describe("listBuckets.encodeResponse()", () => {
  it("names the owner, which ali-oss reads unasked, and every element that oss2 requires", () => {
    const { text } = listBuckets.encodeResponse(
      { owner: { id: "1234", displayName: "me" }, buckets: [BUCKET], isTruncated: false },
      oss,
    );

    assert.equal(
      text,
      '<?xml version="1.0" encoding="UTF-8"?>\n<ListAllMyBucketsResult><IsTruncated>false</IsTruncated>' +
        `${OWNER}<Buckets><Bucket>${BUCKET_ELEMENTS}<Region>cn-hangzhou</Region></Bucket></Buckets></ListAllMyBucketsResult>`,
    );
  });
});

describe("getBucketInfo.encodeResponse()", () => {
  it("says of the features that it does not have that they are disabled", () => {
    const { text } = getBucketInfo.encodeResponse(
      { ...BUCKET, owner: { id: "1234", displayName: "me" }, acl: "private", blockPublicAccess: false },
      oss,
    );

    assert.equal(
      text,
      '<?xml version="1.0" encoding="UTF-8"?>\n<BucketInfo><Bucket><AccessMonitor>Disabled</AccessMonitor>' +
        "<Comment></Comment><CreationDate>2023-12-03T12:12:12.000Z</CreationDate>" +
        "<CrossRegionReplication>Disabled</CrossRegionReplication>" +
        "<ExtranetEndpoint>127.0.0.1:9000</ExtranetEndpoint><IntranetEndpoint>127.0.0.1:9000</IntranetEndpoint>" +
        "<Location>oss-cn-hangzhou</Location><Name>examplebucket</Name><ResourceGroupId></ResourceGroupId>" +
        `<StorageClass>Standard</StorageClass><TransferAcceleration>Disabled</TransferAcceleration>${OWNER}` +
        "<AccessControlList><Grant>private</Grant></AccessControlList>" +
        "<ServerSideEncryptionRule><SSEAlgorithm>None</SSEAlgorithm></ServerSideEncryptionRule>" +
        "<BucketPolicy><LogBucket></LogBucket><LogPrefix></LogPrefix></BucketPolicy>" +
        "<BlockPublicAccess>false</BlockPublicAccess></Bucket></BucketInfo>",
    );
  });
});

describe("getBucketInfo.encodeResponse(), of a bucket with settings", () => {
  it("tells them", () => {
    const { text = "" } = getBucketInfo.encodeResponse(
      {
        ...BUCKET,
        owner: { id: "1234", displayName: "me" },
        acl: "public-read",
        dataRedundancyType: "ZRS",
        serverSideEncryption: "AES256",
        versioning: "Suspended",
        blockPublicAccess: true,
      },
      oss,
    );

    assert.match(text, /<DataRedundancyType>ZRS<\/DataRedundancyType>/);
    assert.match(text, /<Grant>public-read<\/Grant>/);
    assert.match(text, /<SSEAlgorithm>AES256<\/SSEAlgorithm>/);
    assert.match(text, /<Versioning>Suspended<\/Versioning>/);
    assert.match(text, /<BlockPublicAccess>true<\/BlockPublicAccess>/);
  });
});

describe("getBucketLocation.encodeResponse()", () => {
  it("writes the document of OSS's page", () => {
    assert.equal(
      getBucketLocation.encodeResponse({ location: "oss-cn-hangzhou" }, oss).text,
      '<?xml version="1.0" encoding="UTF-8"?>\n<LocationConstraint>oss-cn-hangzhou</LocationConstraint>',
    );
  });
});

describe("putBucket.decodeRequest()", () => {
  function decode(headers: Record<string, string>, text = "", bucket = "examplebucket"): unknown {
    return putBucket.decodeRequest(aRequest({ method: "PUT", resource: { bucket }, headers, text }), oss);
  }

  it("needs neither header nor document", () => {
    assert.deepEqual(decode({}), EXAMPLE_BUCKET);
  });

  it("refuses an unknown ACL", () => {
    assert.throws(
      () => decode({ "x-oss-acl": "everyone" }),
      serviceError("InvalidArgument", {
        message: "no such bucket access control exists",
        fields: { ArgumentName: "x-oss-acl", ArgumentValue: "everyone" },
      }),
    );
  });

  for (const [name, value] of [
    ["StorageClass", "Attic"],
    ["DataRedundancyType", "XRS"],
  ] as const) {
    it(`refuses the ${name} ${value}`, () => {
      const text = `<CreateBucketConfiguration><${name}>${value}</${name}></CreateBucketConfiguration>`;

      assert.throws(
        () => decode({}, text),
        serviceError("InvalidArgument", { fields: { ArgumentName: name, ArgumentValue: value } }),
      );
    });
  }

  it("refuses another document", () => {
    assert.throws(() => decode({}, "<Delete/>"), serviceError("MalformedXML"));
  });

  it("refuses a name that is none", () => {
    assert.throws(
      () => decode({}, "", "Example"),
      serviceError("InvalidBucketName", { fields: { BucketName: "Example" } }),
    );
  });
});
