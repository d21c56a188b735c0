import { Command } from "commander";
import { countFlag, partSizeFlag } from "../client-options.ts";
import { aborted, listenForInterruption } from "../interruption.ts";
import { createOutput } from "../output.ts";
import { startServerProcess } from "../server-process.ts";
import { assertAreFiles } from "../uploadable-files.ts";

interface TryFlags {
  readonly data: string;
  readonly bucket: string;
  readonly parallel?: number;
  readonly partSize?: number;
  readonly json?: true;
  readonly keepServing?: true;
}

export function tryCommand(): Command {
  return new Command("try")
    .description(
      "Start a server of your own, upload files to it in parts, verify them twice, and say what happened.",
    )
    .argument("[file...]", "what to upload; without any, the Node.js binary that runs this")
    .option("--data <folder>", "where the server keeps everything", "./partwise-data")
    .option("--bucket <name>", "the bucket to upload to", "my-bucket")
    .option(
      "--part-size <size>",
      "of every part but the last, such as 1MiB (default: by the size)",
      partSizeFlag,
    )
    .option(
      "--parallel <count>",
      "parts at the same time (default: found by measuring)",
      countFlag({ min: 1, max: 64 }),
    )
    .option("--json", "one JSON event a line instead of text")
    .option("--keep-serving", "leave the server running until Ctrl-C")
    .action(runTry);
}

async function runTry(files: readonly string[], flags: TryFlags): Promise<void> {
  const output = createOutput(
    { json: flags.json ?? false },
    { out: process.stdout, progress: process.stderr, now: Date.now },
  );
  const interrupted = listenForInterruption();
  const chosen = files.length > 0 ? files : [process.execPath];
  await assertAreFiles(chosen);
  await using server = await startServerProcess(flags.data);
  const signal = AbortSignal.any([interrupted, server.died]);
  output.line(`Server at ${server.endpoint}, data in ${flags.data}`);
  output.event({ event: "serving", endpoint: server.endpoint, region: server.region, data: flags.data });
  const { bucket, partSize, parallel } = flags;
  // Loaded here, so that the other commands start without it.
  const { describeNextSteps, tryFiles } = await import("../try-files.ts");
  const targets = await tryFiles(chosen, {
    data: flags.data,
    server,
    bucket,
    output,
    signal,
    ...(partSize === undefined ? {} : { partSizeBytes: partSize }),
    ...(parallel === undefined ? {} : { concurrency: parallel }),
  });
  describeNextSteps(targets, flags, output);
  if (flags.keepServing) {
    output.line();
    output.line(`Still serving at ${server.endpoint}; Ctrl-C stops it.`);
    await aborted(signal);
    if (server.died.aborted) {
      throw server.died.reason;
    }
  }
}
