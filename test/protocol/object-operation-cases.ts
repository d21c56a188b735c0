// Arbitrary inputs and outputs of the operations on single objects.
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
  etag,
  headerText,
  md5Base64,
  nonEmpty,
  objectKey,
  objectMetadata,
  owner,
  recordOf,
  resolvedRange,
  sizeBytes,
  standardObjectHeaders,
  time,
  xmlObjectKey,
  xmlText,
} from "./wire-arbitraries.ts";

const object = { bucket: bucketName, key: objectKey };

const versioned = recordOf({ ...object, versionId: anyText }, ["bucket", "key"]);

const nothing = fc.constant({});

export const objectOperationCases: readonly OperationCase[] = [
  operationCase(wire.putObject, {
    input: recordOf(
      {
        ...object,
        objectHeaders: nonEmpty(anyObjectHeaders),
        contentMd5: md5Base64,
        crc64: crc64Value,
        forbidOverwrite: fc.boolean(),
      },
      ["bucket", "key"],
    ),
    output: recordOf({ etag, crc64: crc64Value, contentMd5: md5Base64, versionId: headerText }, ["etag"]),
  }),
  operationCase(wire.postObject, {
    input: recordOf(
      {
        ...object,
        objectHeaders: nonEmpty(anyObjectHeaders),
        objectAcl: fc.constantFrom("default", "private", "public-read", "public-read-write"),
        forbidOverwrite: fc.boolean(),
        successActionRedirect: fc.webUrl({ withQueryParameters: true, withFragments: true }),
        successActionStatus: fc.constantFrom(200, 201, 204),
      },
      ["bucket", "key"],
    ),
    output: fc
      .tuple(
        recordOf({ etag, crc64: crc64Value, versionId: headerText }, ["etag"]),
        fc.oneof(
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
        forbidOverwrite: fc.boolean(),
      },
      ["bucket", "key", "source"],
    ),
    output: recordOf({ etag, lastModified: time, crc64: crc64Value }, ["etag", "lastModified"]),
  }),
  operationCase(wire.getObject, {
    input: recordOf(
      {
        ...object,
        range: byteRange,
        rangeBehavior: fc.constant("standard"),
        conditions: nonEmpty(conditions),
        responseHeaders: nonEmpty(standardObjectHeaders),
        versionId: anyText,
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
    input: recordOf({ ...object, conditions: nonEmpty(conditions), versionId: anyText }, ["bucket", "key"]),
    output: objectMetadata,
  }),
  operationCase(wire.getObjectAcl, {
    input: recordOf(object, ["bucket", "key"]),
    output: recordOf({ owner, grant: xmlText }, ["owner", "grant"]),
  }),
  operationCase(wire.getObjectMeta, {
    input: versioned,
    output: recordOf({ etag, sizeBytes, lastModified: time, crc64: crc64Value }, [
      "etag",
      "sizeBytes",
      "lastModified",
    ]),
  }),
  operationCase(wire.deleteObject, { input: versioned, output: nothing }),
];
