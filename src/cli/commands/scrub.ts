import { Command } from "commander";
import { countFlag } from "../client-options.ts";
import { CommandError } from "../command-error.ts";
import { listenForInterruption } from "../interruption.ts";
import { createOutput } from "../output.ts";
import { countOf, formatSize } from "../quantities.ts";
import { showFault } from "./fsck.ts";

const MEBIBYTE = 1_048_576;
const DEFAULT_MEBIBYTES_PER_SECOND = 50;
const MEBIBYTES_PER_SECOND_MAX = 1_000_000;

interface ScrubFlags {
  readonly data: string;
  /** MiB a second. */
  readonly rate: number;
  readonly json?: boolean;
}

export function scrubCommand(): Command {
  return new Command("scrub")
    .description(
      "Read everything that objects and open uploads hold in a data folder, slowly, and name what the disk damaged. A server may be running.",
    )
    .option("--data <folder>", "where the server keeps everything", "./partwise-data")
    .option(
      "--rate <MiB/s>",
      "how fast to read",
      countFlag({ min: 1, max: MEBIBYTES_PER_SECOND_MAX }),
      DEFAULT_MEBIBYTES_PER_SECOND,
    )
    .option("--json", "one JSON event a line instead of text")
    .action(runScrub);
}

async function runScrub({ data, rate, json = false }: ScrubFlags): Promise<void> {
  const signal = listenForInterruption();
  const { scrubDataFolder } = await import("../../storage/index.ts");
  const output = createOutput({ json }, { out: process.stdout, progress: process.stderr, now: Date.now });
  const { verified, faults } = await scrubDataFolder(data, { bytesPerSecond: rate * MEBIBYTE, signal });
  for (const fault of faults) {
    showFault(output, fault);
  }
  output.event({ event: "scrubbed", ...verified, faultCount: faults.length });
  // Of those that are damaged as well.
  const verdict = faults.length === 0 ? "verified" : "read";
  output.line(`${countOf(verified.blobCount, "blob")}, ${formatSize(verified.bytes)} ${verdict}`);
  if (faults.length > 0) {
    throw new CommandError(`${countOf(faults.length, "damaged blob")} in ${data}`);
  }
  signal.throwIfAborted();
}
