// Keys from a program of the user's: a command that prints them as JSON, as those of Alibaba Cloud's own CLI do.
// Source: aliyun-cli, credentials mode External; the same names as STS AssumeRole answers.
import { type ExecException, exec } from "node:child_process";
import { promisify } from "node:util";
import type { TemporaryCredentials } from "../client/node/index.ts";
import { CommandError } from "./command-error.ts";

const TIMEOUT_MS = 60_000;

/**
 * A function that runs `command` by the shell and gives the key that it prints:
 * `{"AccessKeyId": "…", "AccessKeySecret": "…", "SecurityToken": "…", "Expiration": "2026-01-02T03:04:05Z"}`. The last
 * two may be missing; names may also begin with a small letter or an underscore may part their words, as in
 * `access_key_id`. The client asks again a minute before the key ends, and when the service refuses it.
 */
export function credentialProcess(command: string): () => Promise<TemporaryCredentials> {
  return async () => {
    const { stdout } = await promisify(exec)(command, { timeout: TIMEOUT_MS, windowsHide: true }).catch(
      (cause: ExecException) => {
        // The command's own words may hold a key, which no log shall have.
        throw new CommandError(
          `the command of --credential-process failed: ${String(cause.stderr ?? "").trim() || howItEnded(cause)}`,
        );
      },
    );
    return credentialsIn(stdout);
  };
}

function howItEnded({ code, signal, killed }: ExecException): string {
  if (killed) {
    return `it took more than ${TIMEOUT_MS / 1000} seconds`;
  }
  return signal == null ? `it ended with status ${code}` : `it was ended by ${signal}`;
}

function credentialsIn(text: string): TemporaryCredentials {
  const words = wordsIn(text);
  const accessKeyId = words.get("accesskeyid");
  const accessKeySecret = words.get("accesskeysecret");
  const securityToken = words.get("securitytoken") ?? words.get("ststoken");
  const expiration = words.get("expiration");
  if (!accessKeyId || !accessKeySecret) {
    throw new CommandError(
      "the command of --credential-process must print JSON with AccessKeyId and AccessKeySecret",
    );
  }
  const end = expiration === undefined ? undefined : new Date(expiration);
  if (end !== undefined && Number.isNaN(end.getTime())) {
    throw new CommandError(
      `the command of --credential-process printed an Expiration that is no time: ${expiration}`,
    );
  }
  return {
    accessKeyId,
    accessKeySecret,
    ...(securityToken ? { securityToken } : {}),
    ...(end ? { expiration: end } : {}),
  };
}

/** By their names without case and underscores. */
function wordsIn(text: string): ReadonlyMap<string, string> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  const entries = typeof value === "object" && value !== null ? Object.entries(value) : [];
  return new Map(
    entries.flatMap(([name, word]) =>
      typeof word === "string" ? [[name.toLowerCase().replaceAll("_", ""), word] as const] : [],
    ),
  );
}
