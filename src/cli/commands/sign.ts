import type { Command } from "commander";
import { Option } from "commander";
import { PRESIGNED_V4_EXPIRES_MAX_SECONDS } from "../../protocol/limits.ts";
import { bucketOf, clientCommand, countFlag } from "../client-options.ts";
import type { ConnectionFlags, Environment } from "../connection.ts";
import { parseObjectUrl } from "../oss-url.ts";

interface SignFlags extends ConnectionFlags {
  readonly method: "DELETE" | "GET" | "HEAD" | "PUT";
  readonly expires: number;
}

export function signCommand(environment: Environment): Command {
  return clientCommand("sign")
    .description("Print a presigned URL for one object and one method.")
    .argument("<object>", "oss://BUCKET/KEY")
    .addOption(
      new Option("--method <method>", "what the link allows")
        .choices(["GET", "PUT", "HEAD", "DELETE"])
        .default("GET"),
    )
    .option(
      "--expires <seconds>",
      "how long it is valid",
      countFlag({ min: 1, max: PRESIGNED_V4_EXPIRES_MAX_SECONDS }),
      3600,
    )
    .action(async (place: string, flags: SignFlags) => {
      const { bucket: name, key } = parseObjectUrl(place);
      const bucket = await bucketOf(name, flags, environment);
      const url = await bucket.signUrl(flags.method, key, { expiresInSeconds: flags.expires });
      process.stdout.write(`${url}\n`);
    });
}
