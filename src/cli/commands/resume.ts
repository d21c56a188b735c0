import type { Command } from "commander";
import {
  copiedObjectNamed,
  FileJournals,
  type KeptUpload,
  userJournalFolder,
  wishesIn,
} from "../../client/node/index.ts";
import { clientCommand } from "../client-options.ts";
import { type Environment, resolveConnection } from "../connection.ts";
import { formatOssUrl, parseOssUrl } from "../oss-url.ts";
import { createOutput } from "../output.ts";
import { countOf, formatSize } from "../quantities.ts";
import type { Found } from "../transfer/find-transfers.ts";
import { runTransferList } from "../transfer/run-transfer-list.ts";
import { transferContext } from "../transfer/transfer-context.ts";
import { addMovingFlags, type TransferFlags } from "../transfer/transfer-flags.ts";
import { withWayOn } from "../transfer/way-on.ts";

interface ResumeFlags extends Omit<TransferFlags, "resume"> {
  readonly list?: true;
  readonly forget?: true;
}

export function resumeCommand(environment: Environment): Command {
  const command = clientCommand("resume")
    .description("Continue interrupted uploads and copies whose sources have not changed.")
    .argument("[place]", "only those to oss://BUCKET or oss://BUCKET/PREFIX")
    .option("--list", "only say which there are")
    .option("--forget", "forget them; what the service holds of them is for `uploads abort` to remove");
  return addMovingFlags(command).action(async (place: string | undefined, flags: ResumeFlags) => {
    const kept = await keptUploads(place, flags, environment);
    if (flags.list) {
      list(kept, flags);
      return;
    }
    if (flags.forget) {
      await forget(kept, flags);
      return;
    }
    // What is there was to be overwritten when the upload began.
    const context = transferContext({ ...flags, force: true, resume: true }, environment);
    try {
      const ifNone = "nothing to go on with: this user has no unfinished upload to that service";
      await runTransferList({ isOne: false, transfers: each(kept), ifNone }, context);
    } catch (error) {
      throw withWayOn(error, context);
    } finally {
      context.endProgress();
    }
  });
}

async function keptUploads(
  place: string | undefined,
  flags: ResumeFlags,
  environment: Environment,
): Promise<readonly KeptUpload[]> {
  const { endpoint } = await resolveConnection(flags, environment);
  const only = place === undefined ? undefined : parseOssUrl(place);
  return (await journalsOf(flags).list()).filter(
    ({ header: { target }, pid }) =>
      pid === undefined &&
      new URL(target.endpoint).origin === new URL(endpoint).origin &&
      (only === undefined || (target.bucket === only.bucket && target.key.startsWith(only.key))),
  );
}

function journalsOf({ checkpointDir }: ResumeFlags): FileJournals {
  return new FileJournals({ folder: checkpointDir ?? userJournalFolder() });
}

async function forget(kept: readonly KeptUpload[], flags: ResumeFlags): Promise<void> {
  const journals = journalsOf(flags);
  for (const upload of kept) {
    if (await journals.remove(upload)) {
      const { source, target, uploadId } = upload.header;
      process.stdout.write(`forgot ${nameOf(source.name)} to ${formatOssUrl(target)}, upload ${uploadId}\n`);
    }
  }
}

function list(kept: readonly KeptUpload[], { json }: ResumeFlags): void {
  const output = createOutput(
    { json: json ?? false },
    { out: process.stdout, progress: process.stderr, now: Date.now },
  );
  for (const { header, parts } of kept) {
    const doneBytes = parts.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    const { source, target, uploadId } = header;
    const [from, to, sizeBytes] = [nameOf(source.name), formatOssUrl(target), source.sizeBytes];
    output.event({ event: "unfinished", from, to, uploadId, doneBytes, sizeBytes });
    output.line(`${from} to ${to}: ${formatSize(doneBytes)} of ${formatSize(sizeBytes)}`);
  }
  output.line(countOf(kept.length, "upload"));
}

/** As a person knows it. */
function nameOf(name: string): string {
  const copied = copiedObjectNamed(name);
  return copied === undefined ? name || "an open file" : formatOssUrl(copied);
}

async function* each(kept: readonly KeptUpload[]): AsyncGenerator<Found> {
  for (const upload of kept) {
    yield transferOf(upload);
  }
}

function transferOf({ header }: KeptUpload): Found {
  const { name, sizeBytes, modifiedNs = "0" } = header.source;
  const { target } = header;
  // What has a journal was begun in parts, however small it is.
  const wishes = { ...wishesIn(header.wishes), multipartThreshold: 1 };
  const copied = copiedObjectNamed(name);
  if (name === "" || copied?.versionId !== undefined) {
    const what = name === "" ? "a file without a name" : "an older version";
    const problem = `it is an upload of ${what}; only the program that began it can go on with it`;
    return { type: "unmovable", place: formatOssUrl(target), problem };
  }
  const modifiedMs = Number(BigInt(modifiedNs) / 1_000_000n);
  return copied === undefined
    ? { type: "upload", source: { path: name, sizeBytes, modifiedMs }, target, wishes }
    : { type: "copy", source: { ...copied, sizeBytes, modifiedMs }, target, wishes };
}
