// A policy as people name it on the command line: the system's by its name, or a file of their own.
import { readFile } from "node:fs/promises";
import { basename, extname } from "node:path";
import type { AttachedPolicy } from "../server/identity/identities.ts";
import { IDENTITY_NAME } from "../server/identity/identities.ts";
import { parsePolicy } from "../server/policy/parse-policy.ts";
import type { PolicyKind } from "../server/policy/policy.ts";
import { PolicyError } from "../server/policy/policy-error.ts";
import { systemPolicy, systemPolicyNames } from "../server/policy/system-policies.ts";
import { CommandError } from "./command-error.ts";

/**
 * @param name  under which a file's policy is attached. Default: the file's name without its ending
 * @throws {CommandError} when it is neither, or the file holds no policy
 */
export async function attachedPolicyOf(source: string, name?: string): Promise<AttachedPolicy> {
  if (systemPolicy(source) !== undefined) {
    return { name: source };
  }
  const text = await readPolicyFile(source, "identity");
  const chosen = name ?? basename(source, extname(source));
  if (!IDENTITY_NAME.test(chosen) || systemPolicy(chosen) !== undefined) {
    throw new CommandError(
      `${JSON.stringify(chosen)} cannot be the name of a policy; choose another with --name`,
    );
  }
  return { name: chosen, text };
}

/** The text of a policy that can be read. @throws {CommandError} naming statements and fields */
export async function readPolicyFile(path: string, kind: PolicyKind): Promise<string> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    const isMissing = (cause as NodeJS.ErrnoException).code === "ENOENT";
    throw new CommandError(
      isMissing
        ? `${path} is neither a file nor a system policy (${systemPolicyNames.join(", ")})`
        : `cannot read ${path}: ${(cause as Error).message}`,
      { cause },
    );
  }
  try {
    parsePolicy(text, kind);
  } catch (failure) {
    if (failure instanceof PolicyError) {
      throw new CommandError(
        `${path} is no policy:\n${failure.problems.map((problem) => `  ${problem}`).join("\n")}`,
      );
    }
    throw failure;
  }
  return text;
}
