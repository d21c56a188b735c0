import { availableParallelism } from "node:os";
import { Command, Option } from "commander";
import { shellWord } from "../../client/node/resume-command.ts";
import { isHostName } from "../base-host.ts";
import { countFlag, sizeFlag } from "../client-options.ts";
import { UsageError } from "../command-error.ts";
import { aborted, listenForInterruption } from "../interruption.ts";
import { commandName } from "../invocation.ts";
import type { DataFolderServer, ServeOptions } from "../serve-options.ts";

const DEFAULT_PORT = 7070;
const DEFAULT_RESERVE_BYTES = 64 * 1024 * 1024;
/** A week. A timer of Node holds little more than three. */
const LIFECYCLE_INTERVAL_MAX_SECONDS = 604_800;
/** Ten years; beyond it, 0 is meant. */
const SCRUB_INTERVAL_MAX_SECONDS = 315_360_000;
const SCRUB_RATE_MAX = 1_000_000;
const WORKERS_MAX = 64;
/** Ports of one client's address, times many; beyond it a typing error is likelier. */
const CONNECTIONS_MAX = 1_000_000;
const OPEN_UPLOADS_MAX = 1_000_000_000;
const DEFAULT_WORKERS_MAX = 8;

interface ServeFlags extends Omit<ServeOptions, "baseHosts" | "callbackHosts" | "region" | "tls"> {
  readonly baseHost: readonly string[];
  readonly callbackHost: readonly string[];
  readonly region?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly config?: string;
}

export function serveCommand(): Command {
  return new Command("serve")
    .description(
      "Run an OSS-compatible server over a folder. What it has acknowledged survives kill -9 and power cuts.",
    )
    .option("--data <folder>", "where everything is kept", "./partwise-data")
    .option("--host <address>", "the address to listen on; 0.0.0.0 for every network", "127.0.0.1")
    .option("--port <number>", "0 for a free one", countFlag({ min: 0, max: 65_535 }), DEFAULT_PORT)
    .option("--region <name>", "the region that clients sign for (default: cn-hangzhou)")
    .addOption(
      new Option("--base-host <name...>", "a name of this server; clients may write BUCKET.NAME").default(
        [],
        "none",
      ),
    )
    .option(
      "--disk-is-encrypted",
      "you vouch that the disk under the folder is encrypted: requests for encryption with AES256 are accepted",
    )
    .option(
      "--repeat-completions",
      "answer a completion that is sent again as the first time, for 24 hours; OSS answers NoSuchUpload",
    )
    .option(
      "--public-interfaces",
      "read requests by node:http alone: slower, and on nothing internal to Node",
    )
    .addOption(
      new Option(
        "--callback-host <host...>",
        "HOST or HOST:PORT that a client's callback may go to; without one, every callback fails",
      ).default([], "none"),
    )
    .option(
      "--lifecycle-interval <seconds>",
      "how often buckets' lifecycle rules are carried out (default: 3600)",
      countFlag({ min: 1, max: LIFECYCLE_INTERVAL_MAX_SECONDS }),
    )
    .option(
      "--scrub-interval <seconds>",
      "how long after everything was read and compared it is read again; 0 for never (default: 604800, a week)",
      countFlag({ min: 0, max: SCRUB_INTERVAL_MAX_SECONDS }),
    )
    .option(
      "--scrub-rate <MiB/s>",
      "how fast that reading goes (default: 20)",
      countFlag({ min: 1, max: SCRUB_RATE_MAX }),
    )
    .option(
      "--no-local-key",
      "a new folder gets no user for the commands on this machine: its key would stand in the folder",
    )
    .option(
      "--workers <number>",
      "how many processes answer requests; 1 for one that does everything (default: one a core, at most 8)",
      countFlag({ min: 1, max: WORKERS_MAX }),
    )
    .addOption(
      new Option(
        "--reserve <size>",
        "what is held back of the disk, so that deleting works on a full one; 0 for nothing",
      )
        .argParser(sizeFlag)
        .default(DEFAULT_RESERVE_BYTES, "64MiB"),
    )
    .option(
      "--max-connections <number>",
      "how many connections may be open; further ones are closed as they come (default: 10000 a worker)",
      countFlag({ min: 1, max: CONNECTIONS_MAX }),
    )
    .option(
      "--max-open-uploads <number>",
      "how many uploads one user, one role or the account may have open (default: 100000)",
      countFlag({ min: 1, max: OPEN_UPLOADS_MAX }),
    )
    .option("--tls-cert <file>", "speak TLS with this certificate, in PEM; read again when it changes")
    .option("--tls-key <file>", "the certificate's key, in PEM")
    .option(
      "--monitor <host:port>",
      "where /-/health/live, /-/health/ready and /-/metrics are answered (default: nowhere)",
    )
    .option(
      "--access-log <file>",
      "a line of JSON for each request; - for standard output; SIGUSR2 reopens it",
    )
    .addOption(
      new Option("--log <format>", "of what goes wrong: text, or JSON (default: text on a terminal)").choices(
        ["json", "text"],
      ),
    )
    .option("--config <file>", "JSON with these options by their names in camelCase; flags go before it")
    .action(runServe);
}

async function runServe(given: ServeFlags, command: Command): Promise<void> {
  const { baseHost, callbackHost, tlsCert, tlsKey, ...flags } = await withConfiguration(given, command);
  const interrupted = listenForInterruption();
  // Loaded here, so that the commands of the client start without the server and its store.
  const [{ serveDataFolder }, { DEFAULT_REGION }] = await Promise.all([
    import("../serve.ts"),
    import("../../server/index.ts"),
  ]);
  const options = {
    region: DEFAULT_REGION,
    workers: Math.min(availableParallelism(), DEFAULT_WORKERS_MAX),
    ...flags,
    baseHosts: baseHost,
    callbackHosts: callbackHost,
  };
  const tls = tlsFilesOf(tlsCert, tlsKey);
  assertHostNames(options.baseHosts);
  // Where nobody looks, output becomes a log, and no secret belongs into one.
  const showsRootKey = process.stdout.isTTY === true;
  const server = await serveDataFolder({ ...options, tls, showsRootKey });
  describe(server, options);
  const failure = await Promise.race([aborted(interrupted), server.failed]);
  try {
    await server[Symbol.asyncDispose]();
  } catch (error) {
    // What a broken store says of its end is what it broke of.
    throw failure ?? error;
  }
  if (failure) {
    throw failure;
  }
}

/** What the file says, where no flag says something else. */
async function withConfiguration(given: ServeFlags, command: Command): Promise<ServeFlags> {
  if (given.config === undefined) {
    return given;
  }
  const { readServeConfig } = await import("../serve-config.ts");
  const configured = Object.entries(await readServeConfig(given.config));
  return {
    ...given,
    ...Object.fromEntries(configured.filter(([name]) => command.getOptionValueSource(name) !== "cli")),
  };
}

/** @throws {UsageError} */
function assertHostNames(names: readonly string[]): void {
  const strange = names.find((name) => !isHostName(name));
  if (strange !== undefined) {
    throw new UsageError(
      `--base-host ${strange} is not a host name; write the name alone, such as oss.example.com`,
    );
  }
}

/** @throws {UsageError} when one of the two is missing */
function tlsFilesOf(cert: string | undefined, key: string | undefined): ServeOptions["tls"] {
  if (cert === undefined && key === undefined) {
    return undefined;
  }
  if (cert === undefined || key === undefined) {
    throw new UsageError("--tls-cert and --tls-key go together: a certificate, and its key");
  }
  return { cert, key };
}

function describe(
  { endpoint, monitor, rootKey }: DataFolderServer,
  { data, region, localKey }: Pick<ServeOptions, "data" | "localKey" | "region">,
): void {
  const folder = shellWord(data);
  const command = commandName();
  const rootLines = [
    "  The account's access key, shown this once. It may do everything: keep it safe, and work with those of users.",
    `    access key id      ${rootKey?.accessKeyId}`,
    `    access key secret  ${rootKey?.accessKeySecret}`,
    "",
  ];
  const localLines = [
    "From another terminal:",
    `  ${command} mb --data ${folder} oss://my-bucket`,
    `  ${command} cp --data ${folder} FILE oss://my-bucket/`,
    `  ${command} user add NAME --policy AliyunOSSFullAccess --data ${folder}`,
    "",
  ];
  process.stdout.write(
    [
      `Serving ${data} at ${endpoint}`,
      `  region   ${region}`,
      ...(monitor === undefined ? [] : [`  health   ${monitor}/-/health`, `  metrics  ${monitor}/-/metrics`]),
      "",
      ...(rootKey === undefined ? [] : rootLines),
      ...(localKey === false ? [] : localLines),
      "Ctrl-C stops it.",
      "",
    ].join("\n"),
  );
}
