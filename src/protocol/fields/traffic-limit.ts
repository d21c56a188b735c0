// x-oss-traffic-limit: how fast the bytes of one request or answer may go, in bits per second.
// Source: OSS, single-connection bandwidth throttling; the range is that of the Go SDK v2.
import type { Dialect } from "../dialects/dialect.ts";
import { invalidArgument } from "../errors/service-error.ts";
import { type Headers, queryValue, type RequestMessage } from "../http-message.ts";
import { TRAFFIC_LIMIT_MAX_BITS_PER_SECOND, TRAFFIC_LIMIT_MIN_BITS_PER_SECOND } from "../limits.ts";
import { parseCount } from "./count-text.ts";
import { presentHeaders } from "./present.ts";

/** The header with the limit, in bits per second; none without one. */
export function encodeTrafficLimit(bitsPerSecond: number | undefined, dialect: Dialect): Headers {
  return presentHeaders({ [trafficLimitName(dialect)]: bitsPerSecond?.toString() });
}

/**
 * The limit that a header asks for, or a parameter, for presigned URLs; undefined when there is none.
 *
 * @throws {ServiceError} InvalidArgument for both at once, and for a value outside the range
 */
export function decodeTrafficLimit(
  { headers, query }: Pick<RequestMessage, "headers" | "query">,
  dialect: Dialect,
): number | undefined {
  const name = trafficLimitName(dialect);
  const parameter = queryValue(query, name);
  if (headers[name] !== undefined && parameter !== undefined) {
    throw invalidArgument(
      { name, value: headers[name] },
      `${name} stands in a header and in the query; only one of them is allowed.`,
    );
  }
  const text = headers[name] ?? parameter;
  return text === undefined ? undefined : parseTrafficLimit(name, text);
}

/**
 * The limit that `text` writes, in bits per second.
 *
 * @param name  of the header, parameter or form field, for the error
 * @throws {ServiceError} InvalidArgument
 */
function parseTrafficLimit(name: string, text: string): number {
  const bitsPerSecond = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  const isInRange =
    bitsPerSecond >= TRAFFIC_LIMIT_MIN_BITS_PER_SECOND && bitsPerSecond <= TRAFFIC_LIMIT_MAX_BITS_PER_SECOND;
  if (!isInRange) {
    throw invalidArgument(
      { name, value: text },
      `The traffic limit must be an integer between ${TRAFFIC_LIMIT_MIN_BITS_PER_SECOND} and ` +
        `${TRAFFIC_LIMIT_MAX_BITS_PER_SECOND} bits per second.`,
    );
  }
  return bitsPerSecond;
}

/** How long the limit held a body up, in milliseconds, as the Go SDK's tests expect it; none where there was no limit. */
export function encodeQosDelay(delayMs: number | undefined, dialect: Dialect): Headers {
  return presentHeaders({ [qosDelayName(dialect)]: delayMs?.toString() });
}

export function decodeQosDelay(headers: Headers, dialect: Dialect): number | undefined {
  return parseCount(headers[qosDelayName(dialect)]);
}

function qosDelayName(dialect: Dialect): string {
  return `${dialect.headerPrefix}qos-delay-time`;
}

function trafficLimitName(dialect: Dialect): string {
  return `${dialect.headerPrefix}traffic-limit`;
}
