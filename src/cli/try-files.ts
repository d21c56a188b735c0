// The main job: files into the bucket in parts, then two proofs that what arrived is what was sent.

import { basename } from "node:path";
import { Bucket, type UploadResult } from "../client/node/index.ts";
import { shellWord } from "../client/node/resume-command.ts";
import { CommandError } from "./command-error.ts";
import { readCredentials } from "./data-folder.ts";
import { commandName } from "./invocation.ts";
import { formatOssUrl } from "./oss-url.ts";
import { type Output, uploadFigures } from "./output.ts";
import { describeSize, formatCount, formatDuration, formatRate, formatSize } from "./quantities.ts";
import { compareWithFile } from "./read-back.ts";
import type { ServerProcess } from "./server-process.ts";

export interface TryFilesOptions {
  readonly data: string;
  readonly server: ServerProcess;
  readonly bucket: string;
  readonly output: Output;
  readonly signal: AbortSignal;
  readonly partSizeBytes?: number;
  readonly concurrency?: number;
}

export interface TryTarget {
  readonly bucket: string;
  readonly key: string;
}

/** @throws {CommandError} when a file is no file, or what was read back differs; whatever the upload throws */
export async function tryFiles(
  files: readonly string[],
  options: TryFilesOptions,
): Promise<readonly TryTarget[]> {
  const { data, server, bucket: name, signal } = options;
  const auth = await readCredentials(data);
  if (!auth) {
    throw new CommandError(
      `${data} has no credentials although its server runs; is another program changing it?`,
    );
  }
  const bucket = new Bucket(auth, server.endpoint, name, { region: server.region });
  await bucket.createBucket({ signal });
  const targets: TryTarget[] = [];
  for (const [index, key] of keysOf(files).entries()) {
    try {
      await tryFile(files[index] ?? "", key, bucket, options);
    } catch (failure) {
      // A dead server is the cause; the broken connection is only how it showed.
      throw server.died.aborted ? server.died.reason : failure;
    } finally {
      options.output.endProgress();
    }
    signal.throwIfAborted();
    targets.push({ bucket: name, key });
  }
  return targets;
}

/** The lines to type next. */
export function describeNextSteps(
  targets: readonly TryTarget[],
  { data, keepServing = false }: { readonly data: string; readonly keepServing?: boolean },
  output: Output,
): void {
  const folder = shellWord(data);
  const [first] = targets;
  output.line();
  if (!keepServing) {
    output.line("Next:");
    output.line(`  ${commandName()} serve --data ${folder}`);
  }
  if (first) {
    output.line(keepServing ? "From another terminal:" : "and from another terminal:");
    const copy = shellWord(`./copy-of-${basename(first.key)}`);
    output.line(`  ${commandName()} cp --data ${folder} ${shellWord(formatOssUrl(first))} ${copy}`);
  }
}

async function tryFile(file: string, key: string, bucket: Bucket, options: TryFilesOptions): Promise<void> {
  const { output, signal, partSizeBytes, concurrency } = options;
  const startedAtMs = Date.now();
  const result = await bucket.upload(key, file, {
    // Parts whatever the size: that is what this command shows.
    multipartThreshold: 0,
    // There is nothing to go on with on a server that is made for this.
    checkpoint: false,
    signal,
    ...(partSizeBytes === undefined ? {} : { partSize: partSizeBytes }),
    ...(concurrency === undefined ? {} : { concurrency }),
    onProgress: (progress) =>
      output.progress({
        ...uploadFigures(progress),
        label: basename(file),
        elapsedMs: Date.now() - startedAtMs,
      }),
  });
  const uploadMs = Date.now() - startedAtMs;
  output.endProgress();
  const readBackStartedAtMs = Date.now();
  await compareWithFile(await bucket.getObject(key, { signal }), file, (bytesSent) =>
    output.progress({
      label: `reading back ${basename(file)}`,
      bytesSent,
      totalBytes: result.sizeBytes,
      elapsedMs: Date.now() - readBackStartedAtMs,
    }),
  );
  const readBackMs = Date.now() - readBackStartedAtMs;
  report(file, result, { uploadMs, readBackMs }, options);
}

function report(
  file: string,
  result: UploadResult,
  { uploadMs, readBackMs }: { readonly uploadMs: number; readonly readBackMs: number },
  { output, data }: TryFilesOptions,
): void {
  const { bucket, key, sizeBytes, partCount, partSizeBytes, method, etag, crc64 } = result;
  const bytesPerSecond = (sizeBytes * 1000) / Math.max(uploadMs, 1);
  output.event({
    event: "verified",
    file,
    bucket,
    key,
    sizeBytes,
    method,
    partCount,
    partSizeBytes,
    etag,
    crc64,
    uploadMs,
    readBackMs,
    bytesPerSecond: Math.round(bytesPerSecond),
    data,
  });
  const parts =
    method === "put"
      ? "none: an empty file is sent as PutObject"
      : `${formatCount(partCount)} of ${formatSize(Math.min(partSizeBytes, sizeBytes))}${partCount > 1 ? ", the last may be shorter" : ""}`;
  output.line();
  output.line(`Uploaded ${file} to ${formatOssUrl({ bucket, key })}`);
  output.line(`  size       ${describeSize(sizeBytes)}`);
  output.line(`  parts      ${parts}`);
  output.line(`  ETag       ${etag}`);
  output.line(
    `  CRC-64     ${crc64}, ${method === "put" ? "" : "combined from the parts and "}equal to the server's`,
  );
  output.line(`  time       ${formatDuration(uploadMs)}, ${formatRate(bytesPerSecond)}`);
  output.line(`  read back  equal to the file, byte for byte, in ${formatDuration(readBackMs)}`);
  output.line(`  data       ${data}`);
}

/** File names as keys; a name that occurs twice is numbered. */
function keysOf(files: readonly string[]): readonly string[] {
  const seen = new Map<string, number>();
  return files.map((file) => {
    const name = basename(file);
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return count === 1 ? name : `${count}/${name}`;
  });
}
