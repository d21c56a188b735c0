// Which service, and with which keys: flags first, then the environment, then ~/.ossutilconfig.

import type { Auth, EcsRamRoleOptions } from "../client/node/index.ts";
import { shellWord } from "../client/node/resume-command.ts";
import type { Addressing } from "../protocol/addressing/endpoint.ts";
import type { Credentials } from "../protocol/signing/credentials.ts";
import { CommandError } from "./command-error.ts";
import { credentialProcess } from "./credential-process.ts";
import { readCredentials, readServerLocation } from "./data-folder.ts";
import { commandName } from "./invocation.ts";
import { readOssutilConfig } from "./ossutil-config.ts";

/** As the flags of every client command give them. */
export interface ConnectionFlags {
  readonly endpoint?: string;
  readonly region?: string;
  readonly accessKeyId?: string;
  readonly accessKeySecret?: string;
  readonly securityToken?: string;
  /** A command that prints a key. */
  readonly credentialProcess?: string;
  /** Of the ECS instance that this runs on; `-`: whichever it has. */
  readonly ecsRamRole?: string;
  /** A file with certificate authorities in PEM. */
  readonly caFile?: string;
  readonly proxy?: string;
  /** A data folder whose running server is meant, with its own credentials. */
  readonly data?: string;
  readonly signatureVersion?: "v1" | "v4";
  readonly addressing?: Addressing;
}

export interface Connection {
  readonly auth: Auth;
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
  const sources = [flags, wordsOf(environment), await readOssutilConfig(configPath)];
  const accessKeyId = firstOf(sources, "accessKeyId");
  const accessKeySecret = firstOf(sources, "accessKeySecret");
  // A token belongs to its key: one from further down the list than the key is another key's.
  const keyIndex = sources.findIndex((source) => source.accessKeyId);
  const securityToken = firstOf(sources.slice(0, keyIndex + 1), "securityToken");
  const process = flags.credentialProcess ?? (environment.OSS_CREDENTIAL_PROCESS || undefined);
  const region = firstOf(sources, "region");
  const endpoint = firstOf(sources, "endpoint") ?? endpointOfRegion(region);
  if (!endpoint) {
    throw missing("endpoint", "--endpoint URL", "OSS_ENDPOINT");
  }
  const isGiven = flags.accessKeyId !== undefined;
  const place = { endpoint, ...(region ? { region } : {}), ...choices };
  if (process !== undefined && !isGiven) {
    return { auth: credentialProcess(process), ...place };
  }
  const role = roleIn(flags, environment);
  if (role !== undefined) {
    const { ecsRamRole } = await import("../client/node/index.ts");
    return { auth: ecsRamRole(role), ...place };
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
    ...place,
  };
}

/**
 * A role on the command line goes before the keys of the environment, one of the environment after them.
 * Source: Alibaba Cloud's SDKs, the default chain of credentials.
 */
function roleIn(flags: ConnectionFlags, environment: Environment): EcsRamRoleOptions | undefined {
  const isForbidden = isTrue(environment.ALIBABA_CLOUD_ECS_METADATA_DISABLED);
  const allowsPlainMode = !isTrue(environment.ALIBABA_CLOUD_IMDSV1_DISABLED);
  if (flags.accessKeyId !== undefined) {
    return undefined;
  }
  if (flags.ecsRamRole !== undefined) {
    return { allowsPlainMode, ...(flags.ecsRamRole === "-" ? {} : { roleName: flags.ecsRamRole }) };
  }
  const roleName = environment.ALIBABA_CLOUD_ECS_METADATA;
  return roleName && !isForbidden && !environment.OSS_ACCESS_KEY_ID
    ? { allowsPlainMode, roleName }
    : undefined;
}

function isTrue(word: string | undefined): boolean {
  return /^(?:1|true)$/i.test(word ?? "");
}

type Words = Pick<
  ConnectionFlags,
  "accessKeyId" | "accessKeySecret" | "endpoint" | "region" | "securityToken"
>;

function wordsOf(environment: Environment): { readonly [Name in keyof Words]: string | undefined } {
  return {
    accessKeyId: environment.OSS_ACCESS_KEY_ID,
    accessKeySecret: environment.OSS_ACCESS_KEY_SECRET,
    securityToken: environment.OSS_SESSION_TOKEN,
    endpoint: environment.OSS_ENDPOINT,
    region: environment.OSS_REGION,
  };
}

/** A variable that is set to nothing counts as not set, as in a shell. */
function firstOf(
  sources: readonly { readonly [Name in keyof Words]?: string | undefined }[],
  name: keyof Words,
): string | undefined {
  return sources.map((source) => source[name]).find((value) => value);
}

/** As ossutil 2 does, whose configuration names the region alone. */
function endpointOfRegion(region: string | undefined): string | undefined {
  return region === undefined ? undefined : `https://oss-${region.replace(/^oss-/, "")}.aliyuncs.com`;
}

function missing(what: string, flag: string, variable: string): CommandError {
  return new CommandError(
    `no ${what} is known; give ${flag}, set ${variable}, write it in ~/.ossutilconfig, or use --data FOLDER for a server on this machine`,
  );
}

/** The server that runs on a data folder, with its own key. @throws {CommandError} if there is none */
export async function connectionOfDataFolder(
  folder: string,
): Promise<{ readonly auth: Credentials; readonly endpoint: string; readonly region: string }> {
  const [auth, location] = await Promise.all([readCredentials(folder), readServerLocation(folder)]);
  const serve = `${commandName()} serve --data ${shellWord(folder)}`;
  if (!auth) {
    const [{ hasUser }, { LOCAL_USER_NAME }] = await Promise.all([
      import("../server/identity/identity-file.ts"),
      import("../server/identity/identities.ts"),
    ]);
    const hasLocal = hasUser({ folder }, LOCAL_USER_NAME);
    if (hasLocal !== undefined) {
      const make = hasLocal ? "user key rotate local" : "user add local --policy AliyunOSSFullAccess";
      const command = `${commandName()} ${make} --data ${shellWord(folder)}`;
      throw new CommandError(
        `${folder} has no key for the commands on this machine; make one with: ${command}`,
      );
    }
    throw new CommandError(`${folder} is no data folder of a server; start one with: ${serve}`);
  }
  if (!location) {
    throw new CommandError(`no server of ${folder} is running; start one with: ${serve}`);
  }
  return { auth, endpoint: location.endpoint, region: location.region };
}
