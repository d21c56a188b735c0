// An object's bytes, whole or a range of them.

import { serviceError } from "../../protocol/errors/known-error.ts";
import { formatByteRange, resolveByteRange } from "../../protocol/fields/byte-range.ts";
import { present } from "../../protocol/fields/present.ts";
import type { getObject } from "../../protocol/operations/get-object.ts";
import { assertReadable } from "../archive.ts";
import type { Handler } from "../handler.ts";
import { limitRate } from "../limit-rate.ts";
import { assertConditions, objectMetadataOf } from "../object-answer.ts";
import { shownVersionId } from "../object-version.ts";
import { readOpenedObject } from "../read-object.ts";
import { requireBucket, requireOpenedObject, wantedBytesOf } from "../require-resources.ts";
import { seeThroughLink } from "../symlink.ts";

export const handleGetObject: Handler<typeof getObject> = async (input, context) => {
  const { range, rangeBehavior, responseHeaders = {} } = input;
  const wanted = wantedBytesOf(range);
  const [opened, bucket] = await Promise.all([
    requireOpenedObject(input, wanted, context),
    requireBucket(input.bucket, context),
  ]);
  const seen = await seeThroughLink(opened, wanted, context);
  const { object, origin } = seen;
  assertConditions(input.conditions, object);
  assertReadable(origin, context.now());
  const resolved = resolveByteRange(range, object.sizeBytes, rangeBehavior);
  if (resolved === "unsatisfiable") {
    throw serviceError("InvalidRange", {
      fields: { ActualObjectSize: String(object.sizeBytes), RangeRequested: formatByteRange(range ?? {}) },
    });
  }
  const served = resolved === "whole" ? { start: 0, endExclusive: object.sizeBytes } : resolved;
  const metadata = objectMetadataOf(object, context.now());
  const output = present({
    ...metadata,
    versionId: shownVersionId(object, bucket),
    objectHeaders: { ...metadata.objectHeaders, ...responseHeaders },
    contentLength: served.endExclusive - served.start,
  });
  const { store, rateClock, signal } = context;
  const body = readOpenedObject(seen, served, store.blobs);
  const limit = { bitsPerSecond: input.trafficLimit, clock: rateClock, signal };
  return {
    output: resolved === "whole" ? output : { ...output, contentRange: resolved },
    body: { ...body, chunks: limitRate(body.chunks, limit) },
  };
};
