// The headers that a V4 signer is asked to sign besides those that always are, such as `host` and `range`.
import type { RequestMessage } from "../http-message.ts";
import type { V4Words } from "./oss4-words.ts";
import { isAlwaysSignedByV4 } from "./v4-canonical-request.ts";

/**
 * The names as V4 lists them: lower-case, sorted, each once, without those that are signed anyway.
 *
 * @throws {TypeError} if the request has no such header: signing its absence would protect nothing
 */
export function v4AdditionalHeaders(
  names: readonly string[],
  request: RequestMessage,
  words: V4Words,
): readonly string[] {
  const wanted = new Set(names.map((name) => name.toLowerCase()));
  const listed = [...wanted].filter((name) => !isAlwaysSignedByV4(name, words)).sort();
  const missing = listed.find((name) => !Object.hasOwn(request.headers, name));
  if (missing !== undefined) {
    throw new TypeError(`the header ${missing} is to be signed, but the request does not have it`);
  }
  return listed;
}
