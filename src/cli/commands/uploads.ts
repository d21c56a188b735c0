import { Command } from "commander";
import { FileJournals, userJournalFolder } from "../../client/node/index.ts";
import { ServiceError } from "../../protocol/errors/service-error.ts";
import { ageFlag } from "../age-flag.ts";
import { bucketOf, clientCommand } from "../client-options.ts";
import { CommandError } from "../command-error.ts";
import { type ConnectionFlags, type Environment, resolveConnection } from "../connection.ts";
import { heldParts, openUploads } from "../open-uploads.ts";
import { formatOssUrl, parseOssUrl } from "../oss-url.ts";
import { createOutput } from "../output.ts";
import { countOf, formatSize } from "../quantities.ts";
import { uploadsReportCommand } from "./uploads-report.ts";

interface UploadsFlags extends ConnectionFlags {
  readonly uploadId?: string;
  /** Milliseconds. */
  readonly olderThan?: number;
  readonly json?: true;
}

export function uploadsCommand(environment: Environment): Command {
  const command = new Command("uploads").description(
    "List or abort open multipart uploads; their parts take space.",
  );
  const list = pickingCommand("ls", "List open uploads, with the bytes that they hold.");
  list.action((place: string, flags: UploadsFlags) => listUploads(place, flags, environment));
  const abort = pickingCommand("abort", "End open uploads; their parts are deleted.");
  abort.action((place: string, flags: UploadsFlags) => abortUploads(place, flags, environment));
  return command.addCommand(list).addCommand(abort).addCommand(uploadsReportCommand());
}

function pickingCommand(name: string, description: string): Command {
  return clientCommand(name)
    .description(description)
    .argument("<place>", "oss://BUCKET or oss://BUCKET/PREFIX")
    .option("--upload-id <id>", "only this one")
    .option("--older-than <age>", "only those begun longer ago, such as 7d, 12h or 30m", ageFlag)
    .option("--json", "one JSON event a line instead of text");
}

function listUploads(place: string, flags: UploadsFlags, environment: Environment): Promise<void> {
  return eachUpload(place, flags, environment, { event: "upload", verb: "", past: "open" });
}

async function abortUploads(place: string, flags: UploadsFlags, environment: Environment): Promise<void> {
  try {
    await eachUpload(place, flags, environment, { event: "aborted", verb: "aborted  ", past: "aborted" });
  } catch (error) {
    const { uploadId } = flags;
    const isDenied = error instanceof ServiceError && error.code === "AccessDenied";
    if (!isDenied || uploadId === undefined || parseOssUrl(place).key === "") {
      throw error;
    }
    await abortUnseen(place, uploadId, flags, environment);
  }
}

/** Who may only write may abort what it has begun, and neither list it nor ask what it holds. */
async function abortUnseen(
  place: string,
  uploadId: string,
  flags: UploadsFlags,
  environment: Environment,
): Promise<void> {
  const { bucket: name, key } = parseOssUrl(place);
  const bucket = await bucketOf(name, flags, environment);
  await bucket.abortMultipartUpload(key, uploadId);
  const forget = await forgetter();
  await forget(uploadId);
  const output = createOutput(
    { json: flags.json ?? false },
    { out: process.stdout, progress: process.stderr, now: Date.now },
  );
  output.event({ event: "aborted", bucket: name, key, uploadId });
  output.line(`aborted  ${uploadId}  ${formatOssUrl({ bucket: name, key })}`);
  output.line("1 upload aborted; this access key may not see what it held");
}

async function eachUpload(
  place: string,
  flags: UploadsFlags,
  environment: Environment,
  words: { readonly event: "aborted" | "upload"; readonly verb: string; readonly past: string },
): Promise<void> {
  const { bucket: name, key: prefix } = parseOssUrl(place);
  const bucket = await bucketOf(name, flags, environment);
  const output = createOutput(
    { json: flags.json ?? false },
    { out: process.stdout, progress: process.stderr, now: Date.now },
  );
  const begunBefore = Date.now() - (flags.olderThan ?? 0);
  const forget = words.event === "aborted" ? await forgetter() : undefined;
  let count = 0;
  let totalBytes = 0;
  for await (const upload of openUploads(bucket, prefix)) {
    const { key, uploadId, initiated } = upload;
    const isOther = flags.uploadId !== undefined && flags.uploadId !== uploadId;
    if (isOther || (flags.olderThan !== undefined && initiated.getTime() >= begunBefore)) {
      continue;
    }
    const held = await heldParts(bucket, upload);
    if (held === undefined) {
      continue;
    }
    const { partCount, sizeBytes } = held;
    if (forget !== undefined) {
      await bucket.abortMultipartUpload(key, uploadId);
      await forget(uploadId);
    }
    count += 1;
    totalBytes += sizeBytes;
    const facts = { bucket: name, key, uploadId, initiated: initiated.toISOString(), partCount, sizeBytes };
    output.event({ event: words.event, ...facts });
    output.line(
      `${words.verb}${initiated.toISOString()}  ${uploadId}  ${formatSize(sizeBytes).padStart(10)}  ${formatOssUrl({ bucket: name, key })}`,
    );
  }
  if (flags.uploadId !== undefined && count === 0) {
    throw new CommandError(`${place} has no open upload ${flags.uploadId}`);
  }
  output.line(`${countOf(count, "upload")} ${words.past}, ${formatSize(totalBytes)}`);
  if (words.event === "aborted" && flags.olderThan !== undefined && flags.uploadId === undefined) {
    const { endpoint } = await resolveConnection(flags, environment);
    const forgotten = await forgetOld({ endpoint, bucket: name, prefix }, begunBefore);
    if (forgotten > 0) {
      output.event({ event: "journals-forgotten", bucket: name, count: forgotten });
      output.line(`${countOf(forgotten, "journal")} of uploads that are gone forgotten`);
    }
  }
}

/** What was begun before that time, and noted nothing since, is there no more: it was ended above, or earlier. */
async function forgetOld(
  {
    endpoint,
    bucket,
    prefix,
  }: { readonly endpoint: string; readonly bucket: string; readonly prefix: string },
  timeMs: number,
): Promise<number> {
  const journals = new FileJournals({ folder: userJournalFolder() });
  const { origin } = new URL(endpoint);
  const removed = await journals.removeOlderThan(
    timeMs,
    (target) =>
      new URL(target.endpoint).origin === origin && target.bucket === bucket && target.key.startsWith(prefix),
  );
  return removed.length;
}

/** An upload that was ended on purpose is nothing for `resume` to begin anew. */
async function forgetter(): Promise<(uploadId: string) => Promise<void>> {
  const journals = new FileJournals({ folder: userJournalFolder() });
  const kept = new Map((await journals.list()).map((upload) => [upload.header.uploadId, upload]));
  return async (uploadId) => {
    const upload = kept.get(uploadId);
    if (upload !== undefined) {
      await journals.remove(upload);
    }
  };
}
