import { randomBytes } from "node:crypto";
import { Command } from "commander";
import { shellWord } from "../../client/node/resume-command.ts";
import { TEMPORARY_KEY_LIFE_MAX_SECONDS } from "../../protocol/limits.ts";
import { countFlag } from "../client-options.ts";
import { connectionOfDataFolder } from "../connection.ts";

interface TokenFlags {
  readonly data: string;
  readonly expires: number;
  readonly json?: true;
}

const NONCE_SIZE_BYTES = 16;

export function tokenCommand(): Command {
  return new Command("token")
    .description("Print temporary (STS) credentials for the server that runs on a data folder.")
    .option("--data <folder>", "whose server the key is for", "./partwise-data")
    .option(
      "--expires <seconds>",
      "how long it is valid",
      countFlag({ min: 1, max: TEMPORARY_KEY_LIFE_MAX_SECONDS }),
      3600,
    )
    .option("--json", "one JSON object instead of lines for a shell")
    .action(runToken);
}

async function runToken({ data, expires, json }: TokenFlags): Promise<void> {
  const { auth: issuer, endpoint, region } = await connectionOfDataFolder(data);
  const { temporaryCredentials } = await import("../../server/index.ts");
  const { accessKeyId, accessKeySecret, securityToken, expiresAtMs } = temporaryCredentials({
    issuer,
    expiresInSeconds: expires,
    now: Date.now(),
    nonce: randomBytes(NONCE_SIZE_BYTES).toString("hex"),
  });
  if (json) {
    const expiration = new Date(expiresAtMs).toISOString();
    const printed = { endpoint, region, accessKeyId, accessKeySecret, securityToken, expiration };
    process.stdout.write(`${JSON.stringify(printed)}\n`);
    return;
  }
  const variables = {
    OSS_ENDPOINT: endpoint,
    OSS_REGION: region ?? "",
    OSS_ACCESS_KEY_ID: accessKeyId,
    OSS_ACCESS_KEY_SECRET: accessKeySecret,
    OSS_SESSION_TOKEN: securityToken,
  };
  for (const [name, value] of Object.entries(variables)) {
    process.stdout.write(`export ${name}=${shellWord(value)}\n`);
  }
}
