import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  completeMultipartUpload,
  copyObject,
  oss,
  putBucketAcl,
  putObject,
  putObjectAcl,
} from "../../../src/protocol/index.ts";
import { aRequest, EXAMPLE_BUCKET, EXAMPLE_OBJECT, serviceError } from "../request-builder.ts";

// Source: OSS API, PutBucketAcl and PutObjectACL: the word is in a header, there is no document.
describe("putBucketAcl", () => {
  it("sends the word in x-oss-acl", () => {
    assert.deepEqual(putBucketAcl.encodeRequest({ bucket: "examplebucket", acl: "public-read" }, oss), {
      method: "PUT",
      resource: EXAMPLE_BUCKET,
      query: [["acl", ""]],
      headers: { "x-oss-acl": "public-read" },
    });
  });

  it("refuses a word that is none", () => {
    const request = aRequest({
      method: "PUT",
      resource: EXAMPLE_BUCKET,
      query: { acl: "" },
      headers: { "x-oss-acl": "default" },
    });

    assert.throws(
      () => putBucketAcl.decodeRequest(request, oss),
      serviceError("InvalidArgument", { fields: { ArgumentName: "x-oss-acl", ArgumentValue: "default" } }),
    );
  });

  it("refuses a request without a word", () => {
    const request = aRequest({ method: "PUT", resource: EXAMPLE_BUCKET, query: { acl: "" } });

    assert.throws(
      () => putBucketAcl.decodeRequest(request, oss),
      serviceError("MissingArgument", { fields: { ArgumentName: "x-oss-acl" } }),
    );
  });
});

describe("putObjectAcl", () => {
  it("sends the word in x-oss-object-acl, and the version in the query", () => {
    const input = { bucket: "b-1", key: "k", objectAcl: "default" as const, versionId: "CAEQ" };

    assert.deepEqual(putObjectAcl.encodeRequest(input, oss), {
      method: "PUT",
      resource: { bucket: "b-1", key: "k" },
      query: [
        ["acl", ""],
        ["versionId", "CAEQ"],
      ],
      headers: { "x-oss-object-acl": "default" },
    });
  });

  it("refuses a request without a word", () => {
    const request = aRequest({ method: "PUT", query: { acl: "" } });

    assert.throws(
      () => putObjectAcl.decodeRequest(request, oss),
      serviceError("MissingArgument", { fields: { ArgumentName: "x-oss-object-acl" } }),
    );
  });
});

describe("x-oss-object-acl", () => {
  for (const [operation, headers, query] of [
    [putObject, {}, {}],
    [copyObject, { "x-oss-copy-source": "/examplebucket/a" }, {}],
    [completeMultipartUpload, { "x-oss-complete-all": "yes" }, { uploadId: "A1" }],
  ] as const) {
    it(`is what ${operation.name} gives the object`, () => {
      const request = aRequest({
        method: operation.method,
        resource: EXAMPLE_OBJECT,
        query,
        headers: { ...headers, "x-oss-object-acl": "public-read" },
      });

      assert.equal(operation.decodeRequest(request, oss).objectAcl, "public-read");
    });

    it(`is refused by ${operation.name} when it is no such word`, () => {
      const request = aRequest({
        method: operation.method,
        resource: EXAMPLE_OBJECT,
        query,
        headers: { ...headers, "x-oss-object-acl": "everyone" },
      });

      assert.throws(
        () => operation.decodeRequest(request, oss),
        serviceError("InvalidArgument", {
          message: "no such object access control exists",
          fields: { ArgumentName: "x-oss-object-acl", ArgumentValue: "everyone" },
        }),
      );
    });
  }
});
