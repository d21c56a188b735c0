// What an ingest row prints.
import type { IngestResult } from "./ingest.ts";
import { median } from "./statistics.ts";
import { describeRounds, printHeading, printRow } from "./table.ts";

export function printIngest(title: string, results: readonly IngestResult[]): void {
  printHeading(title, "MB/s", "of the rounds", "CPU s/GB", "client's", "loop p99 ms");
  for (const { name, mbPerSecond, cpuSecondsPerGb, clientCpuSecondsPerGb, eventLoopDelayP99 } of results) {
    printRow(
      name,
      median(mbPerSecond).toFixed(0),
      describeRounds(mbPerSecond, 0),
      median(cpuSecondsPerGb).toFixed(2),
      clientCpuSecondsPerGb.toFixed(2),
      eventLoopDelayP99.toFixed(1),
    );
  }
}
