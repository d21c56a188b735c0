// The calls of objects and their versions on the service.
import { type Answer, call as callOperation } from "../../src/client/call.ts";
import { bytesBody } from "../../src/client/request-body.ts";
import type { ObjectMetadata } from "../../src/protocol/fields/object-metadata.ts";
import { appendObject } from "../../src/protocol/operations/append-object.ts";
import { copyObject } from "../../src/protocol/operations/copy-object.ts";
import { deleteMultipleObjects } from "../../src/protocol/operations/delete-multiple-objects.ts";
import { deleteObject } from "../../src/protocol/operations/delete-object.ts";
import { deleteObjectTagging } from "../../src/protocol/operations/delete-object-tagging.ts";
import { getObject } from "../../src/protocol/operations/get-object.ts";
import { getObjectMeta } from "../../src/protocol/operations/get-object-meta.ts";
import { getObjectTagging } from "../../src/protocol/operations/get-object-tagging.ts";
import { headObject } from "../../src/protocol/operations/head-object.ts";
import { putObject } from "../../src/protocol/operations/put-object.ts";
import { putObjectTagging } from "../../src/protocol/operations/put-object-tagging.ts";
import type { Outcome, ServiceAnswers } from "./call-context.ts";
import { bytesOf, fingerprint, resolvePosition } from "./call-values.ts";
import type { ObjectCalls } from "./service-calls.ts";
import { damageOf, encodingType, headersOf, namedVersion, rangeInput, readingOf } from "./service-inputs.ts";

export const serviceObjects: ServiceAnswers<ObjectCalls> = {
  putObject: async ({ key, note, tags, body, forbidOverwrite }, { caller, bucket }) => {
    const input = { bucket, key, tags, forbidOverwrite, objectHeaders: headersOf(note) };
    const sent = { body: bytesBody(bytesOf(body)) };
    const { etag, crc64, contentMd5, versionId } = (await callOperation(caller, putObject, input, sent))
      .output;
    return { etag, crc64, contentMd5, versionId };
  },
  appendObject: async (call, { caller, bucket, model }) => {
    const { key, tags } = call;
    const bytes = bytesOf(call.body);
    const positionBytes = resolvePosition(key, call.offset, model);
    const described = { tags, objectHeaders: headersOf(call.note) };
    const input = { bucket, key, positionBytes, ...described, ...damageOf(call.damage, bytes) };
    const { output } = await callOperation(caller, appendObject, input, { body: bytesBody(bytes) });
    const { etag, crc64, nextPositionBytes, versionId } = output;
    return { etag, crc64, nextPosition: nextPositionBytes, versionId };
  },
  copyObject: async ({ key, note, tags, forbidOverwrite, condition, source: named }, context) => {
    const { caller, bucket, model } = context;
    const source = namedVersion(named, context);
    const input = {
      ...{ bucket, key, source, forbidOverwrite },
      ...readingOf(condition, model.find(source.key, source.versionId)),
      ...(note === "" ? {} : ({ metadataDirective: "REPLACE", objectHeaders: headersOf(note) } as const)),
      ...(tags === null ? {} : ({ taggingDirective: "REPLACE", tags } as const)),
    };
    const { output } = await callOperation(caller, copyObject, input);
    const { etag, crc64, lastModified, versionId, sourceVersionId } = output;
    return { etag, crc64, lastModified: lastModified.getTime(), versionId, sourceVersionId };
  },
  getObject: async ({ range, isStandard, condition, ...named }, context) => {
    const id = namedVersion(named, context);
    const object = context.model.find(id.key, id.versionId);
    const input = { ...id, ...readingOf(condition, object), ...rangeInput("range", range, object) };
    const asked = isStandard ? { ...input, rangeBehavior: "standard" as const } : input;
    const got = await callOperation(context.caller, getObject, asked);
    const { start, endExclusive } = got.output.contentRange ?? {};
    const contentRange = start === undefined ? undefined : { start, endExclusive };
    return { ...factsOf(got.output), bytes: fingerprint(await bodyOf(got)), contentRange };
  },
  headObject: async ({ condition, ...named }, context) => {
    const id = namedVersion(named, context);
    const input = { ...id, ...readingOf(condition, context.model.find(id.key, id.versionId)) };
    return factsOf((await callOperation(context.caller, headObject, input)).output);
  },
  getObjectMeta: async (named, context) => {
    const { output } = await callOperation(context.caller, getObjectMeta, namedVersion(named, context));
    const { etag, crc64, lastModified, sizeBytes, versionId } = output;
    return { etag, crc64, lastModified: lastModified.getTime(), sizeBytes, versionId };
  },
  deleteObject: async (named, context) => {
    const { output } = await callOperation(context.caller, deleteObject, namedVersion(named, context));
    return { versionId: output.versionId, isDeleteMarker: output.isDeleteMarker };
  },
  deleteObjects: async (call, context) => {
    const { caller, bucket } = context;
    const objects = call.objects.map((named) => namedVersion(named, context));
    const input = { bucket, objects, quiet: false, encodingType } as const;
    const { output } = await callOperation(caller, deleteMultipleObjects, input);
    const deleted = output.deleted.map(({ key, versionId, deleteMarkerVersionId }) => {
      return { key, versionId, deleteMarkerVersionId };
    });
    return { deleted };
  },
  putTags: async ({ tags, ...named }, context) => {
    const input = { ...namedVersion(named, context), tags };
    return { versionId: (await callOperation(context.caller, putObjectTagging, input)).output.versionId };
  },
  getTags: async (named, context) => {
    const { output } = await callOperation(context.caller, getObjectTagging, namedVersion(named, context));
    return { tags: output.tags, versionId: output.versionId };
  },
  deleteTags: async (named, context) => {
    const input = namedVersion(named, context);
    return { versionId: (await callOperation(context.caller, deleteObjectTagging, input)).output.versionId };
  },
};

function factsOf(metadata: ObjectMetadata): Outcome {
  const { sizeBytes, etag, crc64, contentMd5, type, objectHeaders, lastModified, versionId } = metadata;
  const note = objectHeaders.userMetadata?.note ?? "";
  return {
    ...{ sizeBytes, etag, crc64, contentMd5, type, note, lastModified: lastModified.getTime(), versionId },
    taggingCount: metadata.taggingCount,
    nextPosition: metadata.nextAppendPositionBytes,
  };
}

async function bodyOf({ response }: Answer<unknown>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of response.body) {
    chunks.push(Buffer.from(chunk));
  }
  return Buffer.concat(chunks);
}
