// What all transfers of one command share: one client for each bucket, one output, one board, one policy.
import type { Bucket, SharedTraffic } from "../../client/node/index.ts";
import { bucketOf, type ClientChoices } from "../client-options.ts";
import type { Environment } from "../connection.ts";
import { listenForInterruption } from "../interruption.ts";
import { createOutput } from "../output.ts";
import { OverwritePolicy, terminalAsk } from "./overwrite-policy.ts";
import { ProgressBoard } from "./progress-board.ts";
import type { ListContext } from "./run-transfer-list.ts";
import { type TransferFlags, uploadOptionsOf } from "./transfer-flags.ts";

/** Over ten seconds and more, so that a transfer survives the restart of a server. */
const ATTEMPT_COUNT = 7;

/** So that a transfer survives that its network is away for a while. */
const RETRY_FOR_DEFAULT_MS = 120_000;

export interface CommandContext extends ListContext {
  /** Takes the live line away. */
  endProgress(): void;
}

export function transferContext(flags: TransferFlags, environment: Environment): CommandContext {
  const signal = listenForInterruption();
  const output = createOutput(
    { json: flags.json ?? false },
    { out: process.stdout, progress: process.stderr, now: Date.now },
  );
  const board = new ProgressBoard(output, Date.now);
  const buckets = new Map<string, Promise<Bucket>>();
  const choices: ClientChoices = {
    attempts: ATTEMPT_COUNT,
    retryForMs: flags.retryFor ?? RETRY_FOR_DEFAULT_MS,
    concurrency: flags.parallel,
    maxBandwidth: flags.bandwidthLimit,
  };
  // Between two buckets of one host as well; and the library is loaded only when there is something to do.
  let sharing: Promise<SharedTraffic> | undefined;
  const openBucket = async (name: string) => {
    sharing ??= import("../../client/node/index.ts").then((client) => new client.SharedTraffic());
    return bucketOf(name, flags, environment, { ...choices, traffic: await sharing });
  };
  return {
    signal,
    output,
    board,
    uploadOptions: uploadOptionsOf(flags),
    isExplained: flags.explain ?? false,
    isDryRun: flags.dryRun ?? false,
    jobCount: flags.jobs,
    policy: new OverwritePolicy(flags, terminalAsk(signal)),
    bucket(name) {
      const known = buckets.get(name) ?? openBucket(name);
      buckets.set(name, known);
      return known;
    },
    warn(line) {
      output.endProgress();
      process.stderr.write(`partwise: ${line}\n`);
    },
    endProgress: () => output.endProgress(),
  };
}
