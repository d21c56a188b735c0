// The calls of objects and their versions on the model.
import type { ModelAnswers, Outcome } from "./call-context.ts";
import { bytesOf, fingerprint, resolvePosition, resolveRange, resolveVersion } from "./call-values.ts";
import { assertUndamaged, rangeOf } from "./model-checks.ts";
import { type ModelObject, Refusal } from "./model-records.ts";
import type { ObjectCalls, Range } from "./service-calls.ts";
import type { ServiceModel } from "./service-model.ts";

export const modelObjects: ModelAnswers<ObjectCalls> = {
  putObject: ({ key, note, tags, body, forbidOverwrite }, { model, nowMs }) => {
    const given = { key, note, tags, bytes: bytesOf(body), modifiedAtMs: nowMs };
    const object = model.putObject(given, forbidOverwrite);
    const { etag, crc64, contentMd5 } = object;
    return { etag, crc64, contentMd5, versionId: model.shown(object) };
  },
  appendObject: ({ key, note, tags, body, offset, damage }, { model, nowMs }) => {
    model.assertAppendable(key, resolvePosition(key, offset, model));
    assertUndamaged(damage);
    const object = model.appendObject({ key, note, tags, bytes: bytesOf(body), modifiedAtMs: nowMs });
    const { etag, crc64, bytes } = object;
    return { etag, crc64, nextPosition: bytes.length, versionId: model.shown(object) };
  },
  copyObject: (call, { model, nowMs }) => {
    const { key, forbidOverwrite } = call;
    model.assertWritable(key, forbidOverwrite);
    const sourceId = resolveVersion(call.source.key, call.source.version, model);
    const source = model.getSource(call.source.key, sourceId, call.condition);
    const note = call.note === "" ? source.note : call.note;
    const tags = call.tags ?? source.tags;
    const copy = { key, note, tags, bytes: source.bytes, modifiedAtMs: nowMs };
    const object = model.putObject(copy, forbidOverwrite);
    const { etag, crc64 } = object;
    const versionIds = { versionId: model.shown(object), sourceVersionId: model.shown(source) };
    return { etag, crc64, lastModified: nowMs, ...versionIds };
  },
  getObject: ({ key, version, condition, range, isStandard }, { model }) => {
    const object = model.getObject(key, resolveVersion(key, version, model), condition);
    return { ...factsOf(object, model), ...readBytes(object, range, isStandard) };
  },
  headObject: ({ key, version, condition }, { model }) =>
    factsOf(model.getObject(key, resolveVersion(key, version, model), condition), model),
  getObjectMeta: ({ key, version }, { model }) => {
    const object = model.getObject(key, resolveVersion(key, version, model), null);
    const { etag, crc64, lastModified, sizeBytes, versionId } = factsOf(object, model);
    return { etag, crc64, lastModified, sizeBytes, versionId };
  },
  deleteObject: ({ key, version }, { model, nowMs }) => {
    const versionId = resolveVersion(key, version, model);
    const { marker, removed } = model.deleteObject(key, versionId, nowMs);
    const told = marker ?? (versionId === undefined ? undefined : removed);
    const isDeleteMarker = told?.type === "DeleteMarker" ? true : undefined;
    return { versionId: told && model.shown(told), isDeleteMarker };
  },
  deleteObjects: ({ objects }, { model, nowMs }) => {
    const deleted = objects.map(({ key, version }) => {
      const versionId = resolveVersion(key, version, model);
      const { marker, removed } = model.deleteObject(key, versionId, nowMs);
      const isMarkerRemoved = versionId !== undefined && removed?.type === "DeleteMarker";
      return { key, versionId, deleteMarkerVersionId: (isMarkerRemoved ? removed : marker)?.versionId };
    });
    return { deleted };
  },
  putTags: ({ key, version, tags }, { model }) => ({
    versionId: model.shown(model.setTags(key, resolveVersion(key, version, model), tags)),
  }),
  getTags: ({ key, version }, { model }) => {
    const object = model.getObject(key, resolveVersion(key, version, model), null);
    return { tags: object.tags, versionId: model.shown(object) };
  },
  deleteTags: ({ key, version }, { model }) => ({
    versionId: model.shown(model.setTags(key, resolveVersion(key, version, model), {})),
  }),
};

function readBytes({ bytes }: ModelObject, range: Range, isStandard: boolean): Outcome {
  const served = rangeOf(resolveRange(range, bytes.length), bytes.length, isStandard);
  if (served === "unsatisfiable") {
    throw new Refusal("InvalidRange");
  }
  return served === "whole"
    ? { bytes: fingerprint(bytes), contentRange: undefined }
    : { bytes: fingerprint(bytes.subarray(served.start, served.endExclusive)), contentRange: served };
}

function factsOf(object: ModelObject, model: ServiceModel): Outcome {
  const { bytes, etag, crc64, contentMd5, type, note, modifiedAtMs } = object;
  const tagCount = Object.keys(object.tags).length;
  return {
    ...{ sizeBytes: bytes.length, etag, crc64, contentMd5, type, note, lastModified: modifiedAtMs },
    versionId: model.shown(object),
    taggingCount: tagCount === 0 ? undefined : tagCount,
    nextPosition: type === "Appendable" ? bytes.length : undefined,
  };
}
