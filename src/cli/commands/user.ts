// `partwise user`: who may come in, and with which key. Works while servers run: they take a change with their next request.
import { Command } from "commander";
import type { Credentials } from "../../protocol/signing/credentials.ts";
import { keepCredentials } from "../data-folder.ts";
import {
  type IdentityFlags,
  identityFolderOf,
  showKey,
  withIdentityFlags,
  writeJson,
  writeLines,
} from "../identity-options.ts";
import { identityPolicyCommand } from "./identity-policies.ts";
import { userKeyCommand } from "./user-keys.ts";

interface AddFlags extends IdentityFlags {
  readonly policy?: readonly string[];
  readonly key: boolean;
}

export function userCommand(): Command {
  return new Command("user")
    .description("RAM users of a server: who may come in. A new user may do nothing until a policy says so.")
    .addCommand(
      withIdentityFlags(new Command("add"))
        .description("Make a user with an access key, which is shown once.")
        .argument("<name>", "1 to 64 letters, digits, dots, hyphens or underscores")
        .option(
          "--policy <policy...>",
          "what the user may do: files, or names such as AliyunOSSReadOnlyAccess",
        )
        .option("--no-key", "without an access key")
        .action(addUserNamed),
    )
    .addCommand(withIdentityFlags(new Command("ls")).description("List the users.").action(listUsers))
    .addCommand(
      withIdentityFlags(new Command("rm"))
        .description("Remove a user with all keys.")
        .argument("<name>")
        .action(removeUser),
    )
    .addCommand(userKeyCommand())
    .addCommand(identityPolicyCommand("users"));
}

async function addUserNamed(name: string, flags: AddFlags): Promise<void> {
  const { addUser, changeIdentities, LOCAL_USER_NAME, newAccessKey, newIdentityId } = await load();
  const { attachedPolicyOf } = await import("../policy-source.ts");
  const policies = await Promise.all((flags.policy ?? []).map((source) => attachedPolicyOf(source)));
  const added = changeIdentities(identityFolderOf(flags), ({ identities, key }) => {
    const made = flags.key ? newAccessKey(key, Date.now()) : undefined;
    const id = newIdentityId();
    const accessKeys = made === undefined ? [] : [made.accessKey];
    const createdAt = new Date().toISOString();
    const result: { id: string; credentials?: Credentials } = {
      id,
      ...(made && { credentials: made.credentials }),
    };
    return { identities: addUser(identities, { name, id, createdAt, accessKeys, policies }), result };
  });
  const { id, credentials } = added;
  if (name === LOCAL_USER_NAME && credentials !== undefined) {
    // The commands on this machine work with it.
    await keepCredentials(identityFolderOf(flags).folder, credentials);
  }
  if (flags.json) {
    writeJson({ name, id, policies: policies.map((policy) => policy.name), ...credentials });
    return;
  }
  writeLines([`made user ${name}, id ${id}, ${describePolicies(policies)}`]);
  if (credentials !== undefined) {
    showKey(name, credentials, flags);
  }
}

async function listUsers(flags: IdentityFlags): Promise<void> {
  const { openIdentities } = await load();
  const { users } = openIdentities(identityFolderOf(flags)).identities;
  if (flags.json) {
    const listed = users.map(({ name, id, createdAt, accessKeys, policies }) => ({
      ...{ name, id, createdAt },
      accessKeys: accessKeys.map((key) => ({ id: key.id, isEnabled: key.isEnabled })),
      policies: policies.map((policy) => policy.name),
    }));
    writeJson({ users: listed });
    return;
  }
  writeLines(
    users.map(({ name, id, createdAt, accessKeys, policies }) => {
      const enabled = accessKeys.filter(({ isEnabled }) => isEnabled).length;
      return `${createdAt}  ${id}  ${name}, ${enabled} of ${accessKeys.length} keys enabled, ${describePolicies(policies)}`;
    }),
  );
}

async function removeUser(name: string, flags: IdentityFlags): Promise<void> {
  const { changeIdentities, removeIdentity } = await load();
  changeIdentities(identityFolderOf(flags), ({ identities }) => ({
    identities: removeIdentity(identities, "users", name),
    result: undefined,
  }));
  if (flags.json) {
    writeJson({ removed: name });
  } else {
    writeLines([`removed user ${name}`]);
  }
}

function describePolicies(policies: readonly { readonly name: string }[]): string {
  return policies.length === 0
    ? "may do nothing yet"
    : `policies ${policies.map(({ name }) => name).join(", ")}`;
}

/** Only now, so that other commands start without it. */
async function load() {
  const [edits, file, identities, keys] = await Promise.all([
    import("../../server/identity/edit-identities.ts"),
    import("../../server/identity/identity-file.ts"),
    import("../../server/identity/identities.ts"),
    import("../../server/identity/new-access-key.ts"),
  ]);
  return { ...edits, ...file, ...identities, ...keys };
}
