// `partwise user key …`: the access keys of users, and of the account under the name `root`.
import { Command } from "commander";
import type { Credentials } from "../../protocol/signing/credentials.ts";
import type { Identities } from "../../server/identity/identities.ts";
import type { NewAccessKey } from "../../server/identity/new-access-key.ts";
import { keepCredentials } from "../data-folder.ts";
import {
  type IdentityFlags,
  identityFolderOf,
  showKey,
  withIdentityFlags,
  writeJson,
  writeLines,
} from "../identity-options.ts";

export function userKeyCommand(): Command {
  const command = (name: string, description: string) =>
    withIdentityFlags(new Command(name))
      .description(description)
      .argument("<user>", "root for the account itself");
  return new Command("key")
    .description("Access keys of users, and of the account: give root as the user.")
    .addCommand(command("add", "Make another key, and show it once.").action(addKey))
    .addCommand(command("ls", "List the keys, without their secrets.").action(listKeys))
    .addCommand(
      command("disable", "Refuse a key from the next request on.")
        .argument("<key-id>")
        .action((user: string, id: string, flags: IdentityFlags) =>
          switchKey({ user, id, isEnabled: false }, flags),
        ),
    )
    .addCommand(
      command("enable", "Take a disabled key again.")
        .argument("<key-id>")
        .action((user: string, id: string, flags: IdentityFlags) =>
          switchKey({ user, id, isEnabled: true }, flags),
        ),
    )
    .addCommand(command("rm", "Forget a key for good.").argument("<key-id>").action(removeKey))
    .addCommand(
      command("rotate", "Make a key in place of one that is refused from now on, and show it once.")
        .argument("[key-id]", "the key to replace; needed where two are enabled")
        .action((user: string, id: string | undefined, flags: IdentityFlags) => rotateKey(user, id, flags)),
    );
}

async function addKey(user: string, flags: IdentityFlags): Promise<void> {
  const { addAccessKey } = await load();
  await giveKey(user, flags, (identities, { accessKey }) => addAccessKey(identities, user, accessKey));
}

async function rotateKey(user: string, id: string | undefined, flags: IdentityFlags): Promise<void> {
  const { rotateAccessKey } = await load();
  await giveKey(user, flags, (identities, { accessKey }) =>
    rotateAccessKey(identities, user, { id, key: accessKey }),
  );
}

type GiveKey = (identities: Identities, key: NewAccessKey) => Identities;

async function giveKey(user: string, flags: IdentityFlags, give: GiveKey): Promise<void> {
  const { changeIdentities, LOCAL_USER_NAME, newAccessKey } = await load();
  const place = identityFolderOf(flags);
  const credentials = changeIdentities(
    place,
    ({ identities, key }): { identities: Identities; result: Credentials } => {
      const made = newAccessKey(key, Date.now());
      return { identities: give(identities, made), result: made.credentials };
    },
  );
  if (user === LOCAL_USER_NAME) {
    // The commands on this machine go on with the new one.
    await keepCredentials(place.folder, credentials);
  }
  showKey(user, credentials, flags);
}

async function listKeys(user: string, flags: IdentityFlags): Promise<void> {
  const { accessKeysOf } = await import("../../server/identity/edit-identities.ts");
  const { openIdentities } = await load();
  const { identities } = openIdentities(identityFolderOf(flags));
  const keys = accessKeysOf(identities, user).map(({ id, isEnabled, createdAt }) => ({
    id,
    isEnabled,
    createdAt,
  }));
  if (flags.json) {
    writeJson({ user, keys });
    return;
  }
  if (keys.length === 0) {
    writeLines([`${user} has no access key`]);
    return;
  }
  writeLines(
    keys.map(({ id, isEnabled, createdAt }) => `${createdAt}  ${isEnabled ? "enabled " : "disabled"}  ${id}`),
  );
}

async function switchKey(
  { user, id, isEnabled }: { readonly user: string; readonly id: string; readonly isEnabled: boolean },
  flags: IdentityFlags,
): Promise<void> {
  const { changeIdentities, setAccessKeyEnabled } = await load();
  changeIdentities(identityFolderOf(flags), ({ identities }) => ({
    identities: setAccessKeyEnabled(identities, { holder: user, id, isEnabled }),
    result: undefined,
  }));
  say(flags, isEnabled ? "enabled" : "disabled", id);
}

async function removeKey(user: string, id: string, flags: IdentityFlags): Promise<void> {
  const { changeIdentities, removeAccessKey } = await load();
  changeIdentities(identityFolderOf(flags), ({ identities }) => ({
    identities: removeAccessKey(identities, user, id),
    result: undefined,
  }));
  say(flags, "removed", id);
}

function say({ json }: IdentityFlags, done: string, id: string): void {
  if (json) {
    writeJson({ [done]: id });
  } else {
    writeLines([`${done} ${id}`]);
  }
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
