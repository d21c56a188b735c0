import type { Command } from "commander";
import { FileJournals, type KeptUpload, userJournalFolder, wishesIn } from "../../client/node/index.ts";
import { clientCommand } from "../client-options.ts";
import { CommandError } from "../command-error.ts";
import { type Environment, resolveConnection } from "../connection.ts";
import { formatOssUrl, parseOssUrl } from "../oss-url.ts";
import { countOf, formatSize } from "../quantities.ts";
import type { Found } from "../transfer/find-transfers.ts";
import { runTransferList } from "../transfer/run-transfer-list.ts";
import { transferContext } from "../transfer/transfer-context.ts";
import { addTransferFlags, type TransferFlags } from "../transfer/transfer-flags.ts";

interface ResumeFlags extends TransferFlags {
  readonly list?: true;
}

export function resumeCommand(environment: Environment): Command {
  const command = clientCommand("resume")
    .description("Go on with uploads that ended early, of files that are still the same.")
    .argument("[place]", "only those to oss://BUCKET or oss://BUCKET/PREFIX")
    .option("--list", "only say which there are");
  return addTransferFlags(command).action(async (place: string | undefined, flags: ResumeFlags) => {
    const kept = await keptUploads(place, flags, environment);
    if (kept.length === 0) {
      throw new CommandError("no upload of this user to that service has ended early");
    }
    if (flags.list) {
      list(kept);
      return;
    }
    // What is there was to be overwritten when the upload began.
    const context = transferContext({ ...flags, force: true }, environment);
    try {
      await runTransferList({ isOne: false, transfers: each(kept) }, context);
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
  const journals = new FileJournals({ folder: flags.checkpointDir ?? userJournalFolder() });
  return (await journals.list()).filter(
    ({ header: { target }, pid }) =>
      pid === undefined &&
      new URL(target.endpoint).origin === new URL(endpoint).origin &&
      (only === undefined || (target.bucket === only.bucket && target.key.startsWith(only.key))),
  );
}

function list(kept: readonly KeptUpload[]): void {
  for (const { header, parts } of kept) {
    const doneBytes = parts.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    const share = `${formatSize(doneBytes)} of ${formatSize(header.source.sizeBytes)}`;
    process.stdout.write(`${header.source.name} to ${formatOssUrl(header.target)}: ${share}\n`);
  }
  process.stdout.write(`${countOf(kept.length, "upload")}\n`);
}

async function* each(kept: readonly KeptUpload[]): AsyncGenerator<Found> {
  for (const { header } of kept) {
    const { name: path, sizeBytes } = header.source;
    const source = { path, sizeBytes, modifiedMs: undefined };
    yield { type: "upload", source, target: header.target, wishes: wishesIn(header.wishes) };
  }
}
