// Signature version 4: the request as one text. The signer and the verifier both come here, so that they cannot
// disagree.
//
// Source: OSS, "Include a V4 signature in the Authorization header"; Go v2 signer/v4.go, ali-oss signUtils.js.

import { percentEncode, percentEncodePath } from "../addressing/percent-encoding.ts";
import type { Headers, Query, RequestMessage, Resource } from "../http-message.ts";
import type { V4Words } from "./oss4-words.ts";

/** Whether the name of a parameter without a value is followed by an equals sign; in a URL they all look the same. */
export type V4EmptyValueForm = (name: string) => boolean;

/** `prefix&uploads`, as OSS documents it. */
export const bareNames: V4EmptyValueForm = () => false;

/** What the text depends on besides the request. */
export interface V4CanonicalOptions {
  readonly words: V4Words;
  /** Lower-case, sorted: headers that are signed besides those that always are. */
  readonly additionalHeaders: readonly string[];
  /** Whether a parameter without a value is written with an equals sign; default none is, as OSS documents it. */
  readonly emptyValueForm?: V4EmptyValueForm;
}

/** The six blocks that V4 hashes. A presigned URL's own signature is left out of its query. */
export function v4CanonicalRequest(request: RequestMessage, options: V4CanonicalOptions): string {
  const { words, additionalHeaders } = options;
  return [
    request.method,
    canonicalPath(request.resource),
    canonicalQuery(request.query, options),
    canonicalHeaders(request.headers, options),
    additionalHeaders.join(";"),
    request.headers[words.payloadHashHeader]?.trim() ?? words.unsignedPayload,
  ].join("\n");
}

/** Whether V4 signs the header even when no list names it. */
export function isAlwaysSignedByV4(headerName: string, words: V4Words): boolean {
  return words.alwaysSignedHeaders.includes(headerName) || headerName.startsWith(words.headerPrefix);
}

function canonicalPath({ bucket, key }: Resource): string {
  return bucket === undefined ? "/" : percentEncodePath(`/${bucket}/${key ?? ""}`);
}

function canonicalQuery(query: Query, options: V4CanonicalOptions): string {
  const { words, emptyValueForm = bareNames } = options;
  return query
    .filter(([name]) => name !== words.query.signature)
    .map(([name, value]) => ({
      name: percentEncode(name),
      value: percentEncode(value),
      hasEqualsSign: value !== "" || emptyValueForm(name),
    }))
    .sort((left, right) => compare(left.name, right.name) || compare(left.value, right.value))
    .map(({ name, value, hasEqualsSign }) => (hasEqualsSign ? `${name}=${value}` : name))
    .join("&");
}

/** Each header ends its own line; together with the line end that joins the blocks, one line stays empty. */
function canonicalHeaders(headers: Headers, { words, additionalHeaders }: V4CanonicalOptions): string {
  return Object.entries(headers)
    .filter(([name]) => isAlwaysSignedByV4(name, words) || additionalHeaders.includes(name))
    .sort(([left], [right]) => compare(left, right))
    .map(([name, value]) => `${name}:${value.trim()}\n`)
    .join("");
}

function compare(left: string, right: string): number {
  return left < right ? -1 : Number(left > right);
}
