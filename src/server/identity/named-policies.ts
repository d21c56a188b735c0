import { parsePolicy } from "../policy/parse-policy.ts";
import type { NamedPolicy } from "../policy/policy.ts";
import { systemPolicy } from "../policy/system-policies.ts";
import type { AttachedPolicy } from "./identities.ts";
import { IdentityError } from "./identity-error.ts";

/** Attached policies, read. @throws {PolicyError} @throws {IdentityError} for a system policy that there is not */
export function namedPolicies(attached: readonly AttachedPolicy[]): readonly NamedPolicy[] {
  return attached.map(({ name, text }) => {
    const policy = text === undefined ? systemPolicy(name) : parsePolicy(text, "identity");
    if (policy === undefined) {
      throw new IdentityError(`there is no system policy ${name}`);
    }
    return { name, policy };
  });
}
