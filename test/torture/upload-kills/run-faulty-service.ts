// An upload to a service that fails at random, beside one to a service that does not: it ends, and takes little longer.
import assert from "node:assert/strict";
import type { TransferConcurrency } from "../../../src/client/flow/transfer-window.ts";
import { Bucket } from "../../../src/client/node/index.ts";
import { crc64 } from "../../../src/protocol/crc64/crc64.ts";
import { fixedCredentials, startServer } from "../../../src/server/index.ts";
import { openMemoryStore } from "../../../src/storage/index.ts";
import { seededBytes, seededRandom } from "../seeded-random.ts";
import { type ProxyFate, startCountingProxy } from "./counting-proxy.ts";

export interface FaultyServiceOptions {
  readonly seed: number;
  /** Enough that the faults come as often as they should. */
  readonly partCount: number;
  readonly log: (line: string) => void;
}

const BUCKET = "faulty-service";
const PART_SIZE_BYTES = 100 * 1024;
/** Before each answer; a part takes a little longer. */
const DELAY_MS = 100;
const WARM_UP_PARTS = 16;
const TIMEOUT_MS = 1_000;
const STATUS_503_SHARE = 0.05;
const RESET_SHARE = 0.01;
const STALL_SHARE = 0.01;
export const RATIO_MAX = 1.5;

/** @returns how much longer the upload took than without faults */
export async function runFaultyService(
  options: FaultyServiceOptions,
  concurrency: TransferConcurrency,
): Promise<number> {
  const { seed, partCount, log } = options;
  const credentials = { accessKeyId: "torture-id", accessKeySecret: "torture-secret" };
  await using store = await openMemoryStore();
  await using server = await startServer({ store, credentials: fixedCredentials([credentials]) });
  const random = seededRandom(seed);
  let isFaulty = false;
  const fateCounts = new Map<ProxyFate, number>();
  await using proxy = await startCountingProxy({
    endpoint: server.endpoint,
    delayMs: () => DELAY_MS,
    fateOf: () => {
      const fate = isFaulty ? fateOf(random.next()) : "pass";
      fateCounts.set(fate, (fateCounts.get(fate) ?? 0) + Number(isFaulty));
      return fate;
    },
  });
  const bucket = new Bucket(credentials, proxy.endpoint, BUCKET, {
    region: "cn-hangzhou",
    timeoutMs: TIMEOUT_MS,
    // A busy machine adds silences of its own.
    attempts: 8,
  });
  await bucket.createBucket();
  const bytes = seededBytes(seed, partCount * PART_SIZE_BYTES);
  const upload = async (key: string, source: Uint8Array) => {
    const startedAtMs = performance.now();
    const result = await bucket.upload(key, source, {
      checkpoint: false,
      partSize: PART_SIZE_BYTES,
      multipartThreshold: 0,
      concurrency,
    });
    assert.equal(result.crc64, crc64(source));
    return { result, tookMs: performance.now() - startedAtMs };
  };

  await upload("warm", bytes.subarray(0, WARM_UP_PARTS * PART_SIZE_BYTES));
  const clean = await upload("clean", bytes);
  isFaulty = true;
  const faulty = await upload("faulty", bytes);

  isFaulty = false;
  assert.equal((await bucket.headObject("faulty")).crc64, crc64(bytes));
  const ratio = faulty.tookMs / clean.tookMs;
  const counts = [...fateCounts].map(([fate, count]) => `${fate} ${count}`).join(", ");
  const { retryCount, duplicateCount } = faulty.result.statistics;
  log(
    `concurrency ${JSON.stringify(concurrency)}, ${partCount} parts: ${Math.round(faulty.tookMs)} ms over a faulty service ` +
      `(${counts}; ${retryCount} retries, ${duplicateCount} duplicates), ${Math.round(clean.tookMs)} ms over a clean one: ` +
      `${ratio.toFixed(2)} ×`,
  );
  return ratio;
}

function fateOf(share: number): ProxyFate {
  if (share < STATUS_503_SHARE) {
    return "status-503";
  }
  if (share < STATUS_503_SHARE + RESET_SHARE) {
    return "reset";
  }
  return share < STATUS_503_SHARE + RESET_SHARE + STALL_SHARE ? "stall" : "pass";
}
