// `partwise user policy …` and `partwise role policy …`: what users and roles may do.
import { Command } from "commander";
import type { IdentityList } from "../../server/identity/edit-identities.ts";
import {
  type IdentityFlags,
  identityFolderOf,
  withIdentityFlags,
  writeJson,
  writeLines,
} from "../identity-options.ts";

interface AttachFlags extends IdentityFlags {
  readonly name?: string;
}

const WORD: Readonly<Record<IdentityList, string>> = { users: "user", roles: "role" };

export function identityPolicyCommand(list: IdentityList): Command {
  const word = WORD[list];
  return new Command("policy")
    .description(`What a ${word} may do.`)
    .addCommand(
      withIdentityFlags(new Command("attach"))
        .description(`Attach a policy to a ${word}, in place of one of the same name.`)
        .argument(`<${word}>`)
        .argument(
          "<policy>",
          "a file, or AliyunOSSFullAccess, AliyunOSSReadOnlyAccess, AliyunSTSAssumeRoleAccess",
        )
        .option("--name <name>", "under which it is attached (default: the file's name without its ending)")
        .action((name: string, source: string, flags: AttachFlags) => attach({ list, name }, source, flags)),
    )
    .addCommand(
      withIdentityFlags(new Command("detach"))
        .description(`Take a policy from a ${word}.`)
        .argument(`<${word}>`)
        .argument("<policy>", "its name")
        .action((name: string, policy: string, flags: IdentityFlags) =>
          detach({ list, name }, policy, flags),
        ),
    )
    .addCommand(
      withIdentityFlags(new Command("ls"))
        .description(`Show the policies of a ${word}, with their documents.`)
        .argument(`<${word}>`)
        .action((name: string, flags: IdentityFlags) => show({ list, name }, flags)),
    );
}

interface Whose {
  readonly list: IdentityList;
  readonly name: string;
}

async function attach(whose: Whose, source: string, flags: AttachFlags): Promise<void> {
  const { attachPolicy, changeIdentities } = await load();
  const { attachedPolicyOf } = await import("../policy-source.ts");
  const policy = await attachedPolicyOf(source, flags.name);
  changeIdentities(identityFolderOf(flags), ({ identities }) => ({
    identities: attachPolicy(identities, whose, policy),
    result: undefined,
  }));
  say(flags, { attached: policy.name, to: whose.name }, `attached ${policy.name} to ${whose.name}`);
}

async function detach(whose: Whose, policy: string, flags: IdentityFlags): Promise<void> {
  const { detachPolicy, changeIdentities } = await load();
  changeIdentities(identityFolderOf(flags), ({ identities }) => ({
    identities: detachPolicy(identities, whose, policy),
    result: undefined,
  }));
  say(flags, { detached: policy, from: whose.name }, `detached ${policy} from ${whose.name}`);
}

async function show({ list, name }: Whose, flags: IdentityFlags): Promise<void> {
  const { findIdentity, openIdentities, systemPolicyText } = await load();
  const { policies } = findIdentity(openIdentities(identityFolderOf(flags)).identities, list, name);
  const documents = policies.map((policy) => ({
    name: policy.name,
    isSystemPolicy: policy.text === undefined,
    document: JSON.parse(policy.text ?? systemPolicyText(policy.name) ?? "null") as unknown,
  }));
  if (flags.json) {
    writeJson({ policies: documents });
    return;
  }
  writeLines(
    documents.flatMap((policy) => [
      `${policy.name}${policy.isSystemPolicy ? " (the system's)" : ""}`,
      ...JSON.stringify(policy.document, null, 2)
        .split("\n")
        .map((line) => `  ${line}`),
    ]),
  );
}

function say({ json }: IdentityFlags, event: object, line: string): void {
  if (json) {
    writeJson(event);
  } else {
    writeLines([line]);
  }
}

/** Only now, so that other commands start without it. */
async function load() {
  const [edits, file, system] = await Promise.all([
    import("../../server/identity/edit-identities.ts"),
    import("../../server/identity/identity-file.ts"),
    import("../../server/policy/system-policies.ts"),
  ]);
  return { ...edits, ...file, ...system };
}
