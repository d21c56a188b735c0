// A file for what `partwise serve` is told by flags: JSON, a member for each flag. All that is wrong with it is said at
// once, each mistake with the name of its member.
import { readFile } from "node:fs/promises";
import {
  array,
  boolean,
  check,
  type GenericSchema,
  integer,
  maxValue,
  minValue,
  nonEmpty,
  number,
  optional,
  picklist,
  pipe,
  safeParse,
  strictObject,
  string,
  transform,
  union,
} from "valibot";
import { parseCallbackHost } from "../server/callback/callback-hosts.ts";
import { isHostName } from "./base-host.ts";
import { CommandError } from "./command-error.ts";
import { parseMonitorAddress } from "./monitoring/monitor-address.ts";
import { parseSize } from "./quantities.ts";

const text = pipe(string("must be a text"), nonEmpty("must not be empty"));
const flag = boolean("must be true or false");

const hostNames = array(
  pipe(text, check(isHostName, "must be a host name, such as oss.example.com")),
  "must be a list of texts",
);

const callbackHosts = array(
  pipe(text, check(isCallbackHost, "must be HOST or HOST:PORT")),
  "must be a list of texts",
);
const monitor = pipe(
  text,
  check((at) => parseMonitorAddress(at) !== undefined, "must be HOST:PORT, such as 127.0.0.1:7071"),
);

const sizeMessage = "must be a size such as 64MiB, or a number of bytes";
const writtenSize = pipe(
  string(),
  check((size) => parseSize(size) !== undefined, sizeMessage),
  transform((size) => parseSize(size) ?? 0),
);
const size = union([pipe(number(), integer(), minValue(0)), writtenSize], sizeMessage);

function count(min: number, max: number) {
  const range = `must be a whole number from ${min} to ${max}`;
  return pipe(number(range), integer(range), minValue(min, range), maxValue(max, range));
}

/** A week: a timer of Node holds little more than three. */
const INTERVAL_MAX_SECONDS = 604_800;

const SCRUB_INTERVAL_MAX_SECONDS = 315_360_000;
const SCRUB_RATE_MAX = 1_000_000;
const WORKERS_MAX = 64;
const CONNECTIONS_MAX = 1_000_000;
const OPEN_UPLOADS_MAX = 1_000_000_000;

/** As the flags of `partwise serve` are called, in camelCase. */
export interface ServeConfig {
  readonly data?: string | undefined;
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  readonly region?: string | undefined;
  readonly baseHost?: readonly string[] | undefined;
  readonly diskIsEncrypted?: boolean | undefined;
  readonly repeatCompletions?: boolean | undefined;
  readonly publicInterfaces?: boolean | undefined;
  readonly callbackHost?: readonly string[] | undefined;
  readonly lifecycleInterval?: number | undefined;
  readonly scrubInterval?: number | undefined;
  readonly scrubRate?: number | undefined;
  readonly localKey?: boolean | undefined;
  readonly workers?: number | undefined;
  /** Bytes. */
  readonly reserve?: number | undefined;
  readonly maxConnections?: number | undefined;
  readonly maxOpenUploads?: number | undefined;
  readonly monitor?: string | undefined;
  readonly accessLog?: string | undefined;
  readonly log?: "json" | "text" | undefined;
  readonly tlsCert?: string | undefined;
  readonly tlsKey?: string | undefined;
}

const schema: GenericSchema<unknown, ServeConfig> = strictObject(
  {
    data: optional(text),
    host: optional(text),
    port: optional(count(0, 65_535)),
    region: optional(text),
    baseHost: optional(hostNames),
    diskIsEncrypted: optional(flag),
    repeatCompletions: optional(flag),
    publicInterfaces: optional(flag),
    callbackHost: optional(callbackHosts),
    lifecycleInterval: optional(count(1, INTERVAL_MAX_SECONDS)),
    scrubInterval: optional(count(0, SCRUB_INTERVAL_MAX_SECONDS)),
    scrubRate: optional(count(1, SCRUB_RATE_MAX)),
    localKey: optional(flag),
    workers: optional(count(1, WORKERS_MAX)),
    reserve: optional(size),
    maxConnections: optional(count(1, CONNECTIONS_MAX)),
    maxOpenUploads: optional(count(1, OPEN_UPLOADS_MAX)),
    monitor: optional(monitor),
    accessLog: optional(text),
    log: optional(picklist(["json", "text"], 'must be "json" or "text"')),
    tlsCert: optional(text),
    tlsKey: optional(text),
  },
  ({ expected }) => (expected === "never" ? "is not an option" : "must be an object"),
);

/** @throws {CommandError} that names every mistake */
export async function readServeConfig(path: string): Promise<ServeConfig> {
  const content = await readFile(path, "utf8").catch((cause: Error) => {
    throw new CommandError(`the configuration ${path} cannot be read: ${cause.message}`);
  });
  const parsed = parseJson(content, path);
  // To valibot a list is an object, too, whose members are 0, 1 …
  const result = safeParse(schema, Array.isArray(parsed) ? undefined : parsed);
  if (result.success) {
    return result.output;
  }
  const mistakes = result.issues.map(({ path: at, message }) => {
    const name = at?.map(({ key }) => String(key)).join(".") ?? "the whole";
    return `  ${name} ${message}`;
  });
  throw new CommandError([`the configuration ${path} cannot be used:`, ...mistakes].join("\n"));
}

function parseJson(content: string, path: string): unknown {
  try {
    return JSON.parse(content);
  } catch (error) {
    throw new CommandError(`the configuration ${path} is no JSON: ${oneLine((error as Error).message)}`);
  }
}

/** The parser quotes what it cannot read, line ends too. */
function oneLine(message: string): string {
  return message.replaceAll(/\s+/g, " ");
}

function isCallbackHost(host: string): boolean {
  try {
    parseCallbackHost(host);
    return true;
  } catch {
    return false;
  }
}
