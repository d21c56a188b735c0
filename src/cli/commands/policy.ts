// `partwise policy`: whether a document is a policy, and why somebody may do something or may not.
import { resolve } from "node:path";
import { Command, Option } from "commander";
import type { PolicyKind } from "../../server/policy/policy.ts";
import { readServerLocation } from "../data-folder.ts";
import {
  type IdentityFlags,
  identityFolderOf,
  withIdentityFlags,
  writeJson,
  writeLines,
} from "../identity-options.ts";

interface ExplainFlags extends IdentityFlags {
  readonly ip?: string;
  readonly secure?: true;
  readonly prefix?: string;
  readonly delimiter?: string;
  readonly userAgent?: string;
  readonly time?: string;
  readonly sessionPolicy?: string;
  readonly bucketPolicy?: string;
  readonly region?: string;
}

export function policyCommand(): Command {
  return new Command("policy")
    .description("Check policies, and explain what they allow.")
    .addCommand(
      new Command("check")
        .description("Say everything that is wrong with a policy.")
        .argument("<file>")
        .addOption(
          new Option(
            "--kind <kind>",
            "whose it is: a user's or role's, a bucket's, or who may take on a role",
          )
            .choices(["identity", "bucket", "trust"])
            .default("identity"),
        )
        .action(checkPolicy),
    )
    .addCommand(
      withIdentityFlags(new Command("explain"))
        .description(
          "Say whether somebody may do something, and which statement decides. Exit status 1: may not.",
        )
        .argument("<user>", "a user, role/NAME, role/NAME/SESSION, root for the account, or anonymous")
        .argument("<action>", "such as oss:GetObject")
        .argument("<resource>", "oss://BUCKET, oss://BUCKET/KEY, or * for the service")
        .option("--ip <address>", "where the request comes from")
        .option("--secure", "the request comes over TLS")
        .option("--prefix <prefix>", "of a listing")
        .option("--delimiter <delimiter>", "of a listing")
        .option("--user-agent <text>", "what the client calls itself")
        .option("--time <time>", "when, such as 2026-01-31T12:00:00Z (default: now)")
        .option("--session-policy <file>", "that goes with a role's session")
        .option("--bucket-policy <file>", "in place of what the bucket has")
        .option("--region <name>", "in which the server stands (default: that of the one that runs)")
        .action(explain),
    );
}

async function checkPolicy(file: string, { kind }: { readonly kind: PolicyKind }): Promise<void> {
  const { readPolicyFile } = await import("../policy-source.ts");
  await readPolicyFile(file, kind);
  writeLines([`${file} is a policy`]);
}

async function explain(user: string, action: string, resource: string, flags: ExplainFlags): Promise<void> {
  const {
    ACCOUNT_ID,
    explainAccess,
    explainedPrincipal,
    factsOf,
    openIdentities,
    readPolicyFile,
    DEFAULT_REGION,
  } = await load();
  const { identities } = openIdentities(identityFolderOf(flags));
  const session = flags.sessionPolicy && (await readPolicyFile(flags.sessionPolicy, "identity"));
  const explained = explainedPrincipal(identities, user, session || undefined);
  const place = await placeOf(resource);
  const { ip: clientAddress, secure: isEncrypted = false, time, userAgent } = flags;
  const query = [
    ["prefix", flags.prefix ?? ""],
    ["delimiter", flags.delimiter ?? ""],
  ] as const;
  const facts = factsOf({
    ...{ query, permission: action, clientAddress, isEncrypted },
    headers: userAgent === undefined ? {} : { "user-agent": userAgent },
    nowMs: time === undefined ? Date.now() : Date.parse(time),
  });
  const { policy, bucketAcl, objectAcl, isPublicAccessBlocked } = await rulesOf(place, flags);
  const running = await readServerLocation(resolve(flags.data));
  const region = flags.region ?? running?.region ?? DEFAULT_REGION;
  const { isAllowed, lines, event } = explainAccess(
    explained,
    { access: { permission: action, ...place }, facts, region, accountId: ACCOUNT_ID },
    {
      ...{ policy, isPublicAccessBlocked },
      acls: { ...(bucketAcl && { bucket: bucketAcl }), ...(objectAcl && { object: objectAcl }) },
    },
  );
  if (flags.json) {
    writeJson(event);
  } else {
    writeLines(lines);
  }
  process.exitCode = isAllowed ? 0 : 1;
}

async function placeOf(resource: string): Promise<{ readonly bucket?: string; readonly key?: string }> {
  if (resource === "*") {
    return {};
  }
  const { parseOssUrl } = await import("../oss-url.ts");
  const { bucket, key } = parseOssUrl(resource);
  return { bucket, ...(key === "" ? {} : { key }) };
}

async function rulesOf(
  { bucket, key }: { readonly bucket?: string; readonly key?: string },
  { data, bucketPolicy }: ExplainFlags,
) {
  const { readBucketRules } = await import("../bucket-rules.ts");
  const { readPolicyFile } = await import("../policy-source.ts");
  const rules =
    bucket === undefined
      ? { isPublicAccessBlocked: false }
      : await readBucketRules(resolve(data), { bucket, key });
  return bucketPolicy === undefined
    ? rules
    : { ...rules, policy: await readPolicyFile(bucketPolicy, "bucket") };
}

/** Only now, so that other commands start without it. */
async function load() {
  const [explaining, principal, facts, file, identities, source, server] = await Promise.all([
    import("../explain-access.ts"),
    import("../explained-principal.ts"),
    import("../../server/policy/request-facts.ts"),
    import("../../server/identity/identity-file.ts"),
    import("../../server/identity/identities.ts"),
    import("../policy-source.ts"),
    import("../../server/index.ts"),
  ]);
  return { ...explaining, ...principal, ...facts, ...file, ...identities, ...source, ...server };
}
