// Arbitrary inputs and outputs of the operations on buckets, and their listings of objects.
import fc from "fast-check";
import * as wire from "../../src/protocol/index.ts";
import { type OperationCase, operationCase } from "./operation-case.ts";
import {
  anyText,
  bucketName,
  encodedNames,
  etag,
  headerText,
  md5Base64,
  objectKey,
  owner,
  pageSize,
  recordOf,
  restoreStatus,
  serverSideEncryption,
  sizeBytes,
  storageClass,
  time,
  versionId,
  xmlObjectKey,
  xmlText,
} from "./wire-arbitraries.ts";

const bucketOnly = recordOf({ bucket: bucketName }, ["bucket"]);

const encodingType = fc.constant("url" as const);

const nothing = fc.constant({});

const bucketSummary = recordOf(
  {
    name: bucketName,
    creationDate: time,
    region: fc.stringMatching(/^[a-z]{2}-[a-z]{3,9}$/),
    extranetEndpoint: xmlText,
    intranetEndpoint: xmlText,
    storageClass,
  },
  ["name", "creationDate", "region", "extranetEndpoint", "intranetEndpoint", "storageClass"],
).map((bucket) => ({ ...bucket, location: `oss-${bucket.region}` }));

function objectSummary(key: fc.Arbitrary<string>): fc.Arbitrary<wire.ObjectSummary> {
  return recordOf(
    {
      key,
      lastModified: time,
      etag,
      type: fc.constantFrom("Normal", "Multipart"),
      sizeBytes,
      storageClass,
      restoreInfo: restoreStatus,
      owner,
    },
    ["key", "lastModified", "etag", "type", "sizeBytes", "storageClass"],
  );
}

function versionSummary(key: fc.Arbitrary<string>): fc.Arbitrary<wire.VersionSummary> {
  const ofBoth = { key, versionId, isLatest: fc.boolean(), lastModified: time, owner };
  return fc.oneof(
    fc.record({ ...ofBoth, type: fc.constant("DeleteMarker" as const) }, { noNullPrototype: true }),
    recordOf(
      {
        ...ofBoth,
        etag,
        type: fc.constantFrom("Normal", "Multipart", "Symlink"),
        sizeBytes,
        storageClass,
        restoreInfo: restoreStatus,
      },
      ["key", "versionId", "isLatest", "lastModified", "owner", "etag", "type", "sizeBytes", "storageClass"],
    ),
  );
}

export const bucketOperationCases: readonly OperationCase[] = [
  operationCase(wire.listBuckets, {
    input: recordOf(
      {
        ...{ prefix: anyText, marker: anyText, maxKeys: pageSize, tagKey: anyText, tagValue: anyText },
        tags: fc.dictionary(anyText, anyText, { noNullPrototype: true, maxKeys: 3 }),
      },
      [],
    ),
    output: recordOf(
      {
        owner,
        buckets: fc.array(bucketSummary, { maxLength: 5 }),
        prefix: xmlText,
        marker: xmlText,
        maxKeys: pageSize,
        isTruncated: fc.boolean(),
        nextMarker: xmlText,
      },
      ["owner", "buckets", "isTruncated"],
    ),
  }),
  operationCase(wire.putBucket, {
    input: recordOf(
      {
        bucket: bucketName,
        acl: fc.constantFrom("private", "public-read", "public-read-write"),
        storageClass,
        dataRedundancyType: fc.constantFrom("LRS", "ZRS"),
        serverSideEncryption,
      },
      ["bucket"],
    ),
    output: recordOf({ location: headerText }, []),
  }),
  operationCase(wire.getBucketInfo, {
    input: bucketOnly,
    output: fc
      .tuple(
        bucketSummary,
        recordOf(
          {
            owner,
            acl: xmlText,
            dataRedundancyType: xmlText,
            serverSideEncryption,
            kmsMasterKeyId: xmlText,
            versioning: fc.constantFrom("Enabled", "Suspended"),
            blockPublicAccess: fc.boolean(),
          },
          ["owner", "acl", "blockPublicAccess"],
        ),
      )
      .map(([summary, rest]) => ({ ...summary, ...rest })),
  }),
  operationCase(wire.getBucketAcl, {
    input: bucketOnly,
    output: recordOf({ owner, grant: xmlText }, ["owner", "grant"]),
  }),
  operationCase(wire.getBucketLocation, {
    input: bucketOnly,
    output: recordOf({ location: xmlText }, ["location"]),
  }),
  operationCase(wire.deleteBucket, { input: bucketOnly, output: nothing }),
  operationCase(wire.listObjects, {
    input: recordOf(
      {
        bucket: bucketName,
        prefix: anyText,
        delimiter: anyText,
        marker: anyText,
        maxKeys: pageSize,
        encodingType,
      },
      ["bucket"],
    ),
    output: encodedNames((name, key) =>
      recordOf(
        {
          bucket: bucketName,
          prefix: name,
          marker: name,
          maxKeys: pageSize,
          delimiter: name,
          isTruncated: fc.boolean(),
          nextMarker: name,
          objects: fc.array(objectSummary(key), { maxLength: 5 }),
          commonPrefixes: fc.array(name, { maxLength: 3 }),
        },
        ["bucket", "prefix", "marker", "maxKeys", "delimiter", "isTruncated", "objects", "commonPrefixes"],
      ),
    ),
  }),
  operationCase(wire.listObjectsV2, {
    input: recordOf(
      {
        bucket: bucketName,
        prefix: anyText,
        delimiter: anyText,
        startAfter: objectKey,
        continuationToken: objectKey,
        maxKeys: pageSize,
        fetchOwner: fc.boolean(),
        encodingType,
      },
      ["bucket"],
    ),
    output: encodedNames((name, key) =>
      recordOf(
        {
          bucket: bucketName,
          prefix: name,
          delimiter: name,
          startAfter: name,
          continuationToken: name,
          nextContinuationToken: name,
          keyCount: fc.nat(),
          maxKeys: pageSize,
          isTruncated: fc.boolean(),
          objects: fc.array(objectSummary(key), { maxLength: 5 }),
          commonPrefixes: fc.array(name, { maxLength: 3 }),
        },
        ["bucket", "prefix", "delimiter", "keyCount", "maxKeys", "isTruncated", "objects", "commonPrefixes"],
      ),
    ),
  }),
  operationCase(wire.listObjectVersions, {
    input: recordOf(
      {
        bucket: bucketName,
        prefix: anyText,
        delimiter: anyText,
        maxKeys: pageSize,
        encodingType,
        keyMarker: objectKey,
      },
      ["bucket", "keyMarker"],
    ).chain((input) =>
      fc.oneof(
        fc.constant(input),
        versionId.map((versionIdMarker) => ({ ...input, versionIdMarker })),
      ),
    ),
    output: encodedNames((name, key) =>
      recordOf(
        {
          bucket: bucketName,
          prefix: name,
          delimiter: name,
          keyMarker: name,
          versionIdMarker: xmlText,
          maxKeys: pageSize,
          isTruncated: fc.boolean(),
          nextKeyMarker: name,
          nextVersionIdMarker: xmlText,
          versions: fc.array(versionSummary(key), { maxLength: 5 }),
          commonPrefixes: fc.array(name, { maxLength: 3 }),
        },
        [
          "bucket",
          "prefix",
          "delimiter",
          "keyMarker",
          "versionIdMarker",
          "maxKeys",
          "isTruncated",
          "versions",
          "commonPrefixes",
        ],
      ),
    ),
  }),
  operationCase(wire.deleteMultipleObjects, {
    input: recordOf(
      {
        bucket: bucketName,
        objects: fc.array(recordOf({ key: xmlObjectKey, versionId }, ["key"]), {
          minLength: 1,
          maxLength: 10,
        }),
        quiet: fc.boolean(),
        encodingType,
        contentMd5: md5Base64,
      },
      ["bucket", "objects", "quiet", "contentMd5"],
    ),
    output: fc.oneof(
      fc.constant({ deleted: [] }),
      encodedNames((_name, key) =>
        recordOf(
          {
            deleted: fc.array(recordOf({ key, versionId, deleteMarkerVersionId: versionId }, ["key"]), {
              minLength: 1,
              maxLength: 10,
            }),
          },
          ["deleted"],
        ),
      ),
    ),
  }),
];
