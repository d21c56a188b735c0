// What Prometheus is told of the disk: how long it takes to make something durable, and how many changes share a commit.
import { Histogram, type Registry } from "prom-client";
import { listenForDiskTimes } from "../../storage/index.ts";

/** From a disk with a battery to one that is failing. */
const DURATION_BUCKETS_SECONDS = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 2, 10];
/** Up to what one batch of the database holds. */
const CHANGE_COUNT_BUCKETS = [1, 2, 4, 8, 16, 32, 64, 128, 256];

export interface DiskMetricsOptions {
  /** Before the names of what every process of a server does; a name may stand for one process only, or for a sum. */
  readonly prefix: string;
  /** Whether this process commits. */
  readonly commits: boolean;
}

/** Registers the figures of this process's disk. @returns what ends the measuring */
export function diskMetrics(registry: Registry, { prefix, commits }: DiskMetricsOptions): Disposable {
  const registers = [registry];
  const syncs = new Histogram({
    name: `${prefix}sync_duration_seconds`,
    help: "How long one sync took: of a blob's own file, a segment, marks of deleted blobs, or a folder",
    labelNames: ["of"],
    buckets: DURATION_BUCKETS_SECONDS,
    registers,
  });
  const committed = commits ? commitHistograms(registers) : undefined;
  return listenForDiskTimes({
    synced: ({ of, tookMs }) => syncs.observe({ of }, tookMs / 1_000),
    committed: ({ changeCount, tookMs }) => {
      committed?.durations.observe(tookMs / 1_000);
      committed?.changes.observe(changeCount);
    },
  });
}

function commitHistograms(registers: Registry[]) {
  return {
    durations: new Histogram({
      name: "partwise_commit_duration_seconds",
      help: "How long one commit of the database took, its sync included",
      buckets: DURATION_BUCKETS_SECONDS,
      registers,
    }),
    changes: new Histogram({
      name: "partwise_commit_changes",
      help: "How many changes one commit of the database carried",
      buckets: CHANGE_COUNT_BUCKETS,
      registers,
    }),
  };
}
