import { basename } from "node:path";
import type { Command } from "commander";
import { bucketOf, clientCommand, countFlag, partSizeFlag } from "../client-options.ts";
import { CommandError } from "../command-error.ts";
import type { ConnectionFlags, Environment } from "../connection.ts";
import { downloadTarget } from "../download-target.ts";
import { describeFailure } from "../failure.ts";
import { listenForInterruption } from "../interruption.ts";
import { commandName, shellWord } from "../invocation.ts";
import { formatOssUrl, isOssUrl, parseObjectUrl, parseOssUrl } from "../oss-url.ts";
import { createOutput, type Output, uploadFigures } from "../output.ts";
import { countOf, formatDuration, formatRate, formatSize } from "../quantities.ts";
import { assertIsFile } from "../uploadable-files.ts";

/** Over ten seconds and more, so that an upload survives the restart of a server. */
const UPLOAD_ATTEMPT_COUNT = 7;

interface CpFlags extends ConnectionFlags {
  readonly partSize?: number;
  readonly parallel?: number;
  readonly forbidOverwrite?: true;
  readonly json?: true;
}

interface CpContext {
  readonly flags: CpFlags;
  readonly environment: Environment;
  readonly output: Output;
  readonly signal: AbortSignal;
}

export function cpCommand(environment: Environment): Command {
  return clientCommand("cp")
    .description("Copy a file to object storage, in parts when it is large, or an object to a file.")
    .argument("<from>", "a file, or oss://BUCKET/KEY")
    .argument("<to>", "oss://BUCKET/KEY (a KEY that ends in / takes the file's name), or a file or folder")
    .option("--part-size <size>", "of every part but the last, such as 16MiB", partSizeFlag)
    .option("--parallel <count>", "parts at the same time (default: 4)", countFlag({ min: 1, max: 64 }))
    .option("--forbid-overwrite", "fail when the object exists")
    .option("--json", "one JSON event a line instead of text")
    .action(async (from: string, to: string, flags: CpFlags) => {
      const output = createOutput(
        { json: flags.json ?? false },
        { out: process.stdout, progress: process.stderr, now: Date.now },
      );
      const context = { flags, environment, output, signal: listenForInterruption() };
      try {
        await copy(from, to, context);
      } finally {
        output.endProgress();
      }
    });
}

async function copy(from: string, to: string, context: CpContext): Promise<void> {
  if (isOssUrl(from) && isOssUrl(to)) {
    throw new CommandError(
      "cp copies between this machine and object storage; one of the two must be a file",
    );
  }
  if (isOssUrl(to)) {
    return upload(from, to, context);
  }
  if (isOssUrl(from)) {
    return download(from, to, context);
  }
  throw new CommandError(`neither "${from}" nor "${to}" is in object storage; write one as oss://BUCKET/KEY`);
}

async function upload(
  path: string,
  to: string,
  { flags, environment, output, signal }: CpContext,
): Promise<void> {
  const target = parseOssUrl(to);
  const isFolder = target.key === "" || target.key.endsWith("/");
  const key = isFolder ? `${target.key}${basename(path)}` : target.key;
  parseObjectUrl(formatOssUrl({ ...target, key }));
  await assertIsFile(path);
  const bucket = await bucketOf(target.bucket, flags, environment, { attempts: UPLOAD_ATTEMPT_COUNT });
  const startedAtMs = Date.now();
  let arePartsLeft = false;
  const uploading = bucket.upload(key, path, {
    signal,
    checkpoint: false,
    ...(flags.partSize === undefined ? {} : { partSize: flags.partSize }),
    ...(flags.parallel === undefined ? {} : { concurrency: flags.parallel }),
    ...(flags.forbidOverwrite ? { forbidOverwrite: true } : {}),
    onProgress: (progress) => {
      arePartsLeft = progress.arePartsLeft === true;
      output.progress({
        ...uploadFigures(progress),
        label: basename(path),
        elapsedMs: Date.now() - startedAtMs,
      });
    },
  });
  const result = await uploading.catch((cause: unknown) => {
    throw arePartsLeft ? withPartsLeft(cause, formatOssUrl({ bucket: target.bucket, key })) : cause;
  });
  const tookMs = Date.now() - startedAtMs;
  const how = result.method === "put" ? "in one piece" : `in ${countOf(result.partCount, "part")}`;
  const { parts: _, ...facts } = result;
  output.event({ event: "uploaded", file: path, ...facts, tookMs });
  output.line(
    `${path} to ${formatOssUrl({ bucket: target.bucket, key })}: ${summary(result.sizeBytes, tookMs)} ${how}, CRC-64 ${result.crc64} verified`,
  );
}

/** When the service is out of reach, so are the parts that it has; whoever pays for them should know. */
function withPartsLeft(cause: unknown, place: string): CommandError {
  const remove = `${commandName()} uploads --abort ${shellWord(place)}`;
  return new CommandError(
    `${describeFailure(cause)}; parts may be left there, which this removes later: ${remove}`,
    { cause },
  );
}

async function download(
  from: string,
  to: string,
  { flags, environment, output, signal }: CpContext,
): Promise<void> {
  const source = parseObjectUrl(from);
  const path = await downloadTarget(to, source.key);
  const bucket = await bucketOf(source.bucket, flags, environment);
  const startedAtMs = Date.now();
  // Loaded here, so that the other commands start without the CRC-64.
  const { downloadObject } = await import("../download.ts");
  const result = await downloadObject(bucket, source.key, path, {
    signal,
    onProgress: (bytesSent, totalBytes) =>
      output.progress({
        label: basename(path),
        bytesSent,
        totalBytes,
        elapsedMs: Date.now() - startedAtMs,
      }),
  });
  const tookMs = Date.now() - startedAtMs;
  output.event({ event: "downloaded", file: path, ...source, ...result, tookMs });
  const check = result.isChecked
    ? `CRC-64 ${result.crc64} verified`
    : "the service sent no CRC-64 to compare";
  output.line(`${from} to ${path}: ${summary(result.sizeBytes, tookMs)}, ${check}`);
}

function summary(sizeBytes: number, tookMs: number): string {
  const rate = formatRate((sizeBytes * 1000) / Math.max(tookMs, 1));
  return `${formatSize(sizeBytes)} in ${formatDuration(tookMs)} (${rate})`;
}
