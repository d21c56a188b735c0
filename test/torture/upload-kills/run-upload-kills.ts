// kill -9 of a process that uploads, at points drawn over the upload's own duration and over its phases. The same command
// again goes on: it always ends with the right object, and sends no more again than was under way.
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Bucket } from "../../../src/client/node/index.ts";
import { crc64 } from "../../../src/protocol/crc64/crc64.ts";
import { serveFolder } from "../../e2e/server-process.ts";
import { type SeededRandom, seededBytes, seededRandom } from "../seeded-random.ts";
import { type CountingProxy, startCountingProxy } from "./counting-proxy.ts";
import { type UploadJob, type UploadPhase, uploadPhases } from "./upload-phase.ts";

export interface UploadKillsOptions {
  readonly folder: string;
  readonly seed: number;
  readonly killCount: number;
  readonly log: (line: string) => void;
  readonly passKill: () => void;
}

const BUCKET = "upload-kills";
const PART_SIZE_BYTES = 100 * 1024;
const PART_COUNT = 24;
const CONCURRENCY = 3;

/** Before each answer. */
const DELAY_MS = 12;

/** From a phase's line to the kill. */
const KILL_DELAY_MAX_MS = 25;
const UPLOADING_MAX_MS = 250;

/** An upload that is killed more often than this is let go on to its end. */
const KILLS_PER_UPLOAD_MAX = 8;

/** So many are drawn over the whole duration; the others over the phases. */
const DURATION_SHARE = 0.4;

const processPath = fileURLToPath(new URL("./upload-process.ts", import.meta.url));

/** @throws {AssertionError} when an upload does not end as it should */
export async function runUploadKills(options: UploadKillsOptions): Promise<void> {
  const server = await serveFolder(join(options.folder, "server"));
  try {
    await using proxy = await startCountingProxy({ endpoint: server.endpoint, delayMs: () => DELAY_MS });
    const bucket = server.bucket(BUCKET);
    await bucket.createBucket();
    const auth = JSON.parse(await readFile(join(options.folder, "server", "credentials.json"), "utf8"));
    await new UploadKills(options, { proxy, bucket, auth }).run();
    assert.equal(await server.stop(), 0, server.stderr());
  } finally {
    await server.kill();
  }
}

interface Surroundings {
  readonly proxy: CountingProxy;
  /** Past the proxy. */
  readonly bucket: Bucket;
  readonly auth: { readonly accessKeyId: string; readonly accessKeySecret: string };
}

interface RunEnd {
  /** The last that the process said. */
  readonly phase: UploadPhase;
  /** What it said at its end; undefined if it was killed before. */
  readonly crc64: bigint | undefined;
}

class UploadKills {
  readonly #options: UploadKillsOptions;
  readonly #surroundings: Surroundings;
  readonly #random: SeededRandom;
  readonly #killCounts = new Map<UploadPhase, number>(uploadPhases.map((phase) => [phase, 0]));
  /** How long a run of an upload without a kill took, from its first line. */
  #durationMs = 600;
  #sentAgainMax = 0;

  constructor(options: UploadKillsOptions, surroundings: Surroundings) {
    this.#options = options;
    this.#surroundings = surroundings;
    this.#random = seededRandom(options.seed);
  }

  async run(): Promise<void> {
    const { killCount, log } = this.#options;
    let uploadCount = 0;
    while (this.#killed < killCount || this.#emptyPhases.length > 0) {
      uploadCount += 1;
      assert.ok(uploadCount <= 2 * killCount + 20, `no kill hits ${this.#emptyPhases.join(", ")}`);
      await this.#upload(uploadCount);
    }
    const counts = [...this.#killCounts].map(([phase, count]) => `${phase} ${count}`);
    log(`${this.#killed} kills of ${uploadCount} uploads, by phase: ${counts.join(", ")}`);
    log(`at most ${this.#sentAgainMax} parts sent again after a kill, ${CONCURRENCY} being sent at a time`);
  }

  get #killed(): number {
    return [...this.#killCounts.values()].reduce((sum, count) => sum + count, 0);
  }

  get #emptyPhases(): readonly UploadPhase[] {
    return uploadPhases.filter((phase) => this.#killCounts.get(phase) === 0);
  }

  async #upload(uploadIndex: number): Promise<void> {
    const { folder, seed, passKill } = this.#options;
    const { proxy, bucket, auth } = this.#surroundings;
    const bytes = seededBytes(seed + uploadIndex, (PART_COUNT - 1) * PART_SIZE_BYTES + 1_000);
    const key = `upload ${uploadIndex}`;
    const path = join(folder, "file");
    const journalFolder = join(folder, `journals-${uploadIndex}`);
    await writeFile(path, bytes);
    await mkdir(journalFolder);
    const { endpoint } = proxy;
    const target = { endpoint, bucketName: BUCKET, key, path, journalFolder };
    const job = { ...auth, ...target, partSizeBytes: PART_SIZE_BYTES, concurrency: CONCURRENCY };
    const sent = new Set<string>();
    for (let killCount = 0; ; killCount += 1) {
      const firstPart = proxy.parts.length;
      const end = await this.#run(job, { isKilled: killCount < KILLS_PER_UPLOAD_MAX });
      this.#assertLittleSentAgain(sent, firstPart, key);
      if (end.crc64 === undefined) {
        this.#killCounts.set(end.phase, (this.#killCounts.get(end.phase) ?? 0) + 1);
        passKill();
      }
      // A process that dies between the removal of its journal and its last word was done.
      const isOver =
        end.crc64 !== undefined || (end.phase === "answered" && (await hasNoJournal(journalFolder)));
      if (isOver) {
        break;
      }
    }
    await assertObject(bucket, key, bytes);
  }

  #assertLittleSentAgain(sent: Set<string>, firstPart: number, key: string): void {
    const names = this.#surroundings.proxy.parts
      .slice(firstPart)
      .map(({ uploadId, partNumber }) => `${uploadId} ${partNumber}`);
    const again = new Set(names.filter((name) => sent.has(name)));
    for (const name of names) {
      sent.add(name);
    }
    this.#sentAgainMax = Math.max(this.#sentAgainMax, again.size);
    assert.ok(
      again.size <= CONCURRENCY + 1,
      `${again.size} parts of ${key} were sent again after one kill: ${[...again].join(", ")}`,
    );
  }

  async #run(job: UploadJob, { isKilled }: { readonly isKilled: boolean }): Promise<RunEnd> {
    const child = spawn(process.execPath, [processPath, JSON.stringify(job)], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    let errors = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      errors += text;
    });
    const exited = once(child, "close");
    const aim = this.#aim();
    const lines: string[] = [];
    let startedAtMs = 0;
    for await (const line of createInterface({ input: child.stdout })) {
      lines.push(line);
      startedAtMs ||= performance.now();
      if (isKilled && line === aim.phase) {
        void killAfter(child, aim.delayMs);
      }
    }
    await exited;
    const last = lines.at(-1) ?? "started";
    const done = /^done (\d+)$/.exec(last)?.[1];
    assert.ok(done !== undefined || child.signalCode === "SIGKILL", `the upload failed: ${errors}`);
    if (done !== undefined && !lines.includes("resuming")) {
      this.#durationMs = performance.now() - startedAtMs;
    }
    return { phase: last as UploadPhase, crc64: done === undefined ? undefined : BigInt(done) };
  }

  /** Where the next kill goes: anywhere, or to the phase that has had the fewest. */
  #aim(): { readonly phase: UploadPhase; readonly delayMs: number } {
    const random = this.#random;
    if (random.next() < DURATION_SHARE) {
      return { phase: "started", delayMs: random.next() * this.#durationMs };
    }
    const fewest = uploadPhases.toSorted(
      (left, right) => (this.#killCounts.get(left) ?? 0) - (this.#killCounts.get(right) ?? 0),
    );
    const phase = random.next() < 0.5 ? (fewest[0] ?? "uploading") : random.pick(uploadPhases);
    const delayMaxMs = phase === "uploading" ? UPLOADING_MAX_MS : KILL_DELAY_MAX_MS;
    return { phase, delayMs: random.next() * delayMaxMs };
  }
}

async function killAfter(child: ChildProcess, delayMs: number): Promise<void> {
  if (delayMs >= 1) {
    await delay(delayMs);
  }
  child.kill("SIGKILL");
}

async function hasNoJournal(folder: string): Promise<boolean> {
  return !(await readdir(folder)).some((name) => name.endsWith(".journal"));
}

async function assertObject(bucket: Bucket, key: string, bytes: Uint8Array): Promise<void> {
  const { crc64: stored, sizeBytes } = await bucket.headObject(key);
  assert.equal(sizeBytes, bytes.byteLength);
  assert.equal(stored, crc64(bytes), `${key} has another CRC-64 than its file`);
}
