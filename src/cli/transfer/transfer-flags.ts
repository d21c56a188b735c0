// The flags that all commands which move bytes have, and what they mean to the client.
import { type Command, InvalidArgumentError, Option } from "commander";
import type { UploadOptions } from "../../client/node/index.ts";
import type { ObjectHeaders } from "../../protocol/fields/object-headers.ts";
import { countFlag, partSizeFlag } from "../client-options.ts";
import type { ConnectionFlags } from "../connection.ts";
import { parseDuration, parseSize } from "../quantities.ts";
import type { NameFilterFlags } from "./name-filter.ts";
import type { OverwriteFlags } from "./overwrite-policy.ts";

export interface TransferFlags extends ConnectionFlags, NameFilterFlags, OverwriteFlags {
  readonly partSize?: number;
  readonly parallel?: number;
  readonly jobs: number;
  readonly bandwidthLimit?: number;
  /** Milliseconds. */
  readonly retryFor?: number;
  readonly verify?: "crc64" | "none" | "readback";
  readonly checkpointDir?: string;
  /** False with --no-resume. */
  readonly resume: boolean;
  readonly explain?: true;
  readonly dryRun?: true;
  readonly json?: true;
  readonly meta?: Readonly<Record<string, string>>;
  readonly acl?: NonNullable<UploadOptions["objectAcl"]>;
  readonly storageClass?: string;
  readonly tagging?: Readonly<Record<string, string>>;
  readonly contentType?: string;
  readonly cacheControl?: string;
  readonly contentDisposition?: string;
  readonly contentEncoding?: string;
}

const JOB_COUNT_DEFAULT = 4;
const PARALLEL_MAX = 256;

/** For a command that begins transfers, and says what the objects shall be like. */
export function addTransferFlags(command: Command): Command {
  return addMovingFlags(command)
    .option("--include <glob>", "only names that match, such as '*.log'; may be repeated", collect)
    .option("--exclude <glob>", "leave out names that match; may be repeated", collect)
    .option(
      "--no-resume",
      "begin anew, and keep no record for going on; what a failure leaves is kept all the same",
    )
    .option(
      "--meta <name=value>",
      "user metadata (x-oss-meta-NAME) of what is uploaded; may be repeated",
      pairs,
    )
    .addOption(
      new Option("--acl <acl>", "of what is uploaded").choices([
        "default",
        "private",
        "public-read",
        "public-read-write",
      ]),
    )
    .option("--storage-class <class>", "of what is uploaded, such as IA")
    .option("--tagging <name=value>", "a tag of what is uploaded; may be repeated", pairs)
    .option("--content-type <type>", "of what is uploaded (default: by the name's extension)")
    .option("--cache-control <words>", "of what is uploaded")
    .option("--content-disposition <words>", "of what is uploaded")
    .option("--content-encoding <words>", "of what is uploaded");
}

/** For a command that moves bytes, of transfers that may have begun earlier. */
export function addMovingFlags(command: Command): Command {
  return command
    .option("--part-size <size>", "of every part but the last, such as 16MiB (default: chosen)", partSizeFlag)
    .option(
      "--parallel <count>",
      "parts at the same time, of all files together (default: found by measuring)",
      countFlag({ min: 1, max: PARALLEL_MAX }),
    )
    .option("--jobs <count>", "files at the same time", countFlag({ min: 1, max: 64 }), JOB_COUNT_DEFAULT)
    .option("--bandwidth-limit <rate>", "bytes a second of all files together, such as 10MiB", rateFlag)
    .option(
      "--retry-for <time>",
      "how long to wait for a service that has answered and cannot be reached now (default: 2m)",
      waitFlag,
    )
    .addOption(
      new Option("--verify <how>", "how an upload is checked at its end (default: crc64)").choices([
        "crc64",
        "readback",
        "none",
      ]),
    )
    .option(
      "--checkpoint-dir <folder>",
      "where unfinished uploads are recorded (default: in the user's home)",
    )
    .option("--explain", "say how each file is cut into parts, and why")
    .option("-n, --dry-run", "say what would be done, and do nothing")
    .option("--json", "one JSON event a line instead of text");
}

/** What the flags ask of one upload. */
export function uploadOptionsOf(flags: TransferFlags): UploadOptions {
  const { partSize, verify, checkpointDir, resume, forbidOverwrite, tagging, acl } = flags;
  return {
    partSize,
    verify,
    tags: tagging,
    objectAcl: acl,
    checkpoint: resume ? checkpointDir : false,
    objectHeaders: objectHeadersOf(flags),
    ...(forbidOverwrite ? { forbidOverwrite } : {}),
  };
}

function objectHeadersOf(flags: TransferFlags): ObjectHeaders {
  const { contentType, cacheControl, contentDisposition, contentEncoding, storageClass, meta } = flags;
  const known = {
    contentType,
    cacheControl,
    contentDisposition,
    contentEncoding,
    storageClass,
    userMetadata: meta,
  };
  return Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined));
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

/** @throws {InvalidArgumentError} */
function pairs(
  text: string,
  before: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const at = text.indexOf("=");
  if (at < 1) {
    throw new InvalidArgumentError("write NAME=VALUE.");
  }
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) };
}

/** @throws {InvalidArgumentError} */
function waitFlag(text: string): number {
  const waitMs = text === "0" ? 0 : parseDuration(text);
  if (waitMs === undefined) {
    throw new InvalidArgumentError("write a time such as 30s, 2m, 1h or 0.");
  }
  return waitMs;
}

/** @throws {InvalidArgumentError} */
function rateFlag(text: string): number {
  const bytesPerSecond = parseSize(text.replace(/\/s$/i, ""));
  if (bytesPerSecond === undefined || bytesPerSecond < 1) {
    throw new InvalidArgumentError("write bytes a second, such as 500k or 10MiB.");
  }
  return bytesPerSecond;
}
