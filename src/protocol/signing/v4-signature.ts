// Signature version 4: from the canonical request to the signature.
import type { Headers } from "../http-message.ts";
import { encodeHex } from "./hex.ts";
import type { V4Words } from "./oss4-words.ts";
import type { SigningCrypto } from "./signing-crypto.ts";
import type { V4KeyCache } from "./v4-key-cache.ts";
import { formatV4Scope, type V4Scope, v4ScopeSegments } from "./v4-scope.ts";

/** What a signing key is derived from, and where it may be kept. */
export interface V4Key {
  readonly scope: V4Scope;
  readonly secret: string;
  readonly words: V4Words;
  readonly keyCache?: V4KeyCache | undefined;
}

/** What a V4 signature depends on. */
export interface V4SignatureInput extends V4Key {
  readonly canonicalRequest: string;
  /** As the request says it: `20231203T121212Z`, or an HTTP date. */
  readonly date: string;
}

/** A signature and the text below it, which a refusal shows. */
export interface V4SignatureOutput {
  readonly stringToSign: string;
  /** 64 lower-case hex digits. */
  readonly signature: string;
}

/**
 * The moment that a V4 header signature counts on, as it was sent: `x-oss-date`, else `Date`, which the Go SDK v1 (and so
 * ossutil) sends alone, in its own form. "" when there is none.
 */
export function v4Date(headers: Headers, words: V4Words): string {
  return (headers[words.dateHeader] ?? headers.date ?? "").trim();
}

/** The signature of a canonical request; its key comes from the cache, if there is one. */
export async function v4Signature(
  { canonicalRequest, date, ...key }: V4SignatureInput,
  crypto: SigningCrypto,
): Promise<V4SignatureOutput> {
  const hash = encodeHex(await crypto.sha256(utf8(canonicalRequest)));
  const stringToSign = [key.words.algorithm, date, formatV4Scope(key.scope, key.words), hash].join("\n");
  return { stringToSign, signature: await signWithV4Key(stringToSign, key, crypto) };
}

/** 64 lower-case hex digits: the HMAC of any text under the key of a scope. */
export async function signWithV4Key(
  text: string,
  { scope, secret, words, keyCache }: V4Key,
  crypto: SigningCrypto,
): Promise<string> {
  const derive = () =>
    deriveSigningKey(`${words.secretPrefix}${secret}`, v4ScopeSegments(scope, words), crypto);
  const key = keyCache
    ? await keyCache.get({ algorithm: words.algorithm, secret, scope: formatV4Scope(scope, words) }, derive)
    : await derive();
  return encodeHex(await crypto.hmac("SHA-256", key, utf8(text)));
}

/** One HMAC for each segment of the scope, each under the key that the segment before it gave. */
async function deriveSigningKey(
  prefixedSecret: string,
  scopeSegments: readonly string[],
  crypto: SigningCrypto,
): Promise<Uint8Array> {
  let key: Uint8Array = utf8(prefixedSecret);
  for (const segment of scopeSegments) {
    key = await crypto.hmac("SHA-256", key, utf8(segment));
  }
  return key;
}

const encoder = new TextEncoder();

function utf8(text: string): Uint8Array {
  return encoder.encode(text);
}
