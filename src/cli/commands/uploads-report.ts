// What the open uploads of a data folder hold, bucket by bucket: for whoever runs the server, beside it or without it.
import { resolve } from "node:path";
import { Command } from "commander";
import { ageFlag } from "../age-flag.ts";
import { createOutput } from "../output.ts";
import { countOf, formatSize } from "../quantities.ts";

interface ReportFlags {
  readonly data: string;
  /** Milliseconds. */
  readonly olderThan?: number;
  readonly json?: boolean;
}

export function uploadsReportCommand(): Command {
  return new Command("report")
    .description(
      "Tell what the open uploads of a data folder hold, by bucket, whether its server runs or not.",
    )
    .option("--data <folder>", "the folder of partwise serve", "./partwise-data")
    .option("--older-than <age>", "only uploads begun longer ago, such as 7d, 12h or 30m", ageFlag)
    .option("--json", "one JSON event a line instead of text")
    .action(reportUploads);
}

async function reportUploads({ data, olderThan = 0, json = false }: ReportFlags): Promise<void> {
  // Loaded here, so that the commands of the client start without the store.
  const { measureOpenUploads } = await import("../../storage/index.ts");
  const nowMs = Date.now();
  const output = createOutput({ json }, { out: process.stdout, progress: process.stderr, now: Date.now });
  let [uploads, parts, bytes] = [0, 0, 0];
  for (const held of measureOpenUploads(resolve(data), { begunBeforeMs: nowMs - olderThan + 1 })) {
    const { bucket, uploadCount, partCount, heldBytes, oldestInitiatedAtMs } = held;
    uploads += uploadCount;
    parts += partCount;
    bytes += heldBytes;
    const facts = { bucket, uploadCount, partCount, heldBytes };
    const oldest = new Date(oldestInitiatedAtMs).toISOString();
    output.event({ event: "bucket", ...facts, oldestInitiated: oldest });
    const size = formatSize(heldBytes).padStart(10);
    const counts = `${countOf(uploadCount, "upload")}, ${countOf(partCount, "part")}`;
    output.line(`${size}  ${bucket}  ${counts}, the oldest of ${oldest}`);
  }
  output.event({ event: "total", uploadCount: uploads, partCount: parts, heldBytes: bytes });
  output.line(`${formatSize(bytes)} held by ${countOf(uploads, "open upload")}, ${countOf(parts, "part")}`);
}
