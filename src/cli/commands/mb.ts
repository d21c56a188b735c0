import type { Command } from "commander";
import { bucketOf, clientCommand } from "../client-options.ts";
import type { ConnectionFlags, Environment } from "../connection.ts";
import { parseBucketUrl } from "../oss-url.ts";

export function mbCommand(environment: Environment): Command {
  return clientCommand("mb")
    .description("Make a bucket.")
    .argument("<bucket>", "oss://BUCKET")
    .action(async (place: string, flags: ConnectionFlags) => {
      const name = parseBucketUrl(place);
      const bucket = await bucketOf(name, flags, environment);
      await bucket.createBucket();
      process.stdout.write(`made oss://${name}\n`);
    });
}
