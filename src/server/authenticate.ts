// Whose signature is this, and which resource does it sign? Every request must have one; nobody comes in anonymously.
import { ServiceError } from "../protocol/errors/service-error.ts";
import type { RequestMessage, Resource } from "../protocol/http-message.ts";
import { invalidAccessKeyId } from "../protocol/signing/authentication-errors.ts";
import type { Credentials } from "../protocol/signing/credentials.ts";
import { parseAuthentication } from "../protocol/signing/parse-authentication.ts";
import { verifyAuthentication } from "../protocol/signing/verify-authentication.ts";
import type { CredentialStore } from "./credential-store.ts";
import { nodeSigningCrypto } from "./node-signing-crypto.ts";

export interface AuthenticationContext {
  readonly credentials: CredentialStore;
  readonly region: string;
  readonly now: () => number;
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
    throw anonymousNotAllowed();
  }
  return verifyAuthentication(
    {
      request,
      candidates,
      authentication,
      credentials: requireCredentials(authentication, context.credentials),
      region: context.region,
      now: new Date(context.now()),
    },
    nodeSigningCrypto,
  );
}

/** For a request, or a form, without a signature. */
export function anonymousNotAllowed(): ServiceError {
  return new ServiceError("AccessDenied", {
    message: "Anonymous access is not allowed: sign the request with an access key.",
    ec: "0003-00000001",
  });
}

/** @throws {ServiceError} InvalidAccessKeyId, InvalidSecurityToken */
export function requireCredentials(
  { accessKeyId, securityToken }: { readonly accessKeyId: string; readonly securityToken?: string },
  store: CredentialStore,
): Credentials {
  const credentials = store.find(accessKeyId, securityToken);
  if (credentials !== undefined) {
    return credentials;
  }
  // With a token the key is one that OSS keeps nowhere but in the token.
  throw securityToken === undefined
    ? invalidAccessKeyId(accessKeyId)
    : new ServiceError("InvalidSecurityToken", { ec: "0002-00000006" });
}
