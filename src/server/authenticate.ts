// Whose signature is this, and which resource does it sign? A request without one comes from anybody.
import type { RequestMessage, Resource } from "../protocol/http-message.ts";
import { invalidAccessKeyId } from "../protocol/signing/authentication-errors.ts";
import { parseAuthentication } from "../protocol/signing/parse-authentication.ts";
import { verifyAuthentication } from "../protocol/signing/verify-authentication.ts";
import type { MetadataStore } from "../storage/metadata-store.ts";
import type { Principal } from "./authorize.ts";
import type { CredentialStore } from "./credential-store.ts";
import { nodeSigningCrypto } from "./node-signing-crypto.ts";

export interface AuthenticationContext {
  readonly credentials: CredentialStore;
  readonly region: string;
  readonly now: () => number;
  readonly store: { readonly metadata: Pick<MetadataStore, "getBucket"> };
}

export interface Authenticated {
  readonly principal: Principal;
  /** The reading of host and path that is meant. */
  readonly resource: Resource;
}

/**
 * @param candidates  the plausible readings of host and path, likeliest first; the signature decides. Without one it is
 *   the first whose bucket is there, else the first
 * @throws {ServiceError} InvalidAccessKeyId, SignatureDoesNotMatch, RequestTimeTooSkewed …
 */
export async function authenticate(
  request: RequestMessage,
  candidates: readonly Resource[],
  context: AuthenticationContext,
): Promise<Authenticated> {
  const authentication = parseAuthentication(request);
  if (authentication === undefined) {
    return { principal: "anonymous", resource: await likeliestResource(candidates, context) };
  }
  const credentials = context.credentials.find(authentication.accessKeyId);
  if (credentials === undefined) {
    throw invalidAccessKeyId(authentication.accessKeyId);
  }
  const resource = await verifyAuthentication(
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
  return { principal: "owner", resource };
}

async function likeliestResource(
  candidates: readonly Resource[],
  { store }: AuthenticationContext,
): Promise<Resource> {
  const [first = {}] = candidates;
  for (const candidate of candidates.length > 1 ? candidates : []) {
    const { bucket } = candidate;
    if (bucket !== undefined && (await store.metadata.getBucket(bucket)) !== undefined) {
      return candidate;
    }
  }
  return first;
}
