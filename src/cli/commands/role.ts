// `partwise role`: what users may become for a while, by asking the server's token service for a key.
import { Command } from "commander";
import {
  ACCOUNT_ID,
  roleArn,
  SESSION_LIFE_MAX_SECONDS,
  SESSION_LIFE_MIN_SECONDS,
  userArn,
} from "../../server/identity/identities.ts";
import { countFlag } from "../client-options.ts";
import { CommandError } from "../command-error.ts";
import {
  type IdentityFlags,
  identityFolderOf,
  withIdentityFlags,
  writeJson,
  writeLines,
} from "../identity-options.ts";
import { identityPolicyCommand } from "./identity-policies.ts";

interface AddFlags extends IdentityFlags {
  readonly trust?: readonly string[];
  readonly trustPolicy?: string;
  readonly policy?: readonly string[];
  readonly maxSession: number;
}

export function roleCommand(): Command {
  return new Command("role")
    .description("Roles of a server, which users can assume for a while through STS AssumeRole.")
    .addCommand(
      withIdentityFlags(new Command("add"))
        .description("Make a role. Users who assume it also need a policy that allows sts:AssumeRole.")
        .argument("<name>", "1 to 64 letters, digits, dots, hyphens or underscores")
        .option("--trust <user...>", "who may take it on; root for every user of the server")
        .option("--trust-policy <file>", "the same as a document")
        .option(
          "--policy <policy...>",
          "what the role may do: files, or names such as AliyunOSSReadOnlyAccess",
        )
        .option(
          "--max-session <seconds>",
          "how long a session may last",
          countFlag({ min: SESSION_LIFE_MIN_SECONDS, max: SESSION_LIFE_MAX_SECONDS }),
          3_600,
        )
        .action(addRoleNamed),
    )
    .addCommand(withIdentityFlags(new Command("ls")).description("List the roles.").action(listRoles))
    .addCommand(
      withIdentityFlags(new Command("rm"))
        .description("Remove a role; the keys of its sessions are refused from then on.")
        .argument("<name>")
        .action(removeRole),
    )
    .addCommand(identityPolicyCommand("roles"));
}

async function addRoleNamed(name: string, flags: AddFlags): Promise<void> {
  const { addRole, changeIdentities, newIdentityId } = await load();
  const trust = await trustOf(flags);
  const { attachedPolicyOf } = await import("../policy-source.ts");
  const policies = await Promise.all((flags.policy ?? []).map((source) => attachedPolicyOf(source)));
  const id = newIdentityId();
  changeIdentities(identityFolderOf(flags), ({ identities }) => ({
    identities: addRole(identities, {
      ...{ name, id, trust, policies },
      createdAt: new Date().toISOString(),
      sessionMaxSeconds: flags.maxSession,
    }),
    result: undefined,
  }));
  if (flags.json) {
    writeJson({ name, id, arn: roleArn(name), policies: policies.map((policy) => policy.name) });
  } else {
    writeLines([`made role ${name}, ${roleArn(name)}`]);
  }
}

async function trustOf({ trust = [], trustPolicy }: AddFlags): Promise<string> {
  const { readPolicyFile } = await import("../policy-source.ts");
  if (trustPolicy !== undefined) {
    return readPolicyFile(trustPolicy, "trust");
  }
  if (trust.length === 0) {
    throw new CommandError(
      "nobody could take on the role; say who may with --trust USER, or with --trust root",
    );
  }
  const names = trust.map((user) => (user === "root" ? `acs:ram::${ACCOUNT_ID}:root` : userArn(user)));
  const statement = { Effect: "Allow", Action: "sts:AssumeRole", Principal: { RAM: names } };
  return JSON.stringify({ Version: "1", Statement: [statement] });
}

async function listRoles(flags: IdentityFlags): Promise<void> {
  const { openIdentities } = await load();
  const { roles } = openIdentities(identityFolderOf(flags)).identities;
  const listed = roles.map(({ name, id, createdAt, trust, policies, sessionMaxSeconds }) => ({
    ...{ name, id, arn: roleArn(name), createdAt, sessionMaxSeconds },
    trust: JSON.parse(trust) as unknown,
    policies: policies.map((policy) => policy.name),
  }));
  if (flags.json) {
    writeJson({ roles: listed });
    return;
  }
  writeLines(
    listed.map(({ arn, createdAt, sessionMaxSeconds, policies }) => {
      const may = policies.length === 0 ? "may do nothing yet" : `policies ${policies.join(", ")}`;
      return `${createdAt}  ${arn}, sessions of ${sessionMaxSeconds} s, ${may}`;
    }),
  );
}

async function removeRole(name: string, flags: IdentityFlags): Promise<void> {
  const { changeIdentities, removeIdentity } = await load();
  changeIdentities(identityFolderOf(flags), ({ identities }) => ({
    identities: removeIdentity(identities, "roles", name),
    result: undefined,
  }));
  if (flags.json) {
    writeJson({ removed: name });
  } else {
    writeLines([`removed role ${name}`]);
  }
}

/** Only now, so that other commands start without it. */
async function load() {
  const [edits, file, keys] = await Promise.all([
    import("../../server/identity/edit-identities.ts"),
    import("../../server/identity/identity-file.ts"),
    import("../../server/identity/new-access-key.ts"),
  ]);
  return { ...edits, ...file, ...keys };
}
