// Signature version 2: which text is signed, and its HMAC-SHA256. Few clients still sign with it; none of ours does.
//
// Source: oss2 auth.py (ProviderAuthV2), and the OSS SDK for Go v1, auth.go and conn.go.

import { percentEncode } from "../addressing/percent-encoding.ts";
import { encodeBase64 } from "../base64.ts";
import { oss } from "../dialects/oss.ts";
import type { Headers, Query, RequestMessage, Resource } from "../http-message.ts";
import type { SigningCrypto } from "./signing-crypto.ts";

/** The first word of the Authorization header, and what a presigned URL names as its version. */
export const V2_ALGORITHM = "OSS2";

/** The names that a V2 presigned URL adds to its query. */
export const v2QueryNames = {
  version: "x-oss-signature-version",
  accessKeyId: "x-oss-access-key-id",
  expires: "x-oss-expires",
  headerList: "x-oss-additional-headers",
  securityToken: "security-token",
  signature: "x-oss-signature",
} as const;

/** What the text depends on besides the request. */
export interface V2SignedFacts {
  /** The date of a header signature, or the `x-oss-expires` of a presigned URL. */
  readonly dateLine: string;
  /** Lower-case, sorted: headers that are signed besides `x-oss-*`. */
  readonly additionalHeaders: readonly string[];
}

/** The text that V2 signs: as V1's, with further headers, the whole query, and everything percent-encoded. */
export function v2StringToSign(
  { method, resource, query, headers }: RequestMessage,
  { dateLine, additionalHeaders }: V2SignedFacts,
): string {
  return [
    method,
    headers["content-md5"]?.trim() ?? "",
    headers["content-type"]?.trim() ?? "",
    dateLine,
    // Each header ends its own line, and nothing stands between the headers and the list.
    canonicalHeaders(headers, additionalHeaders) + additionalHeaders.join(";"),
    canonicalResource(resource, query),
  ].join("\n");
}

/** Base64 of the HMAC-SHA256. */
export async function v2Signature(
  stringToSign: string,
  secret: string,
  crypto: SigningCrypto,
): Promise<string> {
  const encoder = new TextEncoder();
  return encodeBase64(await crypto.hmac("SHA-256", encoder.encode(secret), encoder.encode(stringToSign)));
}

function canonicalHeaders(headers: Headers, additionalHeaders: readonly string[]): string {
  return Object.entries(headers)
    .filter(([name]) => name.startsWith(oss.headerPrefix) || additionalHeaders.includes(name))
    .sort(([left], [right]) => compare(left, right))
    .map(([name, value]) => `${name}:${value.trim()}\n`)
    .join("");
}

/** Unlike V4, V2 escapes the slashes of the path too. */
function canonicalResource({ bucket, key }: Resource, query: Query): string {
  const path = percentEncode(bucket === undefined ? "/" : `/${bucket}/${key ?? ""}`);
  const parameters = canonicalQuery(query);
  return parameters === "" ? path : `${path}?${parameters}`;
}

function canonicalQuery(query: Query): string {
  return query
    .filter(([name]) => name !== v2QueryNames.signature)
    .map(([name, value]) => ({ name: percentEncode(name), value: percentEncode(value) }))
    .sort((left, right) => compare(left.name, right.name) || compare(left.value, right.value))
    .map(({ name, value }) => (value === "" ? name : `${name}=${value}`))
    .join("&");
}

function compare(left: string, right: string): number {
  return left < right ? -1 : Number(left > right);
}
