// An object's bytes, whole or a range of them.

import { ServiceError } from "../../protocol/errors/service-error.ts";
import { formatByteRange, resolveByteRange } from "../../protocol/fields/byte-range.ts";
import type { getObject } from "../../protocol/operations/get-object.ts";
import type { Handler } from "../handler.ts";
import { assertConditions, objectMetadataOf } from "../object-answer.ts";
import { readObject } from "../read-object.ts";

export const handleGetObject: Handler<typeof getObject> = async (input, { store }) => {
  const { bucket, key, range, rangeBehavior, responseHeaders = {} } = input;
  const opened = await store.metadata.openObject(bucket, key);
  if (opened === undefined) {
    throw new ServiceError("NoSuchKey", { fields: { Key: key } });
  }
  const { object, extents } = opened;
  assertConditions(input.conditions, object);
  const resolved = resolveByteRange(range, object.sizeBytes, rangeBehavior);
  if (resolved === "unsatisfiable") {
    throw new ServiceError("InvalidRange", {
      fields: { ActualObjectSize: String(object.sizeBytes), RangeRequested: formatByteRange(range ?? {}) },
    });
  }
  const served = resolved === "whole" ? { start: 0, endExclusive: object.sizeBytes } : resolved;
  const metadata = objectMetadataOf(object);
  const output = {
    ...metadata,
    objectHeaders: { ...metadata.objectHeaders, ...responseHeaders },
    contentLength: served.endExclusive - served.start,
  };
  return {
    output: resolved === "whole" ? output : { ...output, contentRange: resolved },
    body: readObject(extents, served, store.blobs),
  };
};
