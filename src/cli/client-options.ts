// The flags that every client command has, and the bucket that they lead to.
import { readFile } from "node:fs/promises";
import { Command, InvalidArgumentError, Option } from "commander";
import type { Bucket, ClientOptions, Service } from "../client/node/index.ts";
import { PART_SIZE_MAX_BYTES, PART_SIZE_MIN_BYTES } from "../protocol/limits.ts";
import { CommandError } from "./command-error.ts";
import { type ConnectionFlags, type Environment, resolveConnection } from "./connection.ts";
import { parseSize } from "./quantities.ts";

export type ClientChoices = Pick<
  ClientOptions,
  "attempts" | "concurrency" | "maxBandwidth" | "retryForMs" | "traffic"
>;

/** What a data folder says by itself: another word beside it would be passed over in silence. */
const NAMED_OTHERWISE = [
  ...["endpoint", "region", "accessKeyId", "accessKeySecret", "securityToken"],
  ...["credentialProcess", "ecsRamRole"],
];

/** A command with the flags of a connection. */
export function clientCommand(name: string): Command {
  return new Command(name)
    .addOption(new Option("--endpoint <url>", "the service, such as https://oss-cn-hangzhou.aliyuncs.com"))
    .addOption(new Option("--region <name>", "the region that V4 signatures name, such as cn-hangzhou"))
    .addOption(new Option("--access-key-id <id>", "of a RAM user"))
    .addOption(
      new Option("--access-key-secret <secret>", "better in OSS_ACCESS_KEY_SECRET: others can read flags"),
    )
    .addOption(new Option("--security-token <token>", "of temporary credentials (STS)"))
    .addOption(
      new Option(
        "--credential-process <command>",
        "a command that prints a key as JSON, asked again before the key ends",
      ),
    )
    .addOption(
      new Option(
        "--ecs-ram-role <name>",
        "keys of the RAM role of the ECS instance that this runs on; - means the one that it has",
      ),
    )
    .addOption(new Option("--ca-file <file>", "certificate authorities in PEM, instead of the public ones"))
    .addOption(
      new Option(
        "--proxy <url>",
        "http://HOST:PORT, or none (default: as HTTPS_PROXY, HTTP_PROXY and NO_PROXY say)",
      ),
    )
    .addOption(
      new Option("--data <folder>", "use the server that runs on this data folder, and its key").conflicts(
        NAMED_OTHERWISE,
      ),
    )
    .addOption(new Option("--signature-version <version>", "how to sign").choices(["v1", "v4"]).default("v4"))
    .addOption(
      new Option(
        "--addressing <style>",
        "where the bucket stands (default: as the endpoint asks for)",
      ).choices(["virtual-host", "path", "cname"]),
    );
}

export async function bucketOf(
  name: string,
  flags: ConnectionFlags,
  environment: Environment,
  choices: ClientChoices = {},
): Promise<Bucket> {
  const { auth, endpoint, ...options } = await resolveConnection(flags, environment);
  const client = await loadClient();
  const transport = await transportOf(flags, client);
  return new client.Bucket(auth, endpoint, name, { ...options, ...choices, ...transport });
}

export async function serviceOf(flags: ConnectionFlags, environment: Environment): Promise<Service> {
  const { auth, endpoint, ...options } = await resolveConnection(flags, environment);
  const client = await loadClient();
  return new client.Service(auth, endpoint, { ...options, ...(await transportOf(flags, client)) });
}

async function transportOf(
  { caFile, proxy }: ConnectionFlags,
  client: Awaited<ReturnType<typeof loadClient>>,
): Promise<Pick<ClientOptions, "transport">> {
  if (caFile === undefined && proxy === undefined) {
    return {};
  }
  const ca = caFile === undefined ? undefined : await readAuthorities(caFile);
  return { transport: client.createNodeTransport({ ca, proxy }) };
}

async function readAuthorities(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const reason = code === "ENOENT" ? "there is no such file" : message;
    throw new CommandError(`--ca-file ${path} cannot be read: ${reason}`, { cause });
  }
}

// Help and wrong usage need no client, and half of the time that a command takes to start is its loading.
function loadClient() {
  return import("../client/node/index.ts");
}

/** The value of a flag that is the size of a part. @throws {InvalidArgumentError} */
export function partSizeFlag(text: string): number {
  const sizeBytes = parseSize(text);
  if (sizeBytes === undefined) {
    throw new InvalidArgumentError("write a size such as 8MiB, 100k or 8388608.");
  }
  if (sizeBytes < PART_SIZE_MIN_BYTES || sizeBytes > PART_SIZE_MAX_BYTES) {
    throw new InvalidArgumentError("a part has 100 KiB to 5 GiB.");
  }
  return sizeBytes;
}

/** The value of a flag that is a number of bytes. @throws {InvalidArgumentError} */
export function sizeFlag(text: string): number {
  const sizeBytes = parseSize(text);
  if (sizeBytes === undefined) {
    throw new InvalidArgumentError("write a size such as 64MiB, 100k or 0.");
  }
  return sizeBytes;
}

/** The value of a flag that is a whole number in a range. @throws {InvalidArgumentError} */
export function countFlag(range: { readonly min: number; readonly max: number }): (text: string) => number {
  return (text) => {
    const count = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (!(count >= range.min && count <= range.max)) {
      throw new InvalidArgumentError(`write a whole number from ${range.min} to ${range.max}.`);
    }
    return count;
  };
}
