// The versions of the signature as values, so that a client carries only those that it may use.
import type { RequestMessage } from "../protocol/http-message.ts";
import type { Credentials } from "../protocol/signing/credentials.ts";
import { signV1Header } from "../protocol/signing/sign-v1-header.ts";
import { signV1Url } from "../protocol/signing/sign-v1-url.ts";
import { signV4Header } from "../protocol/signing/sign-v4-header.ts";
import { signV4Url } from "../protocol/signing/sign-v4-url.ts";
import type { SigningCrypto } from "../protocol/signing/signing-crypto.ts";
import { createV4KeyCache, type V4KeyCache } from "../protocol/signing/v4-key-cache.ts";

/** Who signs, and when. */
interface SignedBy {
  readonly credentials: Credentials;
  readonly time: Date;
}

export interface Signature {
  /** The request with an Authorization header. */
  sign(request: RequestMessage, by: SignedBy): Promise<RequestMessage>;
  /** The request with its signature in the query. Undefined where nobody asks for URLs. */
  readonly presign?: (
    request: RequestMessage,
    by: SignedBy & { readonly expiresInSeconds: number },
  ) => Promise<RequestMessage>;
}

/** V1 is older than V4, and needs no region. */
export function v1Signature(crypto: SigningCrypto): Signature {
  return {
    sign: (request, by) => signV1Header(request, by, crypto),
    presign(request, { credentials, time, expiresInSeconds }) {
      const expires = new Date(time.getTime() + expiresInSeconds * 1000);
      return signV1Url(request, { credentials, expires }, crypto);
    },
  };
}

/** @param region  `cn-hangzhou`, without `oss-` */
export function v4Signature(region: string, crypto: SigningCrypto): Signature {
  const keyCache = createV4KeyCache();
  return {
    ...v4HeaderSignature(region, crypto, keyCache),
    presign: (request, by) => signV4Url(request, { ...by, region, keyCache }, crypto),
  };
}

/** V4 without presigned URLs. */
export function v4HeaderSignature(
  region: string,
  crypto: SigningCrypto,
  keyCache: V4KeyCache = createV4KeyCache(),
): Signature {
  return { sign: (request, by) => signV4Header(request, { ...by, region, keyCache }, crypto) };
}
