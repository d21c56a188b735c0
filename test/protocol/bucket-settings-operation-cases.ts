// Arbitrary inputs and outputs of the operations that set and tell how a bucket behaves.
import fc from "fast-check";
import * as wire from "../../src/protocol/index.ts";
import { type OperationCase, operationCase } from "./operation-case.ts";
import { anyText, bucketName, pageSize, recordOf, sizeBytes, time, xmlText } from "./wire-arbitraries.ts";

const bucketOnly = recordOf({ bucket: bucketName }, ["bucket"]);

const nothing = fc.constant({});

const versioningStatus = fc.constantFrom("Enabled" as const, "Suspended" as const);

const encryptionRule: fc.Arbitrary<wire.EncryptionRule> = fc.oneof(
  fc.constantFrom("AES256", "SM4").map((algorithm) => ({ algorithm })),
  recordOf(
    {
      algorithm: fc.constant("KMS"),
      kmsMasterKeyId: xmlText.filter((text) => text !== ""),
      kmsDataEncryption: fc.constant("SM4"),
    },
    ["algorithm"],
  ),
);

const bucketTags = fc.dictionary(
  fc.stringMatching(/^[a-zB-Z0-9中]{1,20}$/).filter((key) => !/^(https?:|aliyun)/i.test(key)),
  fc.stringMatching(/^[ -~]{0,40}$/),
  { maxKeys: wire.BUCKET_TAG_COUNT_MAX, noNullPrototype: true },
);

const storageUse = recordOf({ sizeBytes, objectCount: fc.nat() }, ["sizeBytes", "objectCount"]);

const texts = fc.oneof(
  fc.string({ minLength: 1 }),
  fc.array(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 3 }),
);

const policy = fc
  .array(
    recordOf(
      {
        Effect: fc.constantFrom("Allow", "Deny"),
        Action: texts,
        Resource: texts,
        Principal: texts,
        Condition: fc.constant({ StringEquals: { "acs:SourceIp": ["10.0.0.0/8"] } }),
      },
      ["Effect", "Action", "Resource", "Principal"],
    ),
    { minLength: 1, maxLength: 3 },
  )
  .map((statements) => JSON.stringify({ Version: "1", Statement: statements }));

const refererPatterns = fc.array(fc.stringMatching(/^[!-~中](?:[ -~]{0,20}[!-~])?$/), { maxLength: 4 });

const refererConfiguration: fc.Arbitrary<wire.RefererConfiguration> = recordOf(
  {
    allowEmptyReferer: fc.boolean(),
    allowTruncateQueryString: fc.boolean(),
    truncatePath: fc.boolean(),
    whitelist: refererPatterns,
    blacklist: refererPatterns,
  },
  ["allowEmptyReferer", "allowTruncateQueryString", "truncatePath", "whitelist", "blacklist"],
);

export const bucketSettingsOperationCases: readonly OperationCase[] = [
  operationCase(wire.putBucketAcl, {
    input: recordOf(
      { bucket: bucketName, acl: fc.constantFrom("private", "public-read", "public-read-write") },
      ["bucket", "acl"],
    ),
    output: nothing,
  }),
  operationCase(wire.getBucketStat, {
    input: bucketOnly,
    output: recordOf(
      {
        sizeBytes,
        objectCount: fc.nat(),
        multipartUploadCount: fc.nat(),
        multipartPartCount: fc.nat(),
        liveChannelCount: fc.nat(),
        deleteMarkerCount: fc.nat(),
        lastModified: time,
        uses: recordOf(
          {
            Standard: storageUse,
            IA: storageUse,
            Archive: storageUse,
            ColdArchive: storageUse,
            DeepColdArchive: storageUse,
          },
          ["Standard", "IA", "Archive", "ColdArchive", "DeepColdArchive"],
        ),
      },
      [
        "sizeBytes",
        "objectCount",
        "multipartUploadCount",
        "multipartPartCount",
        "liveChannelCount",
        "deleteMarkerCount",
        "lastModified",
        "uses",
      ],
    ),
  }),
  operationCase(wire.listLiveChannel, {
    input: recordOf({ bucket: bucketName, prefix: anyText, marker: anyText, maxKeys: pageSize }, ["bucket"]),
    output: recordOf(
      {
        prefix: xmlText,
        marker: xmlText,
        maxKeys: pageSize,
        isTruncated: fc.boolean(),
        nextMarker: xmlText,
      },
      ["prefix", "marker", "maxKeys", "isTruncated", "nextMarker"],
    ),
  }),
  operationCase(wire.putBucketPolicy, {
    input: recordOf({ bucket: bucketName, policy }, ["bucket", "policy"]),
    output: nothing,
  }),
  operationCase(wire.getBucketPolicy, { input: bucketOnly, output: recordOf({ policy }, ["policy"]) }),
  operationCase(wire.deleteBucketPolicy, { input: bucketOnly, output: nothing }),
  operationCase(wire.getBucketPolicyStatus, {
    input: bucketOnly,
    output: recordOf({ isPublic: fc.boolean() }, ["isPublic"]),
  }),
  operationCase(wire.putBucketPublicAccessBlock, {
    input: recordOf({ bucket: bucketName, blockPublicAccess: fc.boolean() }, ["bucket", "blockPublicAccess"]),
    output: nothing,
  }),
  operationCase(wire.getBucketPublicAccessBlock, {
    input: bucketOnly,
    output: recordOf({ blockPublicAccess: fc.boolean() }, ["blockPublicAccess"]),
  }),
  operationCase(wire.deleteBucketPublicAccessBlock, { input: bucketOnly, output: nothing }),
  operationCase(wire.putBucketReferer, {
    input: recordOf({ bucket: bucketName, configuration: refererConfiguration }, ["bucket", "configuration"]),
    output: nothing,
  }),
  operationCase(wire.getBucketReferer, { input: bucketOnly, output: refererConfiguration }),
  operationCase(wire.putBucketRequestPayment, {
    input: recordOf({ bucket: bucketName, payer: fc.constantFrom("BucketOwner", "Requester") }, [
      "bucket",
      "payer",
    ]),
    output: nothing,
  }),
  operationCase(wire.getBucketRequestPayment, {
    input: bucketOnly,
    output: recordOf({ payer: fc.constantFrom("BucketOwner", "Requester") }, ["payer"]),
  }),
  operationCase(wire.putBucketEncryption, {
    input: recordOf({ bucket: bucketName, rule: encryptionRule }, ["bucket", "rule"]),
    output: nothing,
  }),
  operationCase(wire.getBucketEncryption, { input: bucketOnly, output: encryptionRule }),
  operationCase(wire.deleteBucketEncryption, { input: bucketOnly, output: nothing }),
  operationCase(wire.putBucketTags, {
    input: recordOf({ bucket: bucketName, tags: bucketTags }, ["bucket", "tags"]),
    output: nothing,
  }),
  operationCase(wire.getBucketTags, {
    input: bucketOnly,
    output: recordOf({ tags: bucketTags }, ["tags"]),
  }),
  operationCase(wire.deleteBucketTags, {
    input: recordOf(
      {
        bucket: bucketName,
        keys: fc.array(
          anyText.filter((key) => key !== "" && !key.includes(",")),
          { minLength: 1, maxLength: 3 },
        ),
      },
      ["bucket"],
    ),
    output: nothing,
  }),
  operationCase(wire.putBucketVersioning, {
    input: recordOf({ bucket: bucketName, status: versioningStatus }, ["bucket", "status"]),
    output: nothing,
  }),
  operationCase(wire.getBucketVersioning, {
    input: bucketOnly,
    output: recordOf({ status: versioningStatus }, []),
  }),
];
