import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Method, oss, type Resource, route } from "../../src/protocol/index.ts";
import { signedSubResources, unimplementedSubResources } from "../../src/protocol/routing/sub-resources.ts";
import {
  aRequest,
  EXAMPLE_BUCKET,
  EXAMPLE_OBJECT,
  type RequestParts,
  serviceError,
} from "./request-builder.ts";

function routed(parts: RequestParts): string {
  return route(aRequest(parts), oss).name;
}

const SERVICE: Resource = {};

describe("route()", () => {
  for (const [method, resource, name] of [
    ["GET", SERVICE, "ListBuckets"],
    ["GET", EXAMPLE_BUCKET, "ListObjects"],
    ["PUT", EXAMPLE_BUCKET, "PutBucket"],
    ["DELETE", EXAMPLE_BUCKET, "DeleteBucket"],
    ["GET", EXAMPLE_OBJECT, "GetObject"],
    ["HEAD", EXAMPLE_OBJECT, "HeadObject"],
    ["PUT", EXAMPLE_OBJECT, "PutObject"],
    ["DELETE", EXAMPLE_OBJECT, "DeleteObject"],
  ] as const) {
    it(`finds ${name} by method and level`, () => {
      assert.equal(routed({ method, resource }), name);
    });
  }

  it("takes an empty key for none", () => {
    assert.equal(routed({ resource: { bucket: "examplebucket", key: "" } }), "ListObjects");
  });

  it("tells a copy from an upload by its source", () => {
    const headers = { "x-oss-copy-source": "/b/k" };
    const query = { partNumber: "1", uploadId: "A1" };

    assert.equal(routed({ method: "PUT", headers }), "CopyObject");
    assert.equal(routed({ method: "PUT", headers, query }), "UploadPartCopy");
    assert.equal(routed({ method: "PUT", query }), "UploadPart");
    assert.equal(routed({ method: "GET", headers }), "GetObject");
  });

  it("deletes the link itself where a DELETE says symlink, and nothing where it says more", () => {
    assert.equal(routed({ method: "DELETE", query: { symlink: "" } }), "DeleteObject");
    for (const name of ["tagging", "acl"]) {
      assert.throws(
        () => routed({ method: "DELETE", query: { symlink: "", [name]: "" } }),
        serviceError("MethodNotAllowed"),
      );
    }
  });

  it("tells the two listings apart by the value of list-type", () => {
    assert.equal(routed({ resource: EXAMPLE_BUCKET, query: { "list-type": "2" } }), "ListObjectsV2");
    assert.throws(
      () => routed({ resource: EXAMPLE_BUCKET, query: { "list-type": "3" } }),
      serviceError("InvalidArgument", { fields: { ArgumentName: "list-type", ArgumentValue: "3" } }),
    );
  });

  it("ignores parameters, signatures and names that nobody knows", () => {
    const query = {
      OSSAccessKeyId: "id",
      Expires: "1701606132",
      Signature: "s",
      "security-token": "t",
      "x-oss-signature-version": "OSS4-HMAC-SHA256",
      "x-oss-date": "20231203T121212Z",
      "x-oss-traffic-limit": "819200",
      "response-content-type": "text/html",
      callback: "e30=",
      versionId: "null",
      "encoding-type": "url",
      cacheBuster: "1",
    };

    assert.equal(routed({ query }), "GetObject");
  });

  for (const [method, resource, query] of [
    ["PUT", EXAMPLE_OBJECT, { retention: "" }],
    ["PUT", EXAMPLE_OBJECT, { legalHold: "" }],
    ["DELETE", EXAMPLE_BUCKET, { overwriteConfig: "" }],
    ["PUT", EXAMPLE_BUCKET, { objectWorm: "" }],
    ["GET", EXAMPLE_BUCKET, { quota: "" }],
    ["DELETE", EXAMPLE_OBJECT, { newerThanThisTest: "1" }],
    ["PUT", EXAMPLE_OBJECT, { partNumber: "1", uploadId: "u", newer: "x" }],
  ] as const) {
    it(`refuses ${method} ?${Object.keys(query).at(-1)}, a sub-resource that nobody here knows`, () => {
      assert.throws(
        () => routed({ method, resource, query }),
        serviceError("NotImplemented", { fields: { Header: Object.keys(query).at(-1) ?? "" } }),
      );
    });
  }

  for (const name of unimplementedSubResources) {
    for (const [method, resource] of [
      ["POST", EXAMPLE_BUCKET],
      ["PUT", EXAMPLE_OBJECT],
    ] as const) {
      it(`refuses ${method} ?${name}, rather than doing the operation without it`, () => {
        assert.throws(
          () => routed({ method, resource, query: { [name]: "" } }),
          serviceError("NotImplemented", { fields: { Header: name } }),
        );
      });
    }
  }

  it("refuses a sub-resource beside the marks of an operation", () => {
    assert.throws(
      () => routed({ method: "POST", query: { uploads: "", website: "" } }),
      serviceError("NotImplemented", { fields: { Header: "website" } }),
    );
  });

  for (const [method, query, missing] of [
    ["PUT", { partNumber: "1" }, "uploadId"],
    ["PUT", { uploadId: "A1" }, "partNumber"],
  ] as const) {
    it(`refuses ${method} without ${missing} and names it`, () => {
      assert.throws(
        () => routed({ method, query }),
        serviceError("InvalidArgument", { fields: { ArgumentName: missing } }),
      );
    });
  }

  const notAllowed: readonly (readonly [Method, Resource, Readonly<Record<string, string>>])[] = [
    ["OPTIONS", EXAMPLE_OBJECT, {}],
    ["HEAD", EXAMPLE_BUCKET, {}],
    ["HEAD", SERVICE, {}],
    ["PUT", SERVICE, {}],
    ["POST", EXAMPLE_OBJECT, {}],
    ["POST", EXAMPLE_OBJECT, { partNumber: "1" }],
    ["POST", EXAMPLE_OBJECT, { uploads: "", uploadId: "A1" }],
    ["GET", EXAMPLE_OBJECT, { uploads: "" }],
    ["GET", EXAMPLE_OBJECT, { partNumber: "1" }],
    ["GET", EXAMPLE_OBJECT, { delete: "" }],
    ["DELETE", EXAMPLE_OBJECT, { uploadId: "A1", partNumber: "1" }],
    ["DELETE", EXAMPLE_BUCKET, { uploads: "" }],
    ["PUT", EXAMPLE_OBJECT, { objectMeta: "" }],
    ["PUT", EXAMPLE_OBJECT, { lifecycle: "" }],
    ["DELETE", EXAMPLE_OBJECT, { cors: "" }],
    ["POST", EXAMPLE_BUCKET, { cors: "" }],
    ["GET", SERVICE, { location: "" }],
  ];
  for (const [method, resource, query] of notAllowed) {
    const level = Object.keys(resource).length;
    const resourceType = ["Service", "Bucket", "Object"][level] ?? "";
    it(`allows no ${method} ${resourceType} ?${Object.keys(query).join("&")}`, () => {
      assert.throws(
        () => routed({ method, resource, query }),
        serviceError("MethodNotAllowed", { fields: { ResourceType: resourceType, Method: method } }),
      );
    });
  }
});

describe("signedSubResources", () => {
  it("has the names of the SDKs' lists, and those alone", () => {
    assert.equal(signedSubResources.size, 104);
    assert.ok(signedSubResources.has("policyStatus"));
    assert.ok(signedSubResources.has("continuation-token"));
    assert.ok(!signedSubResources.has("prefix"));
    assert.ok(!signedSubResources.has(""));
  });
});
