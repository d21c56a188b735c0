// Who says to have sent a request, and how it was signed. Read by parseAuthentication(), believed only after
// verifyAuthentication().
import type { V4Scope } from "./v4-scope.ts";

interface ClaimedIdentity {
  readonly accessKeyId: string;
  /** As it was sent. */
  readonly signature: string;
  /** Of a temporary key; from where the scheme demands it, and never empty. */
  readonly securityToken?: string;
}

/** `Authorization: OSS id:signature`. */
export interface V1HeaderAuthentication extends ClaimedIdentity {
  readonly scheme: "v1-header";
}

/** `?OSSAccessKeyId=…&Expires=…&Signature=…`. */
export interface V1UrlAuthentication extends ClaimedIdentity {
  readonly scheme: "v1-url";
  /** Unix seconds, as they were sent. */
  readonly expires: string;
}

/** `Authorization: OSS2 AccessKeyId:…,AdditionalHeaders:…,Signature:…`. */
export interface V2HeaderAuthentication extends ClaimedIdentity {
  readonly scheme: "v2-header";
  /** Lower-case, sorted. */
  readonly additionalHeaders: readonly string[];
}

/** `?x-oss-signature-version=OSS2&x-oss-access-key-id=…&x-oss-expires=…&…`. */
export interface V2UrlAuthentication extends ClaimedIdentity {
  readonly scheme: "v2-url";
  /** Lower-case, sorted. */
  readonly additionalHeaders: readonly string[];
  /** Unix seconds, as they were sent. */
  readonly expires: string;
}

/** `Authorization: OSS4-HMAC-SHA256 Credential=…,AdditionalHeaders=…,Signature=…`. */
export interface V4HeaderAuthentication extends ClaimedIdentity {
  readonly scheme: "v4-header";
  readonly scope: V4Scope;
  /** Lower-case, sorted. */
  readonly additionalHeaders: readonly string[];
}

/** `?x-oss-signature-version=OSS4-HMAC-SHA256&x-oss-credential=…&…`. */
export interface V4UrlAuthentication extends ClaimedIdentity {
  readonly scheme: "v4-url";
  readonly scope: V4Scope;
  /** Lower-case, sorted. */
  readonly additionalHeaders: readonly string[];
  /** `20231203T121212Z`, as it was sent. */
  readonly date: string;
  /** Seconds after `date`, as they were sent. */
  readonly expires: string;
}

/** What a request claims; nothing in it is checked but its form. */
export type Authentication =
  | V1HeaderAuthentication
  | V1UrlAuthentication
  | V2HeaderAuthentication
  | V2UrlAuthentication
  | V4HeaderAuthentication
  | V4UrlAuthentication;
