// Policies that are there without anybody having written them, under the names that RAM gives them.
// Source: RAM, system policies of OSS and STS.
import { parsePolicy } from "./parse-policy.ts";
import type { Policy } from "./policy.ts";

const statement = (actions: readonly string[]) => ({ Effect: "Allow", Action: actions, Resource: "*" });

const DOCUMENTS: Readonly<Record<string, object>> = {
  AliyunOSSFullAccess: { Version: "1", Statement: [statement(["oss:*"])] },
  AliyunOSSReadOnlyAccess: { Version: "1", Statement: [statement(["oss:Get*", "oss:List*"])] },
  AliyunSTSAssumeRoleAccess: { Version: "1", Statement: [statement(["sts:AssumeRole"])] },
};

const policies: ReadonlyMap<string, Policy> = new Map(
  Object.entries(DOCUMENTS).map(([name, document]) => [
    name,
    parsePolicy(JSON.stringify(document), "identity"),
  ]),
);

export const systemPolicyNames: readonly string[] = [...policies.keys()];

export function systemPolicy(name: string): Policy | undefined {
  return policies.get(name);
}

/** As a document, for people. */
export function systemPolicyText(name: string): string | undefined {
  return Object.hasOwn(DOCUMENTS, name) ? JSON.stringify(DOCUMENTS[name]) : undefined;
}
