// Who comes without a signature, operation by operation. An operation that is missing here fails the test until somebody
// has decided what a stranger may do with it.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { operations, oss } from "../../src/protocol/index.ts";
import { accessesOf } from "../../src/server/access.ts";
import { decideByAcl, needOf } from "../../src/server/acl-access.ts";

/** The least ACL under which everybody may, or `owner` where no ACL is enough. */
const LEAST_ACL: Readonly<Record<string, "owner" | "public-read" | "public-read-write">> = {
  AbortMultipartUpload: "public-read-write",
  AppendObject: "public-read-write",
  CompleteMultipartUpload: "public-read-write",
  CopyObject: "public-read-write",
  DeleteBucket: "owner",
  DeleteBucketEncryption: "owner",
  DeleteBucketPolicy: "owner",
  DeleteBucketPublicAccessBlock: "owner",
  DeleteBucketTags: "owner",
  // Its keys are in the body, and each may have an ACL of its own.
  DeleteMultipleObjects: "owner",
  DeleteObject: "public-read-write",
  DeleteObjectTagging: "owner",
  GetBucketAcl: "owner",
  GetBucketEncryption: "owner",
  GetBucketInfo: "owner",
  GetBucketLocation: "owner",
  GetBucketPolicy: "owner",
  GetBucketPolicyStatus: "owner",
  GetBucketPublicAccessBlock: "owner",
  GetBucketReferer: "owner",
  GetBucketRequestPayment: "owner",
  GetBucketStat: "owner",
  GetBucketTags: "owner",
  GetBucketVersioning: "owner",
  GetObject: "public-read",
  GetObjectAcl: "owner",
  GetObjectMeta: "public-read",
  GetObjectTagging: "owner",
  GetSymlink: "public-read",
  HeadObject: "public-read",
  InitiateMultipartUpload: "public-read-write",
  ListBuckets: "owner",
  ListLiveChannel: "owner",
  ListMultipartUploads: "public-read-write",
  ListObjectVersions: "owner",
  ListObjects: "public-read",
  ListObjectsV2: "public-read",
  ListParts: "public-read-write",
  PostObject: "public-read-write",
  PutBucket: "owner",
  DeleteBucketCors: "owner",
  DeleteBucketLifecycle: "owner",
  GetBucketCors: "owner",
  GetBucketLifecycle: "owner",
  PutBucketCors: "owner",
  PutBucketLifecycle: "owner",
  PutBucketAcl: "owner",
  PutBucketEncryption: "owner",
  PutBucketPolicy: "owner",
  PutBucketPublicAccessBlock: "owner",
  PutBucketReferer: "owner",
  PutBucketRequestPayment: "owner",
  PutBucketTags: "owner",
  PutBucketVersioning: "owner",
  PutObject: "public-read-write",
  PutObjectAcl: "owner",
  PutObjectTagging: "owner",
  PutSymlink: "public-read-write",
  RestoreObject: "owner",
  UploadPart: "public-read-write",
  UploadPartCopy: "public-read-write",
};

const RESOURCES = { service: {}, bucket: { bucket: "b-1" }, object: { bucket: "b-1", key: "k" } };
const COPY_SOURCE = { "x-oss-copy-source": "/b-2/source" };

describe("what may be done without a signature", () => {
  it("is decided for every operation", () => {
    assert.deepEqual(operations.map(({ name }) => name).toSorted(), Object.keys(LEAST_ACL).toSorted());
  });

  for (const operation of operations) {
    const least = LEAST_ACL[operation.name] ?? "owner";
    for (const acl of ["private", "public-read", "public-read-write"] as const) {
      const isAllowed = least === acl || (least === "public-read" && acl === "public-read-write");
      it(`is ${isAllowed ? "" : "not "}${operation.name} in a bucket that is ${acl}`, () => {
        const { method, marks, level } = operation;
        const headers = marks.headers === undefined ? {} : COPY_SOURCE;
        const form = { fields: [["key", "k"]], file: {} } as const;
        const plain = { method, query: [], resource: RESOURCES[level], headers };
        const request = operation.requestBody === "form" ? { ...plain, form } : plain;

        const verdicts = accessesOf(operation, request, oss).map((access) =>
          decideByAcl(access, { bucket: acl }),
        );

        assert.equal(
          verdicts.every((verdict) => verdict === "allowed"),
          isAllowed,
        );
      });
    }
  }
});

describe("decideByAcl()", () => {
  const read = { permission: "oss:GetObject", bucket: "b-1", key: "k" };
  const write = { permission: "oss:PutObject", bucket: "b-1", key: "k" };
  const list = { permission: "oss:ListObjects", bucket: "b-1" };

  for (const [what, access, acls, verdict] of [
    ["a public object of a private bucket is read", read, ["private", "public-read"], "allowed"],
    ["a private object of a public bucket is not", read, ["public-read", "private"], "denied-by-object-acl"],
    ["nor written", write, ["public-read-write", "private"], "denied-by-object-acl"],
    ["a readable object is not written", write, ["public-read-write", "public-read"], "denied-by-object-acl"],
    ["a writable object of a private bucket is", write, ["private", "public-read-write"], "allowed"],
    ["an object as its bucket is read", read, ["public-read"], "allowed"],
    ["and not written", write, ["public-read"], "denied-by-bucket-acl"],
    ["no object's ACL lets list the bucket", list, ["private", "public-read-write"], "denied-by-bucket-acl"],
  ] as const) {
    it(`says: ${what}`, () => {
      const [bucket, object] = acls;

      const decided = decideByAcl(access, { bucket, ...(object === undefined ? {} : { object }) });

      assert.equal(decided, verdict);
    });
  }

  it("denies where there is no bucket", () => {
    assert.equal(decideByAcl(read, {}), "denied-by-bucket-acl");
  });

  it("denies a word that is no ACL", () => {
    assert.equal(decideByAcl(read, { bucket: "everyone" }), "denied-by-bucket-acl");
  });
});

describe("accessesOf()", () => {
  const [putObject, copyObject] = ["PutObject", "CopyObject"].map((wanted) => {
    const operation = operations.find(({ name }) => name === wanted);
    assert.ok(operation);
    return operation;
  });
  const message = { method: "PUT", query: [], resource: RESOURCES.object, headers: {} } as const;

  it("names the version", () => {
    assert.ok(putObject);

    assert.deepEqual(accessesOf(putObject, { ...message, query: [["versionId", "v"]] }, oss), [
      { permission: "oss:PutObject", ...RESOURCES.object, versionId: "v" },
    ]);
  });

  for (const [name, permission, need] of [
    ["GetObject", "oss:GetObjectVersion", "read"],
    ["DeleteObject", "oss:DeleteObjectVersion", undefined],
  ] as const) {
    it(`asks for ${permission} where ${name} names a version, which an ACL grants ${need === undefined ? "never" : "with the rest"}`, () => {
      const operation = operations.find((candidate) => candidate.name === name);
      assert.ok(operation);

      const [access] = accessesOf(operation, { ...message, query: [["versionId", "v"]] }, oss);

      assert.equal(access?.permission, permission);
      assert.equal(access && needOf(access), need);
    });
  }

  it("names the version of the source of a copy", () => {
    assert.ok(copyObject);
    const headers = { "x-oss-copy-source": "/b-2/source?versionId=CAEv" };

    assert.deepEqual(accessesOf(copyObject, { ...message, headers }, oss).at(-1), {
      ...{ permission: "oss:GetObjectVersion", bucket: "b-2", key: "source", versionId: "CAEv" },
    });
  });

  it("names the source of a copy", () => {
    assert.ok(copyObject);

    assert.deepEqual(accessesOf(copyObject, { ...message, headers: COPY_SOURCE }, oss), [
      { permission: "oss:PutObject", ...RESOURCES.object },
      { permission: "oss:GetObject", bucket: "b-2", key: "source" },
    ]);
  });

  for (const [header, permission] of [
    ["x-oss-object-acl", "oss:PutObjectAcl"],
    ["x-oss-tagging", "oss:PutObjectTagging"],
  ] as const) {
    it(`asks for ${permission} too where ${header} is sent, which nobody may without a signature`, () => {
      assert.ok(putObject);

      const accesses = accessesOf(putObject, { ...message, headers: { [header]: "x" } }, oss);

      assert.deepEqual(
        accesses.map(({ permission: needed }) => needed),
        ["oss:PutObject", permission],
      );
      assert.equal(needOf({ permission, ...RESOURCES.object }), undefined);
    });
  }
});
