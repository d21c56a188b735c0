import type { Command } from "commander";
import { bucketOf, clientCommand } from "../client-options.ts";
import type { ConnectionFlags, Environment } from "../connection.ts";
import { parseBucketUrl } from "../oss-url.ts";

export function rbCommand(environment: Environment): Command {
  return clientCommand("rb")
    .description("Remove an empty bucket.")
    .argument("<bucket>", "oss://BUCKET")
    .action(async (place: string, flags: ConnectionFlags) => {
      const name = parseBucketUrl(place);
      const bucket = await bucketOf(name, flags, environment);
      await bucket.deleteBucket();
      process.stdout.write(`removed oss://${name}\n`);
    });
}
