import type { Command } from "commander";
import { clientCommand } from "../client-options.ts";
import { UsageError } from "../command-error.ts";
import type { Environment } from "../connection.ts";
import { parseObjectUrl } from "../oss-url.ts";
import { STREAM } from "../transfer/find-local.ts";
import { findTransfers } from "../transfer/find-transfers.ts";
import { nameFilter } from "../transfer/name-filter.ts";
import { runTransferList } from "../transfer/run-transfer-list.ts";
import { transferContext } from "../transfer/transfer-context.ts";
import { addTransferFlags, type TransferFlags } from "../transfer/transfer-flags.ts";
import { withWayOn } from "../transfer/way-on.ts";

interface CpFlags extends TransferFlags {
  readonly recursive?: true;
}

const DETAILS = `
FROM is a file, a folder with -r, a glob in quotes such as 'logs/*.gz', - for standard input, or oss://BUCKET/KEY.
TO is oss://BUCKET/KEY, where a KEY that ends in / takes the files' names; or a file, a folder, or - for standard output.
When the same line is typed again, what ended early goes on: an upload or a copy after the parts that were sent, a
download after the ranges of 8 MiB that arrived whole. Standard input and output begin anew; what was sent of a stream is kept.`;

export function cpCommand(environment: Environment): Command {
  const command = clientCommand("cp")
    .description(
      "Copy files to object storage, in parts when they are large, or objects to files, or objects to objects.",
    )
    .argument("[places...]", "FROM... TO")
    .option("-r, --recursive", "what is in a folder, or under a prefix")
    .option("-f, --force", "overwrite what is there without asking")
    .option("-u, --update", "overwrite only what has another size or is older")
    .option("--forbid-overwrite", "fail when the object exists; the service itself sees to it")
    .usage("[options] <from...> <to>")
    .addHelpText("after", DETAILS);
  return addTransferFlags(command).action(async (places: string[], flags: CpFlags) => {
    const sources = places.slice(0, -1);
    const target = places.at(-1);
    if (sources.length === 0 || target === undefined) {
      throw new UsageError("cp needs to know from where and to where: cp FROM... TO");
    }
    await copy(sources, target, flags, environment);
  });
}

/** `cat` is `cp` to standard output. */
export function catCommand(environment: Environment): Command {
  return clientCommand("cat")
    .description("Write an object to standard output; fails at the end if the checksum differs.")
    .argument("<object>", "oss://BUCKET/KEY")
    .action((object: string, flags: TransferFlags) => {
      parseObjectUrl(object);
      return copy([object], STREAM, { ...flags, jobs: 1 }, environment);
    });
}

async function copy(
  sources: readonly string[],
  target: string,
  flags: CpFlags,
  environment: Environment,
): Promise<void> {
  const context = transferContext(flags, environment);
  const { signal } = context;
  let isOne = true;
  try {
    const isMeant = nameFilter(flags);
    const finding = { recursive: flags.recursive ?? false, signal, isMeant, bucket: context.bucket };
    const list = await findTransfers(sources, target, finding);
    isOne = list.isOne;
    await runTransferList(list, context);
  } catch (error) {
    const isKept = ![...sources, target].includes(STREAM);
    throw isKept ? withWayOn(error, context, isOne ? [] : skippingDone(flags)) : error;
  } finally {
    context.endProgress();
  }
}

/** The files that are there already would be refused the next time. */
function skippingDone({ force, update, forbidOverwrite }: CpFlags): readonly string[] {
  return force || update || forbidOverwrite ? [] : ["-u"];
}
