// Taking on a role: who may, for how long, and with which key.
// Source: STS API, AssumeRole.
import { evaluatePolicies } from "../policy/evaluate-policies.ts";
import { parsePolicy } from "../policy/parse-policy.ts";
import { PolicyError } from "../policy/policy-error.ts";
import { parseResourceName } from "../policy/resource-name.ts";
import type { IssuedSession, SessionRequest } from "../sts/session-issuer.ts";
import { StsError } from "../sts/sts-error.ts";
import { ACCOUNT_ID, type Identities, type Role, roleArn, SESSION_LIFE_MIN_SECONDS } from "./identities.ts";
import type { SecretKey } from "./sealed-secret.ts";
import { sessionCredentials } from "./session-tokens.ts";

const SESSION_NAME = /^[A-Za-z0-9.@_-]{2,64}$/;
/** Source: STS API, AssumeRole: Policy. */
const SESSION_POLICY_LENGTH_MAX = 2_048;
const ACTION = "sts:AssumeRole";

/**
 * @throws {StsError} EntityNotExist.Role, NoPermission, InvalidParameter.RoleArn, InvalidParameter.RoleSessionName,
 *   InvalidParameter.DurationSeconds, InvalidParameter.PolicyGrammar
 */
export function issueSession(request: SessionRequest, { roles }: Identities, key: SecretKey): IssuedSession {
  const { sessionName, durationSeconds, policy, nowMs } = request;
  if (!SESSION_NAME.test(sessionName)) {
    throw invalid("RoleSessionName", "RoleSessionName must be 2 to 64 letters, digits or characters of .@_-");
  }
  const resource = parseResourceName(request.roleArn);
  if (resource === undefined || resource.service !== "ram" || !resource.path.startsWith("role/")) {
    throw invalid("RoleArn", `RoleArn must be such as ${roleArn("NAME")}`);
  }
  const name = resource.path.slice("role/".length);
  const role = roles.find(
    (candidate) => roleArn(candidate.name).toLowerCase() === request.roleArn.toLowerCase(),
  );
  if (role === undefined) {
    throw new StsError("EntityNotExist.Role", 404, `The role does not exist: ${name}.`);
  }
  assertMayAssume(request, role);
  const { sessionMaxSeconds } = role;
  const isInRange = durationSeconds >= SESSION_LIFE_MIN_SECONDS && durationSeconds <= sessionMaxSeconds;
  if (!Number.isInteger(durationSeconds) || !isInRange) {
    const range = `${SESSION_LIFE_MIN_SECONDS} to ${sessionMaxSeconds}`;
    throw invalid("DurationSeconds", `DurationSeconds must be an integer from ${range}.`);
  }
  assertPolicy(policy);
  const credentials = sessionCredentials(
    {
      roleName: role.name,
      roleId: role.id,
      sessionName,
      // Whole seconds, as the answer tells them.
      expiresAtMs: (Math.floor(nowMs / 1000) + durationSeconds) * 1000,
      ...(policy === undefined ? {} : { policy }),
    },
    key,
  );
  const { accessKeyId, accessKeySecret, securityToken, expiresAtMs } = credentials;
  const arn = `${roleArn(role.name)}/${sessionName}`;
  return {
    accessKeyId,
    accessKeySecret,
    securityToken,
    expiresAtMs,
    arn,
    roleSessionId: `${role.id}:${sessionName}`,
  };
}

/** The user's policies must allow it, and the role must trust the user, or all of the account. */
function assertMayAssume({ asker, facts }: SessionRequest, role: Role): void {
  const resource = { service: "ram", region: "", account: ACCOUNT_ID, path: `role/${role.name}` };
  const question = { action: ACTION, resource, facts };
  const byUser = evaluatePolicies(asker.policies, question);
  const trust = [{ name: "trust", policy: parsePolicy(role.trust, "trust") }];
  const names = [...asker.names, `acs:ram::${ACCOUNT_ID}:root`];
  const byRole = evaluatePolicies(trust, question, { names, isAccount: false });
  if (asker.kind !== "user" || byUser?.effect !== "Allow" || byRole?.effect !== "Allow") {
    throw new StsError(
      "NoPermission",
      403,
      "You are not authorized to do this action. You should be authorized by RAM, and the role must trust you.",
    );
  }
}

function assertPolicy(policy: string | undefined): void {
  if (policy === undefined) {
    return;
  }
  if (policy.length > SESSION_POLICY_LENGTH_MAX) {
    throw invalid("PolicySize", `The policy is longer than ${SESSION_POLICY_LENGTH_MAX} characters.`);
  }
  try {
    parsePolicy(policy, "identity");
  } catch (failure) {
    throw failure instanceof PolicyError
      ? invalid("PolicyGrammar", `The policy is none: ${failure.message}.`)
      : failure;
  }
}

function invalid(parameter: string, message: string): StsError {
  return new StsError(`InvalidParameter.${parameter}`, 400, message);
}
