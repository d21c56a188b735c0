// Which service, and with which keys: flags first, then the environment, then ~/.ossutilconfig.
import type { Addressing } from "../protocol/endpoint.ts";
import type { Credentials } from "../protocol/signing/credentials.ts";
import { CommandError } from "./command-error.ts";
import { readCredentials, readServerLocation } from "./data-folder.ts";
import { readOssutilConfig } from "./ossutil-config.ts";

/** As the flags of every client command give them. */
export interface ConnectionFlags {
  readonly endpoint?: string;
  readonly region?: string;
  readonly accessKeyId?: string;
  readonly accessKeySecret?: string;
  readonly securityToken?: string;
  /** A data folder whose running server is meant, with its own credentials. */
  readonly data?: string;
  readonly signatureVersion?: "v1" | "v4";
  readonly addressing?: Addressing;
}

export interface Connection {
  readonly auth: Credentials;
  readonly endpoint: string;
  readonly region?: string;
  readonly signatureVersion: "v1" | "v4";
  readonly addressing?: Addressing;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** @throws {CommandError} saying what is missing and the three ways to give it */
export async function resolveConnection(
  flags: ConnectionFlags,
  environment: Environment,
  configPath?: string,
): Promise<Connection> {
  const { signatureVersion = "v4", addressing } = flags;
  const choices = { signatureVersion, ...(addressing ? { addressing } : {}) };
  if (flags.data !== undefined) {
    return { ...(await connectionOfDataFolder(flags.data)), ...choices };
  }
  const config = await readOssutilConfig(configPath);
  const accessKeyId = flags.accessKeyId ?? environment.OSS_ACCESS_KEY_ID ?? config.accessKeyId;
  const accessKeySecret =
    flags.accessKeySecret ?? environment.OSS_ACCESS_KEY_SECRET ?? config.accessKeySecret;
  const securityToken = flags.securityToken ?? environment.OSS_SESSION_TOKEN ?? config.securityToken;
  const endpoint = flags.endpoint ?? environment.OSS_ENDPOINT ?? config.endpoint;
  const region = flags.region ?? environment.OSS_REGION ?? config.region;
  if (!endpoint) {
    throw missing("endpoint", "--endpoint URL", "OSS_ENDPOINT");
  }
  if (!accessKeyId || !accessKeySecret) {
    throw missing(
      "access key",
      "--access-key-id ID and --access-key-secret SECRET",
      "OSS_ACCESS_KEY_ID and OSS_ACCESS_KEY_SECRET",
    );
  }
  return {
    auth: { accessKeyId, accessKeySecret, ...(securityToken ? { securityToken } : {}) },
    endpoint,
    ...(region ? { region } : {}),
    ...choices,
  };
}

function missing(what: string, flag: string, variable: string): CommandError {
  return new CommandError(
    `no ${what} is known; give ${flag}, set ${variable}, write it in ~/.ossutilconfig, or use --data FOLDER for a server on this machine`,
  );
}

async function connectionOfDataFolder(
  folder: string,
): Promise<Pick<Connection, "auth" | "endpoint"> & { readonly region: string }> {
  const [auth, location] = await Promise.all([readCredentials(folder), readServerLocation(folder)]);
  if (!auth) {
    throw new CommandError(
      `${folder} is no data folder of a server; start one with: partwise serve --data ${folder}`,
    );
  }
  if (!location) {
    throw new CommandError(
      `no server of ${folder} is running; start one with: partwise serve --data ${folder}`,
    );
  }
  return { auth, endpoint: location.endpoint, region: location.region };
}
