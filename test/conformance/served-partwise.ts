// The server under test: the real `partwise serve` over a fresh folder, as a process of its own.
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { promisify } from "node:util";
import type { Credentials } from "../../src/protocol/signing/credentials.ts";
import { buildFolder, projectFolder } from "./build-folder.ts";
import type { TemporaryKey, TestServer } from "./suite.ts";

export interface ServedPartwise extends AsyncDisposable {
  readonly address: TestServer;
  /** Stops the server. @returns what was wrong with it in the end, in words; undefined when nothing was */
  stop(): Promise<string | undefined>;
}

/** A name that resolves nowhere: clients that use it send their requests through the server as through a proxy. */
const BASE_HOST = "oss.partwise.test";
const START_TIMEOUT_MS = 30_000;
const STOP_TIMEOUT_MS = 40_000;
const POLL_MS = 25;

/** @throws {Error} when it does not come up; the message has what it printed */
export async function servePartwise(log: string): Promise<ServedPartwise> {
  const data = await mkdtemp(join(tmpdir(), "partwise-conformance-"));
  const words = ["serve", "--data", data, "--port", "0", "--base-host", BASE_HOST, "--disk-is-encrypted"];
  const child = spawn(process.execPath, ["src/cli/main.ts", ...words], {
    cwd: projectFolder,
    stdio: ["ignore", "ignore", "pipe"],
  });
  const complaints = await keepComplaints(child, log);
  const stop = async () => {
    const exit = await endServer(child);
    await rm(data, { recursive: true, force: true });
    return describeEnd(exit, complaints());
  };
  try {
    const address = { ...(await readAddress(data, child)), ...(await borrowKey(data)) };
    return {
      address,
      stop,
      async [Symbol.asyncDispose]() {
        await stop();
      },
    };
  } catch (cause) {
    await stop();
    throw new Error(`partwise serve did not come up; it printed: ${complaints() || "nothing"}`, { cause });
  }
}

/** What it prints on standard error: one line for every failure that is not the client's doing. */
async function keepComplaints(child: ChildProcess, log: string): Promise<() => string> {
  await mkdir(join(buildFolder, "logs"), { recursive: true });
  const file = createWriteStream(join(buildFolder, "logs", `${log}.log`));
  let text = "";
  child.stderr?.setEncoding("utf8").on("data", (piece: string) => {
    file.write(piece);
    text = (text + piece).slice(0, 4096);
  });
  child.once("close", () => file.end());
  return () => text.trim();
}

async function readAddress(data: string, child: ChildProcess): Promise<TestServer> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < deadline && isRunning(child)) {
    const location = await readJson(join(data, "server.json"));
    if (location) {
      const { accessKeyId, accessKeySecret } = await accountKey(data);
      return {
        ...(location as object),
        accessKeyId,
        accessKeySecret,
        baseHost: BASE_HOST,
        dataFolder: data,
      } as TestServer;
    }
    await wait(POLL_MS);
  }
  throw new Error("it wrote no server.json");
}

/** Clients' own tests take it for granted that no policy which they store concerns them: theirs is the account's key. */
async function accountKey(data: string): Promise<Credentials> {
  return (await askCommand(["user", "key", "add", "root", "--data", data])) as Credentials;
}

/** What `partwise token` gives out for the server of this folder. */
async function borrowKey(data: string): Promise<Pick<TestServer, "temporaryKey">> {
  try {
    return {
      temporaryKey: (await askCommand(["token", "--data", data, "--expires", "3600"])) as TemporaryKey,
    };
  } catch {
    // The scenarios that need one fail, and say so.
    return {};
  }
}

/** What a command of an operator answers. @throws {Error} when it fails */
export async function askCommand(words: readonly string[]): Promise<unknown> {
  const options = { cwd: projectFolder, timeout: START_TIMEOUT_MS };
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["src/cli/main.ts", ...words, "--json"],
    options,
  );
  return JSON.parse(stdout);
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, "utf8"));
  } catch {
    // Not there yet, or half written.
    return undefined;
  }
}

function isRunning(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null;
}

async function endServer(child: ChildProcess): Promise<number | NodeJS.Signals | "earlier"> {
  if (!isRunning(child)) {
    return child.exitCode === 0 ? "earlier" : (child.exitCode ?? child.signalCode ?? "earlier");
  }
  const exited = once(child, "close");
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), STOP_TIMEOUT_MS);
  await exited;
  clearTimeout(timer);
  return child.exitCode ?? child.signalCode ?? "earlier";
}

function describeEnd(exit: number | NodeJS.Signals | "earlier", complaints: string): string | undefined {
  if (exit !== 0) {
    return `the server ended with ${exit} instead of 0 when it was told to stop; it printed: ${complaints || "nothing"}`;
  }
  return complaints === "" ? undefined : `the server reported a failure of its own: ${complaints}`;
}
