// Signing with an access key that the page has: by version 4. Loaded with the first request of a page that has one; pages
// with signed URLs need none of it.
import { type Auth, createCredentialsSource } from "../credentials-source.ts";
import { createRequestSigner, type RequestSigner } from "../request-signer.ts";
import { v4HeaderSignature } from "../signatures.ts";
import { webCrypto } from "./web-crypto.ts";

/** @param region  `cn-hangzhou`, without `oss-` */
export function createKeySigner(auth: Auth, region: string, now: () => number): RequestSigner {
  const credentials = createCredentialsSource(auth, now);
  return createRequestSigner({ credentials, signature: v4HeaderSignature(region, webCrypto), now });
}

// What the page has already is named here too, so that bundlers leave it in one piece, instead of cutting it by which
// of the parts need what of it.
export { PageBucket } from "./page-bucket.ts";
