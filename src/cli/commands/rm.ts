import type { Command } from "commander";
import type { Bucket } from "../../client/node/index.ts";
import { bucketOf, clientCommand } from "../client-options.ts";
import { CommandError, UsageError } from "../command-error.ts";
import type { ConnectionFlags, Environment } from "../connection.ts";
import { commandName, typedConnection } from "../invocation.ts";
import { formatOssUrl, parseObjectUrl, parseOssUrl } from "../oss-url.ts";
import { countOf } from "../quantities.ts";
import { isThere } from "../transfer/is-there.ts";
import { type KeyGlob, keyGlob } from "../transfer/key-glob.ts";

interface RmFlags extends ConnectionFlags {
  readonly recursive?: true;
  readonly dryRun?: true;
}

const PAGE_SIZE = 1000;

export function rmCommand(environment: Environment): Command {
  return clientCommand("rm")
    .description("Delete an object, those that a glob finds, or with --recursive everything under a prefix.")
    .argument("<place>", "oss://BUCKET/KEY, a glob in quotes, or with --recursive oss://BUCKET/PREFIX")
    .option("-r, --recursive", "every object whose key begins so: oss://BUCKET/log means logs/ too")
    .option("-n, --dry-run", "say what would be deleted, and do nothing")
    .action(async (place: string, flags: RmFlags) => {
      const { bucket: name, key } = parseOssUrl(place);
      if (key === "" && !flags.recursive) {
        throw new UsageError(
          `${place} is a bucket; delete it with: ${commandName()} rb${typedConnection()} oss://${name}`,
        );
      }
      const bucket = await bucketOf(name, flags, environment);
      if (flags.dryRun) {
        await showMeant(bucket, key, flags);
        return;
      }
      if (flags.recursive) {
        const count = await deletePrefix(bucket, key);
        process.stdout.write(
          `deleted ${countOf(count, "object")} under ${formatOssUrl({ bucket: name, key })}\n`,
        );
        return;
      }
      const glob = keyGlob(key);
      if (glob !== undefined && !(await isThere(bucket, key))) {
        const count = await deleteMeant(bucket, glob, place);
        process.stdout.write(`deleted ${countOf(count, "object")} like ${place}\n`);
        return;
      }
      await deleteOne(bucket, parseObjectUrl(place).key);
      process.stdout.write(`deleted ${formatOssUrl({ bucket: name, key })}\n`);
    });
}

/** Names what the same line without --dry-run deletes. */
async function showMeant(bucket: Bucket, key: string, { recursive }: RmFlags): Promise<void> {
  const found = recursive ? undefined : keyGlob(key);
  const glob = found !== undefined && !(await isThere(bucket, key)) ? found : undefined;
  if (!recursive && glob === undefined) {
    const { key: only } = parseObjectUrl(formatOssUrl({ bucket: bucket.name, key }));
    await bucket.headObject(only);
    process.stdout.write(`would delete ${formatOssUrl({ bucket: bucket.name, key })}\n`);
    return;
  }
  let count = 0;
  let continuationToken: string | undefined;
  do {
    const page = await bucket.listObjectsV2({
      prefix: glob?.prefix ?? key,
      maxKeys: PAGE_SIZE,
      ...(continuationToken === undefined ? {} : { continuationToken }),
    });
    for (const { key: listed } of page.objects.filter((object) => glob?.isMeant(object.key) ?? true)) {
      count += 1;
      process.stdout.write(`would delete ${formatOssUrl({ bucket: bucket.name, key: listed })}\n`);
    }
    continuationToken = page.isTruncated ? page.nextContinuationToken : undefined;
  } while (continuationToken !== undefined);
  if (glob !== undefined && count === 0) {
    throw new CommandError(`nothing matches ${formatOssUrl({ bucket: bucket.name, key })}`);
  }
  process.stdout.write(`${countOf(count, "object")} would be deleted\n`);
}

// The service answers 204 for a key that is not there; a person who mistyped wants to know.
async function deleteOne(bucket: Bucket, key: string): Promise<void> {
  await bucket.headObject(key);
  await bucket.deleteObject(key);
}

async function deleteMeant(bucket: Bucket, glob: KeyGlob, place: string): Promise<number> {
  let count = 0;
  let continuationToken: string | undefined;
  do {
    const page = await bucket.listObjectsV2({
      prefix: glob.prefix,
      maxKeys: PAGE_SIZE,
      ...(continuationToken === undefined ? {} : { continuationToken }),
    });
    const keys = page.objects.map(({ key }) => key).filter(glob.isMeant);
    if (keys.length > 0) {
      count += (await bucket.deleteObjects(keys)).deleted.length;
    }
    continuationToken = page.isTruncated ? page.nextContinuationToken : undefined;
  } while (continuationToken !== undefined);
  if (count === 0) {
    throw new CommandError(`nothing matches ${place}`);
  }
  return count;
}

async function deletePrefix(bucket: Bucket, prefix: string): Promise<number> {
  let count = 0;
  for (;;) {
    // Always the first page: what was listed before is gone.
    const page = await bucket.listObjectsV2({ prefix, maxKeys: PAGE_SIZE });
    if (page.objects.length === 0) {
      return count;
    }
    const { deleted } = await bucket.deleteObjects(page.objects.map(({ key }) => key));
    if (deleted.length === 0) {
      throw new CommandError(
        `the service deletes none of ${countOf(page.objects.length, "object")}, such as ${page.objects[0]?.key}; are they protected?`,
      );
    }
    count += deleted.length;
  }
}
