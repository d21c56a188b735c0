// The port that gives out temporary keys for roles.
import type { Facts } from "../policy/policy.ts";
import type { Identity } from "../principal.ts";

export interface SessionRequest {
  /** Who asks. */
  readonly asker: Identity;
  /** `acs:ram::ACCOUNT:role/NAME`. */
  readonly roleArn: string;
  /** 2 … 64 letters, digits and `.@-_`. */
  readonly sessionName: string;
  /** From SESSION_LIFE_MIN_SECONDS to what the role allows. */
  readonly durationSeconds: number;
  /** What the session may do at most, as a RAM policy. Undefined: what the role may. */
  readonly policy?: string;
  /** What the conditions of policies may ask about the request. */
  readonly facts: Facts;
  /** Milliseconds since 1970. */
  readonly nowMs: number;
}

export interface IssuedSession {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly securityToken: string;
  readonly expiresAtMs: number;
  /** `acs:ram::ACCOUNT:role/ROLE/SESSION`. */
  readonly arn: string;
  /** `ROLE-ID:SESSION`. */
  readonly roleSessionId: string;
}

export interface SessionIssuer {
  /** @throws {StsError} EntityNotExist.Role, NoPermission, InvalidParameter.… */
  issue(request: SessionRequest): IssuedSession;
}
