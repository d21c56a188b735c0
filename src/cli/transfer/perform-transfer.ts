// One transfer, done: what it moves, what it tells meanwhile, and the line at its end.

import { once } from "node:events";
import { mkdir, rm, utimes } from "node:fs/promises";
import { dirname } from "node:path";
import type { Bucket, UploadEvent, UploadOptions, UploadResult } from "../../client/node/index.ts";
import { formatOssUrl } from "../oss-url.ts";
import type { Output } from "../output.ts";
import { countOf, formatDuration, formatRate, formatSize } from "../quantities.ts";
import { STREAM } from "./find-local.ts";
import { objectBytes } from "./object-bytes.ts";
import type { ProgressBoard } from "./progress-board.ts";
import { fromOf, type Transfer, toOf } from "./transfer.ts";
import { streamLeft } from "./way-on.ts";

export interface PerformContext {
  readonly signal: AbortSignal;
  readonly output: Output;
  readonly board: ProgressBoard;
  readonly uploadOptions: UploadOptions;
  readonly isExplained: boolean;
  bucket(name: string): Promise<Bucket>;
  /** A line for people on standard error. */
  warn(line: string): void;
}

export async function performTransfer(transfer: Transfer, context: PerformContext): Promise<void> {
  const startedAtMs = Date.now();
  const done = await moved(transfer, context);
  const tookMs = Date.now() - startedAtMs;
  const { event, facts, words, sizeBytes } = done;
  const to = toOf(transfer);
  if (to === STREAM) {
    // Standard output has the object itself.
    return;
  }
  context.output.event({ event, from: fromOf(transfer), to, ...facts, tookMs });
  const way = to === undefined ? `deleted ${fromOf(transfer)}` : `${fromOf(transfer)} to ${to}`;
  const amount = sizeBytes === undefined ? "" : `: ${summary(sizeBytes, tookMs)}`;
  context.output.line(`${way}${amount}${words}`);
}

interface Moved {
  readonly event: string;
  readonly facts: Readonly<Record<string, unknown>>;
  readonly words: string;
  readonly sizeBytes?: number;
}

async function moved(transfer: Transfer, context: PerformContext): Promise<Moved> {
  switch (transfer.type) {
    case "upload":
      return uploaded(transfer, context);
    case "download":
      return transfer.path === STREAM ? streamed(transfer, context) : downloaded(transfer, context);
    case "copy":
      return copied(transfer, context);
    case "delete-object": {
      const bucket = await context.bucket(transfer.target.bucket);
      await bucket.deleteObject(transfer.target.key, { signal: context.signal });
      return { event: "deleted", facts: {}, words: "" };
    }
    case "delete-file":
      await rm(transfer.path);
      return { event: "deleted", facts: {}, words: "" };
  }
}

async function uploaded(
  { source, target, wishes = {} }: Transfer & { readonly type: "upload" },
  context: PerformContext,
): Promise<Moved> {
  const bucket = await context.bucket(target.bucket);
  const onEvent = (event: UploadEvent) => tellUpload(event, source.path, context);
  const input = source.path === STREAM ? process.stdin : source.path;
  const options = { ...context.uploadOptions, ...wishes, signal: context.signal, onEvent };
  const handle = bucket.upload(target.key, input, options);
  const result = await handle.catch((error: unknown) => {
    const { arePartsLeft, uploadId } = handle.progress;
    if (source.path === STREAM && arePartsLeft === true && uploadId !== undefined) {
      context.warn(streamLeft(target, uploadId));
    }
    throw error;
  });
  const { parts, ...facts } = result;
  const how = result.method === "put" ? "in one piece" : `in ${countOf(parts.length, "part")}`;
  const kept =
    result.resumed === undefined ? "" : `, ${formatSize(result.resumed.keptBytes)} kept from before`;
  if (context.isExplained) {
    context.output.line(`${source.path}: ${costOf(result)}`);
  }
  return {
    event: "uploaded",
    facts: { file: source.path, ...facts },
    words: ` ${how}${kept}, CRC-64 ${result.crc64} ${checkOf(result)}`,
    sizeBytes: result.sizeBytes,
  };
}

function checkOf({ verified }: UploadResult): string {
  const told = verified.includes("crc64")
    ? "verified"
    : verified.includes("parts-crc64")
      ? "of each part verified, of the whole not"
      : "not verified: the service tells none";
  return verified.includes("readback") ? `${told}${told === "verified" ? " and" : ";"} read back` : told;
}

function costOf({ statistics }: UploadResult): string {
  const { concurrency, extraBytes, retryCount, duplicateCount } = statistics;
  return (
    `at most ${concurrency} at a time, ${countOf(retryCount, "request")} sent again, ` +
    `${countOf(duplicateCount, "part")} sent twice for being slow, ${formatSize(extraBytes)} more than needed`
  );
}

function tellUpload(event: UploadEvent, path: string, context: PerformContext): void {
  const { output, board, warn } = context;
  if (event.type === "progress") {
    const { bytesSent, totalBytes, partsDone, partsInFlight, partCount } = event;
    board.update(path, { bytesSent, totalBytes, parts: { partsDone, partsInFlight, partCount } });
    return;
  }
  if (event.type === "done" || event.type === "failed") {
    // Told by the line or the error at the end.
    return;
  }
  output.event({ event: `upload-${event.type}`, file: path, ...event, type: undefined });
  if (event.type === "warning") {
    warn(`${path}: ${event.message}`);
  } else if (event.type === "continued") {
    const kept = `${countOf(event.keptPartCount, "part")} (${formatSize(event.keptBytes)})`;
    output.line(`${path}: going on; ${kept} of an earlier run are there already`);
  } else if (event.type === "restarted") {
    output.line(`${path}: beginning anew: ${event.reason}`);
  } else if (context.isExplained && event.type === "planned") {
    for (const reason of event.reasons) {
      output.line(`${path}: ${reason}`);
    }
  } else if (context.isExplained && event.type === "window") {
    output.line(`${path}: ${event.reason}`);
  } else if (context.isExplained && event.type === "recut") {
    output.line(`${path}: ${event.reason}`);
  }
}

async function downloaded(
  { source, path, keepsTime }: Transfer & { readonly type: "download" },
  { signal, board, ...context }: PerformContext,
): Promise<Moved> {
  const bucket = await context.bucket(source.bucket);
  await mkdir(dirname(path), { recursive: true });
  const result = await bucket.download(source.key, path, {
    signal,
    onProgress: ({ receivedBytes, totalBytes }) =>
      board.update(formatOssUrl(source), { bytesSent: receivedBytes, totalBytes }),
  });
  if (keepsTime) {
    const time = new Date(source.modifiedMs);
    await utimes(path, time, time);
  }
  const check = result.isChecked
    ? `, CRC-64 ${result.crc64} verified`
    : ", the service sent no CRC-64 to compare";
  const kept = result.keptBytes === 0 ? "" : `, ${formatSize(result.keptBytes)} kept from before`;
  return {
    event: "downloaded",
    facts: { file: path, ...result },
    words: `${kept}${check}`,
    sizeBytes: result.sizeBytes,
  };
}

/** To standard output, as it comes; its last step fails if the whole is not what the service has. */
async function streamed(
  { source }: Transfer & { readonly type: "download" },
  { signal, ...context }: PerformContext,
): Promise<Moved> {
  const bucket = await context.bucket(source.bucket);
  const out = process.stdout;
  let sizeBytes = 0;
  for await (const chunk of objectBytes(bucket, source, signal)) {
    sizeBytes += chunk.byteLength;
    if (!out.write(chunk)) {
      await once(out, "drain", { signal });
    }
  }
  return { event: "downloaded", facts: {}, words: "", sizeBytes };
}

async function copied(
  { source, target, wishes = {} }: Transfer & { readonly type: "copy" },
  { signal, uploadOptions, board, ...context }: PerformContext,
): Promise<Moved> {
  const bucket = await context.bucket(target.bucket);
  const { bucket: sourceBucket, key } = source;
  const { objectHeaders, verify: _, ...options } = { ...uploadOptions, ...wishes };
  const result = await bucket.copy(
    target.key,
    { bucket: sourceBucket, key },
    {
      ...options,
      // Headers that nobody asks for are the source's own.
      ...(objectHeaders === undefined || Object.keys(objectHeaders).length === 0 ? {} : { objectHeaders }),
      signal,
      onProgress: ({ bytesSent, totalBytes, partsDone, partsInFlight, partCount }) =>
        board.update(formatOssUrl(source), {
          bytesSent,
          totalBytes,
          parts: { partsDone, partsInFlight, partCount },
        }),
    },
  );
  const how = result.method === "copy" ? "in one call" : `in ${countOf(result.partCount, "part")}`;
  const kept =
    result.resumed === undefined ? "" : `, ${formatSize(result.resumed.keptBytes)} kept from before`;
  const check = result.crc64 === undefined ? "" : `, CRC-64 ${result.crc64} verified`;
  return {
    event: "copied",
    facts: { ...result },
    words: ` ${how}${kept}${check}`,
    sizeBytes: source.sizeBytes,
  };
}

function summary(sizeBytes: number, tookMs: number): string {
  const rate = formatRate((sizeBytes * 1000) / Math.max(tookMs, 1));
  return `${formatSize(sizeBytes)} in ${formatDuration(tookMs)} (${rate})`;
}
