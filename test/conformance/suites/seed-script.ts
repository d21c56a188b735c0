// The issue that Partwise began with is a script; here it runs as published, with the client it was written for.
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { conformanceFolder } from "../build-folder.ts";
import { clientSettings } from "../client-settings.ts";
import { installPythonClient, pythonFile, pythonSettings } from "../python-environment.ts";
import { repeatableBytes } from "../repeatable-bytes.ts";
import { type CommandOutcome, runCommand } from "../run-command.ts";
import { fillScript } from "../seed-script/multipart-script.ts";
import {
  type ScenarioResult,
  type SignatureVersion,
  type Suite,
  signatureVersions,
  type TestServer,
} from "../suite.ts";
import { OSS2_VERSION } from "./oss2.ts";

const KIB = 1024;
const MIB = 1024 * KIB;
/** One part smaller than the least part size, one part exactly, a short last part, and many parts. */
const fileSizesBytes: readonly number[] = [1, 100 * KIB, 250 * KIB, MIB + 1, 12 * MIB];
const SCRIPT_TIMEOUT_MS = 60_000;

export const seedScript: Suite = {
  name: "seed-script",
  client: "the script of the OSS documentation, with oss2 for Python",
  version: OSS2_VERSION,
  describes:
    "Alibaba Cloud's published multipart script, with its blanks filled in; under V4 only `oss2.Auth` becomes `oss2.AuthV4` and the bucket gets its region. It compares the bytes itself; then the object's type, size and ETag are compared, and that no upload is left.",
  prepare: (signal) => installPythonClient(`oss2==${OSS2_VERSION}`, signal),
  async run(server, signal) {
    const folder = await mkdtemp(join(tmpdir(), "partwise-seed-script-"));
    try {
      return await runScripts(folder, server, signal);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

async function runScripts(
  folder: string,
  server: TestServer,
  signal: AbortSignal,
): Promise<ScenarioResult[]> {
  const results: ScenarioResult[] = [];
  for (const signature of signatureVersions) {
    for (const sizeBytes of fileSizesBytes) {
      results.push(await runScript({ folder, signature, sizeBytes }, server, signal));
    }
  }
  return results;
}

interface ScriptRun {
  readonly folder: string;
  readonly signature: SignatureVersion;
  readonly sizeBytes: number;
}

async function runScript(
  { folder, signature, sizeBytes }: ScriptRun,
  server: TestServer,
  signal: AbortSignal,
): Promise<ScenarioResult> {
  const bucket = `seed-${signature.toLowerCase()}-${sizeBytes}`;
  const objectName = `examples/upload of ${sizeBytes} bytes.bin`;
  const localFile = join(folder, `${sizeBytes}.bin`);
  const scriptFile = join(folder, `${bucket}.py`);
  const blanks = { ...server, bucket, objectName, localFile };
  const published = await readFile(join(conformanceFolder, "seed-script/multipart_upload.py"), "utf8");
  await writeFile(localFile, repeatableBytes(sizeBytes));
  await writeFile(scriptFile, fillScript(published, signature, blanks));

  const check = join(conformanceFolder, "seed-script/check_upload.py");
  const steps = [[check, "make", bucket], [scriptFile], [check, "look", bucket, objectName, localFile]];
  const name = `uploads a file of ${sizeBytes} bytes`;
  for (const words of steps) {
    const outcome = await runPython(words, server, signal);
    if (outcome.exitCode !== 0) {
      return { signature, name, verdict: "failed", reason: lastLine(outcome) };
    }
  }
  return { signature, name, verdict: "passed" };
}

function runPython(
  words: readonly string[],
  server: TestServer,
  signal: AbortSignal,
): Promise<CommandOutcome> {
  const environment = { ...pythonSettings, ...clientSettings(server, "V1") };
  const command = { file: pythonFile, arguments: words, environment, signal, log: "seed-script" };
  return runCommand({ ...command, timeoutMs: SCRIPT_TIMEOUT_MS });
}

function lastLine({ output, isTimedOut }: CommandOutcome): string {
  return isTimedOut ? "the time limit ended it" : (output.trimEnd().split("\n").at(-1) ?? "");
}
