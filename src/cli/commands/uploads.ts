import type { Command } from "commander";
import type { Bucket } from "../../client/node/index.ts";
import type { ListedUpload } from "../../protocol/operations/list-multipart-uploads.ts";
import { bucketOf, clientCommand } from "../client-options.ts";
import { CommandError } from "../command-error.ts";
import type { ConnectionFlags, Environment } from "../connection.ts";
import { formatOssUrl, parseOssUrl } from "../oss-url.ts";

interface UploadsFlags extends ConnectionFlags {
  readonly abort?: true;
  readonly uploadId?: string;
}

const PAGE_SIZE = 1000;

export function uploadsCommand(environment: Environment): Command {
  return clientCommand("uploads")
    .description("List the multipart uploads that are still open; their parts take space until they end.")
    .argument("<place>", "oss://BUCKET or oss://BUCKET/PREFIX")
    .option("--abort", "end them; their parts are deleted")
    .option("--upload-id <id>", "only this one")
    .action(async (place: string, flags: UploadsFlags) => {
      const { bucket: name, key: prefix } = parseOssUrl(place);
      const bucket = await bucketOf(name, flags, environment);
      let count = 0;
      for await (const { key, uploadId, initiated } of openUploads(bucket, prefix)) {
        if (flags.uploadId !== undefined && flags.uploadId !== uploadId) {
          continue;
        }
        if (flags.abort) {
          await bucket.abortMultipartUpload(key, uploadId);
        }
        count += 1;
        const verb = flags.abort ? "aborted  " : "";
        process.stdout.write(
          `${verb}${initiated.toISOString()}  ${uploadId}  ${formatOssUrl({ bucket: name, key })}\n`,
        );
      }
      if (flags.uploadId !== undefined && count === 0) {
        throw new CommandError(`${place} has no open upload ${flags.uploadId}`);
      }
      process.stdout.write(`${count} ${flags.abort ? "aborted" : "open"}\n`);
    });
}

async function* openUploads(bucket: Bucket, prefix: string): AsyncGenerator<ListedUpload> {
  let markers: { keyMarker: string; uploadIdMarker: string } | undefined;
  do {
    const page = await bucket.listMultipartUploads({
      prefix,
      maxUploads: PAGE_SIZE,
      ...markers,
    });
    yield* page.uploads;
    markers = page.isTruncated
      ? { keyMarker: page.nextKeyMarker, uploadIdMarker: page.nextUploadIdMarker }
      : undefined;
  } while (markers !== undefined);
}
