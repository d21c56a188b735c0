// Who is meant by a name on the command line.
import { findIdentity } from "../server/identity/edit-identities.ts";
import { type AttachedPolicy, type Identities, ROOT_NAME, type User } from "../server/identity/identities.ts";
import { sessionIdentity, userIdentity } from "../server/identity/identity-store.ts";
import { namedPolicies } from "../server/identity/named-policies.ts";
import { parsePolicy } from "../server/policy/parse-policy.ts";
import { systemPolicyText } from "../server/policy/system-policies.ts";
import { account, anonymous } from "../server/principal.ts";
import type { ExplainedPrincipal } from "./explain-access.ts";

const SESSION_NAME_DEFAULT = "session";
const SESSION_POLICY = "session policy";

/**
 * @param name  a user, `role/NAME`, `role/NAME/SESSION`, `root` or `anonymous`
 * @throws {IdentityError} when there is no such user or role
 */
export function explainedPrincipal(
  identities: Identities,
  name: string,
  sessionPolicy?: string,
): ExplainedPrincipal {
  if (name === ROOT_NAME || name === "anonymous") {
    const principal = name === ROOT_NAME ? account : anonymous;
    return { principal, title: name === ROOT_NAME ? "the account" : "anybody", texts: new Map() };
  }
  const [kind, roleName = "", sessionName = SESSION_NAME_DEFAULT] = name.split("/");
  if (kind !== "role") {
    const user = findIdentity(identities, "users", name) as User;
    return { principal: userIdentity(user), title: `user ${name}`, texts: textsOf(user.policies) };
  }
  const { id: roleId, policies } = findIdentity(identities, "roles", roleName);
  const own = sessionPolicy === undefined ? [] : [{ name: SESSION_POLICY, text: sessionPolicy }];
  const sessionPolicies = own.map(({ text }) => ({
    name: SESSION_POLICY,
    policy: parsePolicy(text, "identity"),
  }));
  return {
    principal: sessionIdentity(
      { roleId, roleName, sessionName, policies: namedPolicies(policies) },
      sessionPolicy === undefined ? undefined : sessionPolicies,
    ),
    title: `role ${roleName}`,
    texts: textsOf([...policies, ...own]),
  };
}

function textsOf(policies: readonly AttachedPolicy[]): ReadonlyMap<string, string> {
  return new Map(policies.map(({ name, text }) => [name, text ?? systemPolicyText(name) ?? "{}"]));
}
