// Arbitrary inputs and outputs of the operations on single objects.
import fc from "fast-check";
import * as wire from "../../src/protocol/index.ts";
import { type OperationCase, operationCase } from "./operation-case.ts";
import {
  anyObjectHeaders,
  bucketName,
  byteRange,
  conditions,
  copySource,
  crc64Value,
  etag,
  headerText,
  jsonText,
  md5Base64,
  nonEmpty,
  objectAcl,
  objectKey,
  objectMetadata,
  owner,
  recordOf,
  resolvedRange,
  serverSideEncryption,
  sizeBytes,
  standardObjectHeaders,
  tags,
  time,
  trafficLimit,
  versionId,
  xmlObjectKey,
  xmlText,
} from "./wire-arbitraries.ts";

const object = { bucket: bucketName, key: objectKey };

const versioned = recordOf({ ...object, versionId }, ["bucket", "key"]);

const append = { ...object, contentMd5: md5Base64, crc64: crc64Value, trafficLimit };

const versionOnly = recordOf({ versionId }, []);

export const objectOperationCases: readonly OperationCase[] = [
  operationCase(wire.putObject, {
    input: recordOf(
      {
        ...object,
        objectHeaders: nonEmpty(anyObjectHeaders),
        objectAcl,
        tags,
        contentMd5: md5Base64,
        crc64: crc64Value,
        forbidOverwrite: fc.boolean(),
        trafficLimit,
        callback: headerText,
        callbackVar: headerText,
      },
      ["bucket", "key"],
    ),
    output: recordOf(
      {
        etag,
        crc64: crc64Value,
        contentMd5: md5Base64,
        versionId,
        serverSideEncryption,
        callbackBody: jsonText,
        qosDelayMs: sizeBytes,
      },
      ["etag"],
    ),
  }),
  operationCase(wire.postObject, {
    input: recordOf(
      {
        ...object,
        objectHeaders: nonEmpty(anyObjectHeaders),
        objectAcl,
        tags,
        forbidOverwrite: fc.boolean(),
        trafficLimit,
        callback: headerText,
        callbackVariables: fc.dictionary(fc.stringMatching(/^x:[a-z_]{1,9}$/), headerText, {
          minKeys: 1,
          maxKeys: 3,
          noNullPrototype: true,
        }),
        successActionRedirect: fc.webUrl({ withQueryParameters: true, withFragments: true }),
        successActionStatus: fc.constantFrom(200, 201, 204),
      },
      ["bucket", "key"],
    ),
    output: fc
      .tuple(
        recordOf({ etag, crc64: crc64Value, versionId, serverSideEncryption }, ["etag"]),
        fc.oneof(
          recordOf({ status: fc.constant(200), callbackBody: jsonText }, ["status", "callbackBody"]),
          recordOf({ status: fc.constantFrom(200, 204) }, ["status"]),
          recordOf({ status: fc.constant(303), location: headerText }, ["status", "location"]),
          recordOf({ status: fc.constant(201), bucket: bucketName, key: xmlObjectKey, location: xmlText }, [
            "status",
            "bucket",
            "key",
            "location",
          ]),
        ),
      )
      .map(([stored, answer]) => ({ ...stored, ...answer })),
  }),
  operationCase(wire.copyObject, {
    input: recordOf(
      {
        ...object,
        source: copySource,
        conditions: nonEmpty(conditions),
        metadataDirective: fc.constantFrom("COPY", "REPLACE"),
        objectHeaders: nonEmpty(anyObjectHeaders),
        objectAcl,
        taggingDirective: fc.constantFrom("COPY", "REPLACE"),
        tags,
        forbidOverwrite: fc.boolean(),
        trafficLimit,
      },
      ["bucket", "key", "source"],
    ),
    output: recordOf(
      {
        ...{ etag, lastModified: time, crc64: crc64Value, serverSideEncryption },
        ...{ versionId, sourceVersionId: versionId },
      },
      ["etag", "lastModified"],
    ),
  }),
  operationCase(wire.getObject, {
    input: recordOf(
      {
        ...object,
        range: byteRange,
        rangeBehavior: fc.constant("standard"),
        conditions: nonEmpty(conditions),
        responseHeaders: nonEmpty(standardObjectHeaders),
        versionId,
        trafficLimit,
      },
      ["bucket", "key"],
    ),
    output: fc.oneof(
      objectMetadata.map((metadata) => ({ ...metadata, contentLength: metadata.sizeBytes })),
      fc.tuple(objectMetadata, resolvedRange, fc.nat()).map(([metadata, contentRange, rest]) => ({
        ...metadata,
        sizeBytes: contentRange.endExclusive + rest,
        contentLength: contentRange.endExclusive - contentRange.start,
        contentRange,
      })),
    ),
  }),
  operationCase(wire.headObject, {
    input: recordOf({ ...object, conditions: nonEmpty(conditions), versionId }, ["bucket", "key"]),
    output: objectMetadata,
  }),
  operationCase(wire.getObjectAcl, {
    input: versioned,
    output: recordOf({ owner, grant: xmlText, versionId }, ["owner", "grant"]),
  }),
  operationCase(wire.putObjectAcl, {
    input: recordOf({ ...object, objectAcl, versionId }, ["bucket", "key", "objectAcl"]),
    output: recordOf({ versionId }, []),
  }),
  operationCase(wire.getObjectMeta, {
    input: versioned,
    output: recordOf({ etag, sizeBytes, lastModified: time, crc64: crc64Value, versionId }, [
      "etag",
      "sizeBytes",
      "lastModified",
    ]),
  }),
  operationCase(wire.deleteObject, {
    input: versioned,
    output: recordOf({ versionId, isDeleteMarker: fc.constant(true as const) }, []),
  }),
  operationCase(wire.appendObject, {
    input: fc.oneof(
      recordOf(
        { ...append, objectAcl, positionBytes: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }) },
        ["bucket", "key", "positionBytes"],
      ),
      recordOf(
        {
          ...append,
          positionBytes: fc.constant(0),
          objectHeaders: nonEmpty(anyObjectHeaders),
          objectAcl,
          tags,
        },
        ["bucket", "key", "positionBytes"],
      ),
    ),
    output: recordOf(
      { etag, nextPositionBytes: sizeBytes, crc64: crc64Value, versionId, qosDelayMs: sizeBytes },
      ["etag", "nextPositionBytes"],
    ),
  }),
  operationCase(wire.putSymlink, {
    input: recordOf(
      {
        ...object,
        target: objectKey,
        objectHeaders: nonEmpty(anyObjectHeaders),
        objectAcl,
        tags,
        forbidOverwrite: fc.boolean(),
      },
      ["bucket", "key", "target"],
    ),
    output: recordOf({ etag, versionId }, ["etag"]),
  }),
  operationCase(wire.getSymlink, {
    input: versioned,
    output: recordOf(
      { target: objectKey, etag, lastModified: time, objectHeaders: anyObjectHeaders, versionId },
      ["target", "etag", "lastModified", "objectHeaders"],
    ),
  }),
  operationCase(wire.putObjectTagging, {
    input: recordOf({ ...object, tags, versionId }, ["bucket", "key", "tags"]),
    output: versionOnly,
  }),
  operationCase(wire.getObjectTagging, {
    input: versioned,
    output: recordOf({ tags, versionId }, ["tags"]),
  }),
  operationCase(wire.deleteObjectTagging, { input: versioned, output: versionOnly }),
  operationCase(wire.restoreObject, {
    input: recordOf(
      {
        ...object,
        days: fc.integer({ min: 1, max: 365 }),
        tier: fc.constantFrom("Bulk", "Expedited", "Standard"),
        versionId,
      },
      ["bucket", "key"],
    ),
    output: recordOf(
      {
        wasRestored: fc.boolean(),
        priority: fc.constantFrom("Bulk", "Expedited", "Standard"),
        versionId,
      },
      ["wasRestored"],
    ),
  }),
];
