// Whose signature is this, and which resource does it sign? Every request must have one; nobody comes in anonymously.
import { ServiceError } from "../protocol/errors/service-error.ts";
import type { RequestMessage, Resource } from "../protocol/http-message.ts";
import { parseAuthentication } from "../protocol/signing/parse-authentication.ts";
import { verifyAuthentication } from "../protocol/signing/verify-authentication.ts";
import type { MetadataStore } from "../storage/metadata-store.ts";
import type { CredentialStore } from "./credential-store.ts";
import { nodeSigningCrypto } from "./node-signing-crypto.ts";
import { unknownKeyError } from "./unknown-key.ts";

export interface AuthenticationContext {
  readonly credentials: CredentialStore;
  readonly region: string;
  readonly now: () => number;
  readonly store: { readonly metadata: Pick<MetadataStore, "getBucket"> };
}

/**
 * @param candidates  the plausible readings of host and path; the signature decides
 * @returns the reading that was signed
 * @throws {ServiceError} AccessDenied, InvalidAccessKeyId, SignatureDoesNotMatch, RequestTimeTooSkewed …
 */
export async function authenticate(
  request: RequestMessage,
  candidates: readonly Resource[],
  context: AuthenticationContext,
): Promise<Resource> {
  const authentication = parseAuthentication(request);
  if (authentication === undefined) {
    throw new ServiceError("AccessDenied", {
      message: "Anonymous access is not allowed: sign the request with an access key.",
      ec: "0003-00000001",
    });
  }
  const credentials = context.credentials.find(authentication.accessKeyId);
  if (credentials === undefined) {
    throw await unknownKeyError(
      { accessKeyId: authentication.accessKeyId, request, candidates },
      context.store,
    );
  }
  return verifyAuthentication(
    {
      request,
      candidates,
      authentication,
      secret: credentials.accessKeySecret,
      ...(credentials.securityToken === undefined ? {} : { securityToken: credentials.securityToken }),
      region: context.region,
      now: new Date(context.now()),
    },
    nodeSigningCrypto,
  );
}
