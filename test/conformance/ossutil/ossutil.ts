// The command `ossutil` in a folder of its own, with its settings in a file there and nothing of the user's.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCommand } from "../run-command.ts";
import type { SignatureVersion, TestServer } from "../suite.ts";

export interface Ossutil extends AsyncDisposable {
  /** The folder it works in, empty but for its own files. */
  readonly folder: string;
  /** @returns what it printed @throws {Error} when it did not end with 0 */
  run(...words: string[]): Promise<string>;
  /** Runs what must fail. @returns what it printed */
  refuse(...words: string[]): Promise<string>;
  /** Starts it, and ends it as `kill -9` does once `timeoutMs` are over. @throws {Error} when it was done by then */
  breakOff(timeoutMs: number, ...words: string[]): Promise<void>;
}

export interface OssutilOptions {
  readonly programFile: string;
  readonly server: TestServer;
  readonly signature: SignatureVersion;
  readonly signal: AbortSignal;
}

const TIMEOUT_MS = 60_000;

export async function openOssutil({
  programFile,
  server,
  signature,
  signal,
}: OssutilOptions): Promise<Ossutil> {
  const folder = await mkdtemp(join(tmpdir(), "partwise-ossutil-"));
  await writeFile(join(folder, "settings"), settingsText(server), { mode: 0o600 });
  const signing = signature === "V4" ? ["--sign-version", "v4", "--region", server.region] : [];
  const start = (words: readonly string[], timeoutMs: number) =>
    runCommand({
      file: programFile,
      arguments: [...words, "--config-file", join(folder, "settings"), ...signing],
      workingFolder: folder,
      environment: { HOME: folder },
      timeoutMs,
      signal,
      log: "ossutil",
    });
  return {
    folder,
    async run(...words) {
      const { exitCode, output } = await start(words, TIMEOUT_MS);
      if (exitCode !== 0) {
        throw new Error(`ossutil ${words[0]} ended with ${exitCode ?? "a signal"}: ${output.trim()}`);
      }
      return output;
    },
    async refuse(...words) {
      const { exitCode, output } = await start(words, TIMEOUT_MS);
      if (exitCode === 0) {
        throw new Error(`ossutil ${words[0]} was expected to fail`);
      }
      return output;
    },
    async breakOff(timeoutMs, ...words) {
      const { isTimedOut, output } = await start(words, timeoutMs);
      if (!isTimedOut) {
        throw new Error(`ossutil ${words[0]} was done before it was broken off: ${output.trim()}`);
      }
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

function settingsText({ endpoint, accessKeyId, accessKeySecret }: TestServer): string {
  const lines = [`endpoint=${endpoint}`, `accessKeyID=${accessKeyId}`, `accessKeySecret=${accessKeySecret}`];
  return ["[Credentials]", "language=EN", ...lines, ""].join("\n");
}
