import type { Command } from "commander";
import { bucketOf, clientCommand, serviceOf } from "../client-options.ts";
import type { ConnectionFlags, Environment } from "../connection.ts";
import { formatOssUrl, parseOssUrl } from "../oss-url.ts";
import { createOutput, type Output } from "../output.ts";
import { formatCount } from "../quantities.ts";
import { keyGlob } from "../transfer/key-glob.ts";

interface LsFlags extends ConnectionFlags {
  readonly recursive?: true;
  readonly json?: true;
}

const PAGE_SIZE = 1000;

export function lsCommand(environment: Environment): Command {
  return clientCommand("ls")
    .description("List buckets, or the objects under a prefix.")
    .argument("[place]", "oss://BUCKET or oss://BUCKET/PREFIX, or a glob in quotes; without it, the buckets")
    .option("-r, --recursive", "everything under the prefix, not only up to the next /")
    .option("--json", "one JSON event a line instead of text")
    .action(async (place: string | undefined, flags: LsFlags) => {
      const output = createOutput(
        { json: flags.json ?? false },
        { out: process.stdout, progress: process.stderr, now: Date.now },
      );
      if (place === undefined) {
        await listBuckets(flags, environment, output);
        return;
      }
      await listObjects(place, flags, environment, output);
    });
}

async function listBuckets(flags: LsFlags, environment: Environment, output: Output): Promise<void> {
  const service = await serviceOf(flags, environment);
  let marker: string | undefined;
  do {
    const page = await service.listBuckets({
      maxKeys: PAGE_SIZE,
      ...(marker === undefined ? {} : { marker }),
    });
    for (const { name, creationDate, storageClass } of page.buckets) {
      output.event({ event: "bucket", name, creationDate: creationDate.toISOString(), storageClass });
      output.line(`${creationDate.toISOString()}  oss://${name}`);
    }
    marker = page.isTruncated ? page.nextMarker : undefined;
  } while (marker !== undefined);
}

async function listObjects(
  place: string,
  flags: LsFlags,
  environment: Environment,
  output: Output,
): Promise<void> {
  const { bucket: name, key } = parseOssUrl(place);
  const glob = keyGlob(key);
  const bucket = await bucketOf(name, flags, environment);
  let continuationToken: string | undefined;
  do {
    const page = await bucket.listObjectsV2({
      prefix: glob?.prefix ?? key,
      maxKeys: PAGE_SIZE,
      ...(flags.recursive || glob !== undefined ? {} : { delimiter: "/" }),
      ...(continuationToken === undefined ? {} : { continuationToken }),
    });
    for (const commonPrefix of page.commonPrefixes) {
      output.event({ event: "prefix", bucket: name, prefix: commonPrefix });
      output.line(`${"".padStart(40)}  ${formatOssUrl({ bucket: name, key: commonPrefix })}`);
    }
    const meant = page.objects.filter((object) => glob?.isMeant(object.key) ?? true);
    for (const { key, sizeBytes, lastModified, etag, type } of meant) {
      const time = lastModified.toISOString();
      output.event({ event: "object", bucket: name, key, sizeBytes, lastModified: time, etag, type });
      output.line(`${time}${formatCount(sizeBytes).padStart(16)}  ${formatOssUrl({ bucket: name, key })}`);
    }
    continuationToken = page.isTruncated ? page.nextContinuationToken : undefined;
  } while (continuationToken !== undefined);
}
