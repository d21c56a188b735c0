import type { Command } from "commander";
import { bucketOf, clientCommand } from "../client-options.ts";
import type { ConnectionFlags, Environment } from "../connection.ts";
import { parseObjectUrl, parseOssUrl } from "../oss-url.ts";
import { describeSize } from "../quantities.ts";

export function statCommand(environment: Environment): Command {
  return clientCommand("stat")
    .description("Show what is known about an object, or a bucket.")
    .argument("<place>", "oss://BUCKET/KEY or oss://BUCKET")
    .action(async (place: string, flags: ConnectionFlags) => {
      const { bucket: name, key } = parseOssUrl(place);
      const bucket = await bucketOf(name, flags, environment);
      if (key === "") {
        const found = await bucket.getBucketInfo();
        print({
          bucket: found.name,
          created: found.creationDate.toISOString(),
          location: found.location,
          "storage class": found.storageClass,
          acl: found.acl,
        });
        return;
      }
      const found = await bucket.headObject(parseObjectUrl(place).key);
      print({
        key,
        size: describeSize(found.sizeBytes),
        ETag: found.etag,
        "CRC-64": found.crc64?.toString(),
        type: found.type,
        modified: found.lastModified.toISOString(),
        "content type": found.objectHeaders.contentType,
        "storage class": found.objectHeaders.storageClass,
        ...Object.fromEntries(
          Object.entries(found.objectHeaders.userMetadata ?? {}).map(([field, value]) => [
            `meta ${field}`,
            value,
          ]),
        ),
      });
    });
}

function print(facts: Readonly<Record<string, string | undefined>>): void {
  const known = Object.entries(facts).filter(([, value]) => value !== undefined && value !== "");
  const width = Math.max(...known.map(([name]) => name.length));
  for (const [name, value] of known) {
    process.stdout.write(`${name.padEnd(width)}  ${value}\n`);
  }
}
