// part-number-marker: behind which part a page of ListParts begins.

import { invalidArgument } from "../errors/service-error.ts";
import { type Query, queryValue } from "../http-message.ts";
import { parseCount } from "./count-text.ts";

const NAME = "part-number-marker";

/**
 * The marker, or undefined when it is absent or empty, as oss2 sends it for the first page. 0 is before every part,
 * and a number beyond the last possible part is behind them all.
 *
 * @throws {ServiceError} InvalidArgument when it is no whole number
 */
export function parsePartNumberMarker(query: Query): number | undefined {
  const text = queryValue(query, NAME);
  if (text === undefined || text === "") {
    return undefined;
  }
  const marker = parseCount(text);
  if (marker === undefined) {
    throw invalidArgument({ name: NAME, value: text }, `Argument ${NAME} must be a whole number.`);
  }
  return marker;
}
