// An object's bytes, whole or a range of them.

import { ServiceError } from "../../protocol/errors/service-error.ts";
import { formatByteRange, resolveByteRange } from "../../protocol/fields/byte-range.ts";
import type { getObject } from "../../protocol/operations/get-object.ts";
import type { Handler } from "../handler.ts";
import { assertConditions, objectMetadataOf } from "../object-answer.ts";
import { readObject } from "../read-object.ts";
import { requireOpenedObject } from "../require-resources.ts";

export const handleGetObject: Handler<typeof getObject> = async (input, context) => {
  const { bucket, key, range, rangeBehavior, responseHeaders = {} } = input;
  const { object, extents } = await requireOpenedObject({ bucket, key }, context);
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
    body: readObject(extents, served, context.store.blobs),
  };
};
