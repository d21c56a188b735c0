// Signing a client's requests: with the key of the moment, and by the service's clock.
import type { RequestMessage } from "../protocol/http-message.ts";
import type { Credentials } from "../protocol/signing/credentials.ts";
import { signV1Header } from "../protocol/signing/sign-v1-header.ts";
import { signV1Url } from "../protocol/signing/sign-v1-url.ts";
import { signV4Header } from "../protocol/signing/sign-v4-header.ts";
import { signV4Url } from "../protocol/signing/sign-v4-url.ts";
import type { SigningCrypto } from "../protocol/signing/signing-crypto.ts";
import { createV4KeyCache } from "../protocol/signing/v4-key-cache.ts";
import type { CredentialsSource } from "./credentials-source.ts";

export interface RequestSignerOptions {
  readonly credentials: CredentialsSource;
  readonly version: SignatureVersion;
  readonly crypto: SigningCrypto;
  /** Milliseconds since 1970, by this machine's clock. */
  readonly now: () => number;
}

/** V4 needs the region; V1 is older and does without. */
export type SignatureVersion = { readonly name: "v1" } | { readonly name: "v4"; readonly region: string };

export interface SignedRequest {
  readonly message: RequestMessage;
  /** What it was signed with, to be named when the service says that they are no good any more. */
  readonly credentials: Credentials;
}

export interface RequestSigner {
  /**
   * The request with an Authorization header.
   *
   * @throws {ClientError} credentials-unavailable
   */
  sign(request: RequestMessage): Promise<SignedRequest>;
  /** The request with its signature in the query. */
  presign(request: RequestMessage, expiresInSeconds: number): Promise<RequestMessage>;
  /** From now on, times are those of the service. */
  learnTime(serverTime: Date): void;
  /** `used` are no good any more. @returns whether the next signature may be made with others */
  forgetCredentials(used: Credentials): boolean;
}

export function createRequestSigner({
  credentials,
  version,
  crypto,
  now,
}: RequestSignerOptions): RequestSigner {
  const keyCache = createV4KeyCache();
  let clockOffsetMs = 0;
  const serverNow = () => new Date(now() + clockOffsetMs);

  return {
    async sign(request) {
      const key = await credentials.current();
      const by = { credentials: key, time: serverNow() };
      const message =
        version.name === "v1"
          ? await signV1Header(request, by, crypto)
          : await signV4Header(request, { ...by, region: version.region, keyCache }, crypto);
      return { message, credentials: key };
    },

    async presign(request, expiresInSeconds) {
      const key = await credentials.current();
      const time = serverNow();
      if (version.name === "v1") {
        const expires = new Date(time.getTime() + expiresInSeconds * 1000);
        return signV1Url(request, { credentials: key, expires }, crypto);
      }
      const { region } = version;
      return signV4Url(request, { credentials: key, time, region, expiresInSeconds, keyCache }, crypto);
    },

    learnTime(serverTime) {
      clockOffsetMs = serverTime.getTime() - now();
    },

    forgetCredentials: (used) => credentials.forget(used),
  };
}
