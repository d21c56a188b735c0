// Whose signature is this, and which resource does it sign? A request without one comes from anybody.
import { serviceError } from "../protocol/errors/known-error.ts";
import { present } from "../protocol/fields/present.ts";
import type { RequestMessage, Resource } from "../protocol/http-message.ts";
import { invalidAccessKeyId } from "../protocol/signing/authentication-errors.ts";
import { parseAuthentication } from "../protocol/signing/parse-authentication.ts";
import type { V4KeyCache } from "../protocol/signing/v4-key-cache.ts";
import { verifyAuthentication } from "../protocol/signing/verify-authentication.ts";
import type { MetadataStore } from "../storage/metadata-store.ts";
import type { CredentialStore, HeldCredentials } from "./credential-store.ts";
import { nodeSigningCrypto } from "./node-signing-crypto.ts";
import { account, anonymous, type Principal } from "./principal.ts";
import { unknownKeyError } from "./unknown-key.ts";

export interface AuthenticationContext {
  readonly credentials: CredentialStore;
  readonly region: string;
  readonly now: () => number;
  /** Spares each request four hashes. Default: none. */
  readonly keyCache?: V4KeyCache;
  readonly store: { readonly metadata: Pick<MetadataStore, "getBucket"> };
}

export interface Authenticated {
  readonly principal: Principal;
  /** Undefined without a signature. */
  readonly accessKeyId?: string;
  readonly askAgain: AskAgain;
  /** Whether the signature stands in the URL, as it does in links. */
  readonly isSignedUrl?: true;
  /** The reading of host and path that is meant. */
  readonly resource: Resource;
}

/**
 * Who sent the request, as the keys are now: while a body comes, a key may be disabled and a user's policies may change.
 *
 * @throws {ServiceError} InvalidAccessKeyId, InvalidSecurityToken when the key is good no more
 */
export type AskAgain = () => Principal;

/** Of a request without a signature. */
export const anybody: AskAgain = () => anonymous;

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
    return {
      principal: anonymous,
      askAgain: anybody,
      resource: await likeliestResource(candidates, context),
    };
  }
  const credentials = findCredentials(authentication, context.credentials);
  if (credentials === undefined) {
    const { accessKeyId } = authentication;
    throw await unknownKeyError({ accessKeyId, request, candidates }, context.store);
  }
  const resource = await verifyAuthentication(
    {
      request,
      candidates,
      authentication,
      credentials,
      region: context.region,
      now: new Date(context.now()),
      ...present({ keyCache: context.keyCache }),
    },
    nodeSigningCrypto,
  );
  const { accessKeyId } = credentials;
  const askAgain = askingAgain(authentication, credentials, context.credentials);
  const signedIn = authentication.scheme.endsWith("-url") ? ({ isSignedUrl: true } as const) : {};
  return { principal: credentials.holder ?? account, accessKeyId, askAgain, ...signedIn, resource };
}

/** The first reading whose bucket is there, else the first: what nothing signs cannot say which is meant. */
export async function likeliestResource(
  candidates: readonly Resource[],
  { store }: Pick<AuthenticationContext, "store">,
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

/** @param used  with which the request was signed: another secret under the same id is another key */
export function askingAgain(
  authentication: { readonly accessKeyId: string; readonly securityToken?: string },
  used: HeldCredentials,
  store: CredentialStore,
): AskAgain {
  return () => {
    const credentials = findCredentials(authentication, store);
    if (credentials?.accessKeySecret !== used.accessKeySecret) {
      throw invalidAccessKeyId(authentication.accessKeyId);
    }
    return credentials.holder ?? account;
  };
}

/** @throws {ServiceError} InvalidSecurityToken */
export function findCredentials(
  { accessKeyId, securityToken }: { readonly accessKeyId: string; readonly securityToken?: string },
  store: CredentialStore,
): HeldCredentials | undefined {
  const credentials = store.find(accessKeyId, securityToken);
  if (credentials === undefined && securityToken !== undefined) {
    // With a token the key is one that OSS keeps nowhere but in the token.
    throw serviceError("InvalidSecurityToken", { ec: "0002-00000006" });
  }
  return credentials;
}
