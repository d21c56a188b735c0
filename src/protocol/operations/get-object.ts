// GetObject: an object's bytes, or a range of them, with what is known of it.
// Source: OSS API, GetObject.

import { invalidArgument } from "../errors/service-error.ts";
import { requiredCountHeader } from "../fields/answer-values.ts";
import {
  type ByteRange,
  formatByteRange,
  formatContentRange,
  parseByteRange,
  parseContentRange,
  type ResolvedByteRange,
} from "../fields/byte-range.ts";
import { type Conditions, decodeConditions, encodeConditions } from "../fields/conditions.ts";
import { STANDARD_OBJECT_HEADERS, type StandardObjectHeaders } from "../fields/object-headers.ts";
import {
  decodeObjectMetadata,
  encodeObjectMetadata,
  type ObjectMetadata,
} from "../fields/object-metadata.ts";
import { present, presentHeaders } from "../fields/present.ts";
import { queryPairs } from "../fields/query-pairs.ts";
import { requiredObject } from "../fields/required-input.ts";
import { decodeTrafficLimit, encodeTrafficLimit } from "../fields/traffic-limit.ts";
import { parseVersionId } from "../fields/version-id.ts";
import { type Query, queryValue } from "../http-message.ts";
import type { Operation } from "../operation.ts";

export interface GetObjectInput {
  readonly bucket: string;
  readonly key: string;
  readonly range?: ByteRange;
  /** What a range means that does not fit the object; see `resolveByteRange`. */
  readonly rangeBehavior?: "standard";
  readonly conditions?: Conditions;
  /** Headers that the answer shall carry instead of the object's own. */
  readonly responseHeaders?: StandardObjectHeaders;
  /** Undefined: the current version. */
  readonly versionId?: string;
  /** Bits per second, 245,760 … 838,860,800: how fast the answer's body may come. */
  readonly trafficLimit?: number;
}

export interface GetObjectOutput extends ObjectMetadata {
  /** Bytes of the body. */
  readonly contentLength: number;
  /** Present: the answer is a 206 with this range of the object. */
  readonly contentRange?: ResolvedByteRange;
}

export const getObject: Operation<GetObjectInput, GetObjectOutput> = {
  name: "GetObject",
  method: "GET",
  level: "object",
  marks: { query: [] },
  permission: "oss:GetObject",
  requestBody: "none",
  responseBody: "bytes",
  isIdempotent: true,

  encodeRequest(input, dialect) {
    const { bucket, key, range, rangeBehavior, conditions, responseHeaders, versionId, trafficLimit } = input;
    return {
      method: "GET",
      resource: { bucket, key },
      query: [...responseHeaderPairs(responseHeaders ?? {}), ...queryPairs({ versionId })],
      headers: {
        ...presentHeaders({
          range: range && formatByteRange(range),
          [`${dialect.headerPrefix}range-behavior`]: rangeBehavior,
        }),
        ...encodeConditions(conditions, ""),
        ...encodeTrafficLimit(trafficLimit, dialect),
      },
    };
  },

  decodeRequest(request, dialect) {
    const behavior = request.headers[`${dialect.headerPrefix}range-behavior`];
    return present({
      ...requiredObject(request),
      range: parseByteRange(request.headers.range),
      rangeBehavior: behavior === "standard" ? ("standard" as const) : undefined,
      conditions: decodeConditions(request.headers, ""),
      responseHeaders: responseHeadersOf(request.query),
      versionId: parseVersionId(request.query),
      trafficLimit: decodeTrafficLimit(request, dialect),
    });
  },

  encodeResponse({ contentLength, contentRange, ...metadata }, dialect) {
    return {
      status: contentRange ? 206 : 200,
      headers: {
        ...encodeObjectMetadata(metadata, dialect),
        ...presentHeaders({
          "content-length": String(contentLength),
          "content-range":
            contentRange && formatContentRange({ ...contentRange, totalSizeBytes: metadata.sizeBytes }),
        }),
      },
    };
  },

  decodeResponse(response, dialect) {
    const contentLength = requiredCountHeader(response, "content-length");
    const { totalSizeBytes, ...contentRange } = parseContentRange(response.headers["content-range"]) ?? {};
    return present({
      ...decodeObjectMetadata(response, totalSizeBytes ?? contentLength, dialect),
      contentLength,
      contentRange: "start" in contentRange ? contentRange : undefined,
    });
  },
};

function responseHeaderPairs(responseHeaders: StandardObjectHeaders): Query {
  return queryPairs(
    Object.fromEntries(
      Object.entries(STANDARD_OBJECT_HEADERS).map(([property, name]) => [
        `response-${name}`,
        responseHeaders[property as keyof StandardObjectHeaders],
      ]),
    ),
  );
}

function responseHeadersOf(query: Query): StandardObjectHeaders | undefined {
  const responseHeaders = present(
    Object.fromEntries(
      Object.entries(STANDARD_OBJECT_HEADERS).map(([property, name]) => [
        property,
        responseHeader(query, `response-${name}`),
      ]),
    ),
  );
  return Object.keys(responseHeaders).length > 0 ? responseHeaders : undefined;
}

/**
 * An empty value asks for nothing: an answer without a type would leave it to the browser to guess one.
 *
 * @throws {ServiceError} InvalidArgument for what no header can carry: line ends would begin a header of their own
 */
function responseHeader(query: Query, name: string): string | undefined {
  const value = queryValue(query, name);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: exactly the characters that a header cannot hold
  if (value !== undefined && /[\u0000-\u0008\u000A-\u001F\u007F]/.test(value)) {
    throw invalidArgument({ name, value });
  }
  return value || undefined;
}
