// A temporary key and its token go together, for a while: neither is good without the other.
import { serviceError } from "../errors/known-error.ts";
import { invalidAccessKeyId } from "./authentication-errors.ts";
import { constantTimeEqual } from "./constant-time-equal.ts";
import type { Credentials } from "./credentials.ts";

/**
 * Checks the token that a request carries against the credentials that the server found by the request's key and token.
 *
 * @param claimed  what the request says
 * @param found    of the key that `claimed` names, or of the token, which may belong to another key
 * @throws {ServiceError} AccessKeyIdAndSecurityTokenNotMatch for the token of another key; InvalidAccessKeyId when a
 *   temporary key comes without one; InvalidSecurityToken when it is not the key's; SecurityTokenExpired
 */
export function verifySecurityToken(
  claimed: { readonly accessKeyId: string; readonly securityToken?: string },
  found: Credentials,
  now: Date,
): void {
  if (found.accessKeyId !== claimed.accessKeyId) {
    throw serviceError("AccessKeyIdAndSecurityTokenNotMatch");
  }
  if (found.securityToken === undefined && claimed.securityToken !== undefined) {
    throw serviceError("InvalidSecurityToken");
  }
  if (found.securityToken !== undefined && claimed.securityToken === undefined) {
    // Without a token OSS looks for the key among the lasting ones, where it is not. Source: OSS, "The OSS Access Key
    // Id you provided does not exist in our records error with STS temporary access credentials".
    throw invalidAccessKeyId(claimed.accessKeyId);
  }
  if (!constantTimeEqual(found.securityToken ?? "", claimed.securityToken ?? "")) {
    throw serviceError("InvalidSecurityToken", { ec: "0002-00000006" });
  }
  if (found.expiresAtMs !== undefined && now.getTime() >= found.expiresAtMs) {
    throw serviceError("SecurityTokenExpired");
  }
}
