// Arbitrary inputs and outputs of the operations on multipart uploads.
import fc from "fast-check";
import * as wire from "../../src/protocol/index.ts";
import { type OperationCase, operationCase } from "./operation-case.ts";
import {
  anyObjectHeaders,
  anyText,
  bucketName,
  byteRange,
  conditions,
  copySource,
  crc64Value,
  encodedNames,
  etag,
  headerText,
  jsonText,
  md5Base64,
  nonEmpty,
  objectAcl,
  objectKey,
  pageSize,
  partNumber,
  recordOf,
  resolvedRange,
  serverSideEncryption,
  sizeBytes,
  storageClass,
  tags,
  time,
  trafficLimit,
  uploadId,
  versionId,
  xmlText,
} from "./wire-arbitraries.ts";

const object = { bucket: bucketName, key: objectKey };

const upload = { ...object, uploadId };

const encodingType = fc.constant("url" as const);

const nothing = fc.constant({});

const completedParts = fc
  .uniqueArray(recordOf({ partNumber, etag }, ["partNumber", "etag"]), {
    selector: (part) => part.partNumber,
    minLength: 1,
    maxLength: 20,
  })
  .map((parts) => parts.toSorted((left, right) => left.partNumber - right.partNumber));

const completionHeaders = { etag, crc64: crc64Value, versionId, contentMd5: md5Base64, serverSideEncryption };

export const multipartOperationCases: readonly OperationCase[] = [
  operationCase(wire.initiateMultipartUpload, {
    input: recordOf(
      {
        ...object,
        objectHeaders: nonEmpty(anyObjectHeaders),
        tags,
        encodingType,
        forbidOverwrite: fc.boolean(),
        sequential: fc.constant(true),
      },
      ["bucket", "key"],
    ),
    output: encodedNames((_name, key) =>
      recordOf({ bucket: bucketName, key, uploadId, serverSideEncryption }, ["bucket", "key", "uploadId"]),
    ),
  }),
  operationCase(wire.uploadPart, {
    input: recordOf({ ...upload, partNumber, contentMd5: md5Base64, crc64: crc64Value, trafficLimit }, [
      "bucket",
      "key",
      "uploadId",
      "partNumber",
    ]),
    output: recordOf(
      { etag, crc64: crc64Value, contentMd5: md5Base64, serverSideEncryption, qosDelayMs: fc.nat() },
      ["etag"],
    ),
  }),
  operationCase(wire.uploadPartCopy, {
    input: recordOf(
      {
        ...upload,
        partNumber,
        source: copySource,
        sourceRange: byteRange,
        conditions: nonEmpty(conditions),
        trafficLimit,
      },
      ["bucket", "key", "uploadId", "partNumber", "source"],
    ),
    output: recordOf(
      {
        etag,
        lastModified: time,
        crc64: crc64Value,
        sourceVersionId: versionId,
        contentRange: fc
          .tuple(resolvedRange, fc.nat())
          .map(([range, rest]) => ({ ...range, totalSizeBytes: range.endExclusive + rest })),
      },
      ["etag", "lastModified"],
    ),
  }),
  operationCase(wire.completeMultipartUpload, {
    input: recordOf(
      {
        ...upload,
        parts: fc.oneof(fc.constant("all" as const), completedParts),
        encodingType,
        forbidOverwrite: fc.boolean(),
        objectAcl,
        contentMd5: md5Base64,
        callback: headerText,
        callbackVar: headerText,
      },
      ["bucket", "key", "uploadId", "parts"],
    ),
    output: fc.oneof(
      encodedNames((_name, key) =>
        recordOf({ location: xmlText, bucket: bucketName, key, ...completionHeaders }, [
          "location",
          "bucket",
          "key",
          "etag",
        ]),
      ),
      recordOf({ ...completionHeaders, callbackBody: jsonText }, ["etag", "callbackBody"]),
    ),
  }),
  operationCase(wire.abortMultipartUpload, {
    input: recordOf(upload, ["bucket", "key", "uploadId"]),
    output: nothing,
  }),
  operationCase(wire.listParts, {
    input: recordOf({ ...upload, maxParts: pageSize, partNumberMarker: fc.nat(), encodingType }, [
      "bucket",
      "key",
      "uploadId",
    ]),
    output: encodedNames((_name, key) =>
      recordOf(
        {
          bucket: bucketName,
          key,
          uploadId,
          storageClass,
          partNumberMarker: fc.nat(10_000),
          nextPartNumberMarker: fc.nat(10_000),
          maxParts: pageSize,
          isTruncated: fc.boolean(),
          parts: fc.array(
            recordOf({ partNumber, lastModified: time, etag, sizeBytes, crc64: crc64Value }, [
              "partNumber",
              "lastModified",
              "etag",
              "sizeBytes",
            ]),
            { maxLength: 5 },
          ),
        },
        [
          "bucket",
          "key",
          "uploadId",
          "storageClass",
          "partNumberMarker",
          "nextPartNumberMarker",
          "maxParts",
          "isTruncated",
          "parts",
        ],
      ),
    ),
  }),
  operationCase(wire.listMultipartUploads, {
    input: recordOf(
      {
        bucket: bucketName,
        prefix: anyText,
        delimiter: anyText,
        keyMarker: anyText,
        uploadIdMarker: anyText,
        maxUploads: pageSize,
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
          keyMarker: name,
          uploadIdMarker: xmlText,
          nextKeyMarker: name,
          nextUploadIdMarker: xmlText,
          maxUploads: pageSize,
          isTruncated: fc.boolean(),
          uploads: fc.array(
            recordOf({ key, uploadId, storageClass, initiated: time }, [
              "key",
              "uploadId",
              "storageClass",
              "initiated",
            ]),
            { maxLength: 5 },
          ),
          commonPrefixes: fc.array(name, { maxLength: 3 }),
        },
        [
          "bucket",
          "prefix",
          "delimiter",
          "keyMarker",
          "uploadIdMarker",
          "nextKeyMarker",
          "nextUploadIdMarker",
          "maxUploads",
          "isTruncated",
          "uploads",
          "commonPrefixes",
        ],
      ),
    ),
  }),
];
