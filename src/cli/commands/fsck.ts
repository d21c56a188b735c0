import { Command } from "commander";
import type { BlobTotal, FolderFault, FolderReport } from "../../storage/index.ts";
import { CommandError } from "../command-error.ts";
import { createOutput, type Output } from "../output.ts";
import { countOf, formatSize } from "../quantities.ts";

interface FsckFlags {
  readonly data: string;
  readonly checksums?: boolean;
  readonly json?: boolean;
}

export function fsckCommand(): Command {
  return new Command("fsck")
    .description(
      "Check a server's data folder: every object has its bytes, and all bytes have an owner. It changes nothing, and a server may be running.",
    )
    .option("--data <folder>", "where the server keeps everything", "./partwise-data")
    .option("--checksums", "also read every byte and verify it")
    .option("--json", "one JSON event a line instead of text")
    .action(runFsck);
}

async function runFsck({ data, checksums = false, json = false }: FsckFlags): Promise<void> {
  const { checkDataFolder } = await import("../../storage/index.ts");
  const output = createOutput({ json }, { out: process.stdout, progress: process.stderr, now: Date.now });
  const report = await checkDataFolder(data, { checksums });
  for (const fault of report.faults) {
    showFault(output, fault);
  }
  const { faults, ...totals } = report;
  output.event({ event: "checked", ...totals, faultCount: faults.length });
  showTotals(output, report);
  if (faults.length > 0) {
    throw new CommandError(`${countOf(faults.length, "fault")} in ${data}`);
  }
  output.line(checksums ? "no faults, and every byte is what was written" : "no faults");
}

/** Also for what a scrub finds. */
export function showFault(output: Output, fault: FolderFault): void {
  output.event({ event: "fault", ...fault });
  output.line(`${fault.kind}: ${fault.message}`);
}

function showTotals(output: Output, { isOnline, ...report }: FolderReport): void {
  if (isOnline) {
    output.line("a server is running: what changes meanwhile was looked at twice");
  }
  const rows: readonly (readonly [string, BlobTotal])[] = [
    ["stored", report.stored],
    ["= live", report.live],
    ["+ open uploads", report.open],
    ["+ queued for deletion", report.queued],
    ["+ not swept yet", report.unswept],
    ["+ newer than the database", report.newer],
  ];
  for (const [name, { blobCount, bytes }] of rows) {
    output.line(
      `${name.padEnd(26)}${countOf(blobCount, "blob").padStart(16)}${formatSize(bytes).padStart(12)}`,
    );
  }
}
