// Requests made beforehand, sent by load.c: this program would be slower than the servers that it measures.
import { execFile, spawnSync } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

/** A request as it goes over the wire; its body is a range of the bodies' file. */
export interface PreparedRequest {
  readonly method: "GET" | "POST" | "PUT";
  /** Path and query, signature included. */
  readonly target: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: { readonly offset: number; readonly sizeBytes: number };
}

export interface Load {
  /** `http://127.0.0.1:PORT`. */
  readonly endpoint: string;
  readonly connectionCount: number;
  readonly requests: readonly PreparedRequest[];
  /** A file. */
  readonly bodies: string;
  /** What the head of each answer must contain; case does not count. */
  readonly expected: readonly string[];
}

export interface LoadResult {
  readonly wallSeconds: number;
  readonly clientCpuSeconds: number;
  readonly sentBytes: number;
  readonly receivedBytes: number;
  /** Of each request, from its last byte to the first of the answer. */
  readonly firstByteMs: readonly number[];
  /** Of each request, from its last byte to the last of the answer. */
  readonly wholeMs: readonly number[];
}

const OUTPUT_SIZE_MAX_BYTES = 64 * 1024 * 1024;

export class LoadClient {
  readonly #program: string;
  readonly #folder: string;

  private constructor(program: string, folder: string) {
    this.#program = program;
    this.#folder = folder;
  }

  /** @param folder  where the program is built and requests are written @throws {Error} without a C compiler */
  static async build(folder: string): Promise<LoadClient> {
    await mkdir(folder, { recursive: true });
    const program = join(folder, "load");
    const source = join(import.meta.dirname, "load.c");
    const { status, stderr, error } = spawnSync("cc", ["-O2", "-o", program, source], { encoding: "utf8" });
    if (status !== 0) {
      throw new Error(`the client is in C, and cannot be compiled: ${error?.message ?? stderr}`);
    }
    return new LoadClient(program, folder);
  }

  /** @throws {Error} if an answer is not what it must be */
  async run({ endpoint, connectionCount, requests, bodies, expected }: Load): Promise<LoadResult> {
    const { hostname, port, host } = new URL(endpoint);
    const file = join(this.#folder, "requests");
    await writeFile(file, requests.map((request) => requestBytes(request, host)).join(""), "latin1");
    const { stdout, stderr } = await promisify(execFile)(
      this.#program,
      [hostname, port, String(connectionCount), file, bodies, ...expected],
      { maxBuffer: OUTPUT_SIZE_MAX_BYTES },
    );
    return resultOf(stdout, requests.length, stderr);
  }
}

function requestBytes({ method, target, headers = {}, body }: PreparedRequest, host: string): string {
  const fields = {
    host,
    ...headers,
    ...(method === "GET" ? {} : { "content-length": String(body?.sizeBytes ?? 0) }),
  };
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = `${method} ${target} HTTP/1.1\r\n${lines.join("")}\r\n`;
  return `${head.length} ${body?.offset ?? 0} ${body?.sizeBytes ?? 0}\n${head}`;
}

/** @param firstFailure  the answer that was not right */
function resultOf(output: string, requestCount: number, firstFailure: string): LoadResult {
  const lines = output.trimEnd().split("\n");
  const figure = (name: string): number => {
    const line = lines.find((each) => each.startsWith(`${name} `));
    return Number(line?.split(" ")[1]);
  };
  const failedCount = figure("failed");
  const times = lines.filter((line) => /^\d/.test(line)).map((line) => line.split(" ").map(Number));
  if (failedCount !== 0 || times.length !== requestCount) {
    throw new Error(
      `${failedCount} of ${requestCount} answers are not what they must be; the first:\n${firstFailure}`,
    );
  }
  return {
    wallSeconds: figure("wall-s"),
    clientCpuSeconds: figure("cpu-s"),
    sentBytes: figure("sent"),
    receivedBytes: figure("received"),
    firstByteMs: times.map(([firstByte = Number.NaN]) => firstByte),
    wholeMs: times.map(([, whole = Number.NaN]) => whole),
  };
}
