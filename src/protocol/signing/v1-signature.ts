// Signature version 1: which text is signed, and its HMAC-SHA1. The signer and the verifier both come here, so
// that they cannot disagree.
//
// Source: OSS, "Include signatures in the Authorization header"; oss2 auth.py, ali-oss signUtils.js, Go v2 signer/v1.go.
import { encodeBase64 } from "../base64.ts";
import { oss } from "../dialects/oss.ts";
import type { Headers, Query, RequestMessage, Resource } from "../http-message.ts";
import { isSignedSubResource } from "../routing/sub-resources.ts";
import type { SigningCrypto } from "./signing-crypto.ts";

/** The header that a temporary key's token travels in under V1. */
export const V1_SECURITY_TOKEN_HEADER = "x-oss-security-token";

/** The names that a V1 presigned URL adds to its query. */
export const v1QueryNames = {
  accessKeyId: "OSSAccessKeyId",
  expires: "Expires",
  securityToken: "security-token",
  signature: "Signature",
} as const;

/**
 * The text that V1 signs.
 *
 * @param dateLine  `v1Date()` of the headers, or the `Expires` of a presigned URL
 */
export function v1StringToSign(request: RequestMessage, dateLine: string): string {
  return [
    request.method,
    request.headers["content-md5"]?.trim() ?? "",
    request.headers["content-type"]?.trim() ?? "",
    dateLine,
    // Each header ends its own line, and nothing stands between the headers and the resource.
    canonicalHeaders(request.headers) + canonicalResource(request.resource, request.query),
  ].join("\n");
}

/** The date that a V1 header signature counts on: `x-oss-date` goes before `date`. "" when there is none. */
export function v1Date(headers: Headers): string {
  return (headers["x-oss-date"] || headers.date)?.trim() ?? "";
}

/** Base64 of the HMAC-SHA1. */
export async function v1Signature(
  stringToSign: string,
  secret: string,
  crypto: SigningCrypto,
): Promise<string> {
  const encoder = new TextEncoder();
  return encodeBase64(await crypto.hmac("SHA-1", encoder.encode(secret), encoder.encode(stringToSign)));
}

function canonicalHeaders(headers: Headers): string {
  return Object.entries(headers)
    .filter(([name]) => name.startsWith(oss.headerPrefix))
    .map(([name, value]) => ({ name, line: `${name}:${value.trim()}\n` }))
    .sort((left, right) => (left.name < right.name ? -1 : 1))
    .map(({ line }) => line)
    .join("");
}

function canonicalResource({ bucket, key }: Resource, query: Query): string {
  const path = bucket === undefined ? "/" : `/${bucket}/${key ?? ""}`;
  const subResources = canonicalSubResources(query);
  return subResources === "" ? path : `${path}?${subResources}`;
}

/** Decoded, unlike anything else that looks like a query; of a repeated name the first value counts. */
function canonicalSubResources(query: Query): string {
  const values = new Map(query.filter(([name]) => isSignedSubResource(name)).toReversed());
  return [...values]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, value]) => (value === "" ? name : `${name}=${value}`))
    .join("&");
}
