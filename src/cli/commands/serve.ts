import { Command } from "commander";
import { shellWord } from "../../client/node/resume-command.ts";
import { countFlag, sizeFlag } from "../client-options.ts";
import { aborted, listenForInterruption } from "../interruption.ts";
import { commandName } from "../invocation.ts";
import type { ServeOptions } from "../serve.ts";

const DEFAULT_PORT = 7070;
const DEFAULT_RESERVE_BYTES = 64 * 1024 * 1024;
/** A week. A timer of Node holds little more than three. */
const LIFECYCLE_INTERVAL_MAX_SECONDS = 604_800;

interface ServeFlags extends Omit<ServeOptions, "baseHosts" | "callbackHosts" | "region"> {
  readonly baseHost: readonly string[];
  readonly callbackHost: readonly string[];
  readonly region?: string;
}

export function serveCommand(): Command {
  return new Command("serve")
    .description(
      "Run an OSS-compatible server over a folder. Data, credentials and uploads survive anything.",
    )
    .option("--data <folder>", "where everything is kept", "./partwise-data")
    .option("--host <address>", "the address to listen on; 0.0.0.0 for every network", "127.0.0.1")
    .option("--port <number>", "0 for a free one", countFlag({ min: 0, max: 65_535 }), DEFAULT_PORT)
    .option("--region <name>", "the region that clients sign for (default: cn-hangzhou)")
    .option("--base-host <name...>", "a name of this server; clients may write BUCKET.NAME", [])
    .option(
      "--disk-is-encrypted",
      "you vouch that the disk under the folder is encrypted: requests for encryption with AES256 are accepted",
    )
    .option(
      "--callback-host <host...>",
      "HOST or HOST:PORT that a client's callback may go to; without one, every callback fails",
      [],
    )
    .option(
      "--lifecycle-interval <seconds>",
      "how often buckets' lifecycle rules are carried out (default: 3600)",
      countFlag({ min: 1, max: LIFECYCLE_INTERVAL_MAX_SECONDS }),
    )
    .option(
      "--reserve <size>",
      "what is held back of the disk, so that deleting works on a full one; 0 for nothing (default: 64MiB)",
      sizeFlag,
      DEFAULT_RESERVE_BYTES,
    )
    .action(runServe);
}

async function runServe({ baseHost, callbackHost, ...flags }: ServeFlags): Promise<void> {
  const interrupted = listenForInterruption();
  // Loaded here, so that the commands of the client start without the server and its store.
  const [{ serveDataFolder }, { DEFAULT_REGION }] = await Promise.all([
    import("../serve.ts"),
    import("../../server/index.ts"),
  ]);
  const options = { region: DEFAULT_REGION, ...flags, baseHosts: baseHost, callbackHosts: callbackHost };
  await using server = await serveDataFolder(options);
  describe(server.endpoint, server.credentials.accessKeyId, options);
  await aborted(interrupted);
}

function describe(
  endpoint: string,
  accessKeyId: string,
  { data, region }: Omit<ServeOptions, "baseHosts">,
): void {
  const folder = shellWord(data);
  process.stdout.write(
    [
      `Serving ${data} at ${endpoint}`,
      `  region         ${region}`,
      `  access key id  ${accessKeyId}`,
      `  secret         in ${data}/credentials.json, for its owner's eyes only`,
      "",
      "From another terminal:",
      `  ${commandName()} mb --data ${folder} oss://my-bucket`,
      `  ${commandName()} cp --data ${folder} FILE oss://my-bucket/`,
      "",
      "Ctrl-C stops it.",
      "",
    ].join("\n"),
  );
}
