import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { operations, oss, route } from "../../src/protocol/index.ts";
import { operationCases } from "./operation-arbitraries.ts";

const OPERATION_NAMES = [
  "AbortMultipartUpload",
  "AppendObject",
  "CompleteMultipartUpload",
  "CopyObject",
  "DeleteBucket",
  "DeleteBucketCors",
  "DeleteBucketEncryption",
  "DeleteBucketLifecycle",
  "DeleteBucketPolicy",
  "DeleteBucketPublicAccessBlock",
  "DeleteBucketTags",
  "DeleteMultipleObjects",
  "DeleteObject",
  "DeleteObjectTagging",
  "GetBucketAcl",
  "GetBucketCors",
  "GetBucketEncryption",
  "GetBucketInfo",
  "GetBucketLifecycle",
  "GetBucketLocation",
  "GetBucketPolicy",
  "GetBucketPolicyStatus",
  "GetBucketPublicAccessBlock",
  "GetBucketReferer",
  "GetBucketRequestPayment",
  "GetBucketStat",
  "GetBucketTags",
  "GetBucketVersioning",
  "GetObject",
  "GetObjectAcl",
  "GetObjectMeta",
  "GetObjectTagging",
  "GetSymlink",
  "HeadObject",
  "InitiateMultipartUpload",
  "ListBuckets",
  "ListLiveChannel",
  "ListMultipartUploads",
  "ListObjectVersions",
  "ListObjects",
  "ListObjectsV2",
  "ListParts",
  "PostObject",
  "PutBucket",
  "PutBucketAcl",
  "PutBucketCors",
  "PutBucketEncryption",
  "PutBucketLifecycle",
  "PutBucketPolicy",
  "PutBucketPublicAccessBlock",
  "PutBucketReferer",
  "PutBucketRequestPayment",
  "PutBucketTags",
  "PutBucketVersioning",
  "PutObject",
  "PutObjectAcl",
  "PutObjectTagging",
  "PutSymlink",
  "RestoreObject",
  "UploadPart",
  "UploadPartCopy",
];

describe("operations", () => {
  it("are these 61", () => {
    assert.deepEqual(operations.map(({ name }) => name).toSorted(), OPERATION_NAMES);
  });

  it("each have an arbitrary input and output, so that the laws below skip none", () => {
    assert.deepEqual(new Set(operationCases.map(({ operation }) => operation)), new Set(operations));
  });

  it("differ in method, level or marks, so that no request matches two", () => {
    const recognisedBy = operations.map(({ method, level, marks }) =>
      JSON.stringify([method, level, marks.query.toSorted(), (marks.headers ?? []).toSorted()]),
    );

    assert.equal(new Set(recognisedBy).size, operations.length);
  });
});

for (const { operation, input, output } of operationCases) {
  describe(operation.name, () => {
    it("decodes the request that it encoded", () => {
      fc.assert(
        fc.property(input, (value) => {
          const request = operation.encodeRequest(value, oss);

          assert.deepStrictEqual(operation.decodeRequest(request, oss), value);
        }),
      );
    });

    it("decodes the response that it encoded", () => {
      fc.assert(
        fc.property(output, (value) => {
          const response = operation.encodeResponse(value, oss);

          assert.deepStrictEqual(operation.decodeResponse(response, oss), value);
        }),
      );
    });

    it("is what the router finds for its requests", () => {
      fc.assert(
        fc.property(input, (value) => {
          const request = operation.encodeRequest(value, oss);

          assert.equal(route(request, oss), operation);
        }),
      );
    });

    it("has the method, level and kinds of body that it says", () => {
      fc.assert(
        fc.property(input, output, (inputValue, outputValue) => {
          const request = operation.encodeRequest(inputValue, oss);
          const response = operation.encodeResponse(outputValue, oss);

          assert.equal(request.method, operation.method);
          assert.equal(request.resource.bucket !== undefined, operation.level !== "service");
          assert.equal(request.resource.key !== undefined, operation.level === "object");
          assert.ok(request.text === undefined || ["json", "xml"].includes(operation.requestBody));
          assert.equal(request.form !== undefined, operation.requestBody === "form");
          assert.ok(response.text === undefined || ["json", "text", "xml"].includes(operation.responseBody));
        }),
      );
    });
  });
}
