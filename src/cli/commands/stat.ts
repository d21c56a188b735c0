import type { Command } from "commander";
import { bucketOf, clientCommand } from "../client-options.ts";
import type { ConnectionFlags, Environment } from "../connection.ts";
import { parseObjectUrl, parseOssUrl } from "../oss-url.ts";
import { createOutput, type Output } from "../output.ts";
import { describeSize } from "../quantities.ts";

interface StatFlags extends ConnectionFlags {
  readonly json?: true;
}

export function statCommand(environment: Environment): Command {
  return clientCommand("stat")
    .description("Show what is known about an object, or a bucket.")
    .argument("<place>", "oss://BUCKET/KEY or oss://BUCKET")
    .option("--json", "one JSON event instead of text")
    .action(async (place: string, flags: StatFlags) => {
      const output = createOutput(
        { json: flags.json ?? false },
        { out: process.stdout, progress: process.stderr, now: Date.now },
      );
      const { bucket: name, key } = parseOssUrl(place);
      const bucket = await bucketOf(name, flags, environment);
      if (key === "") {
        const found = await bucket.getBucketInfo();
        output.event({ event: "bucket", ...found });
        print(output, {
          bucket: found.name,
          created: found.creationDate.toISOString(),
          location: found.location,
          "storage class": found.storageClass,
          acl: found.acl,
        });
        return;
      }
      const found = await bucket.headObject(parseObjectUrl(place).key);
      output.event({ event: "object", bucket: name, key, ...found });
      const {
        userMetadata = {},
        contentType,
        cacheControl,
        contentDisposition,
        contentEncoding,
        storageClass,
      } = found.objectHeaders;
      print(output, {
        key,
        size: describeSize(found.sizeBytes),
        ETag: found.etag,
        "CRC-64": found.crc64?.toString(),
        type: found.type,
        modified: found.lastModified.toISOString(),
        "content type": contentType,
        "cache control": cacheControl,
        disposition: contentDisposition,
        encoding: contentEncoding,
        "storage class": storageClass,
        version: found.versionId,
        tags: found.taggingCount?.toString(),
        ...Object.fromEntries(Object.entries(userMetadata).map(([field, value]) => [`meta ${field}`, value])),
      });
    });
}

function print(output: Output, facts: Readonly<Record<string, string | undefined>>): void {
  const known = Object.entries(facts).filter(([, value]) => value !== undefined && value !== "");
  const width = Math.max(...known.map(([name]) => name.length));
  for (const [name, value] of known) {
    output.line(`${name.padEnd(width)}  ${value}`);
  }
}
