// A temporary key and its token go together: neither is good without the other.
import { ServiceError } from "../errors/service-error.ts";
import type { RequestMessage } from "../http-message.ts";
import type { Authentication } from "./authentication.ts";
import { invalidAccessKeyId } from "./authentication-errors.ts";
import { constantTimeEqual } from "./constant-time-equal.ts";
import { V1_SECURITY_TOKEN_HEADER } from "./v1-signature.ts";

/**
 * Checks the token that a request carries against `expected`, the one that belongs to its key.
 *
 * @param expected  undefined for a key that is not temporary
 * @throws {ServiceError} InvalidSecurityToken when the two differ or the key has none; InvalidAccessKeyId when the
 *   request has none; InvalidRequest when a V1 URL has it in a header
 */
export function verifySecurityToken(
  authentication: Authentication,
  request: RequestMessage,
  expected: string | undefined,
): void {
  const { scheme, securityToken, accessKeyId } = authentication;
  if (scheme === "v1-url" && securityToken === undefined && request.headers[V1_SECURITY_TOKEN_HEADER]) {
    throw new ServiceError("InvalidRequest", {
      message: "Security-token must be provided by query string parameter.",
    });
  }
  if (expected === undefined && securityToken !== undefined) {
    throw new ServiceError("InvalidSecurityToken");
  }
  if (expected !== undefined && securityToken === undefined) {
    // Without a token OSS looks for the key among the lasting ones, where it is not. Source: OSS, "The OSS Access Key
    // Id you provided does not exist in our records error with STS temporary access credentials".
    throw invalidAccessKeyId(accessKeyId);
  }
  if (expected !== undefined && securityToken !== undefined && !constantTimeEqual(expected, securityToken)) {
    throw new ServiceError("InvalidSecurityToken", { ec: "0002-00000006" });
  }
}
