// How fast is MD5 when several bodies are hashed together? node bench/md5.ts
//
// The rivals take turns within each round, so a disturbance hits all of them, and the median of the rounds counts.

import { hash } from "node:crypto";
import { ReceiveMemory } from "../src/server/receive-memory.ts";

const BUFFER_SIZE_BYTES: number = 512 * 1024;
const ROUND_COUNT = 25;
/** Buffers of each stream that are hashed within one round: a part of 8 MiB. */
const UPDATE_COUNT = 16;
/** The ratio that four streams must reach over one of OpenSSL's. */
const FOUR_OVER_OPENSSL_MIN = 3;

const memory = new ReceiveMemory({ bufferCount: 8, bufferSizeBytes: BUFFER_SIZE_BYTES });
const buffers = Array.from({ length: 8 }, (_, index) => memory.tryTake()?.fill(index) ?? new Uint8Array(0));

const rivals = new Map<string, () => Promise<number>>([
  ...[1, 2, 3, 4, 8].map((count) => [`${count} together`, () => hashTogether(count)] as const),
  ["OpenSSL", hashByOpenSsl],
]);
const samples = new Map([...rivals.keys()].map((name) => [name, [] as number[]]));
for (let round = 0; round < ROUND_COUNT; round++) {
  for (const [name, run] of rivals) {
    const before = process.cpuUsage();
    const sizeBytes = await run();
    const { user, system } = process.cpuUsage(before);
    samples.get(name)?.push(sizeBytes / (user + system) / 1e3);
  }
}
for (const [name, speeds] of samples) {
  console.log(name.padEnd(12), median(speeds).toFixed(2), "GB a CPU second");
}
const ratio = median(samples.get("4 together") ?? []) / median(samples.get("OpenSSL") ?? []);
console.log(`four together over one stream of OpenSSL: ${ratio.toFixed(2)}`);
if (!(ratio >= FOUR_OVER_OPENSSL_MIN)) {
  console.log(`MISSED: at least ${FOUR_OVER_OPENSSL_MIN}`);
  process.exitCode = 1;
}

/** @returns how many bytes were hashed */
async function hashTogether(streamCount: number): Promise<number> {
  await Promise.all(
    buffers.slice(0, streamCount).map(async (buffer) => {
      const md5 = memory.startMd5();
      for (let update = 0; update < UPDATE_COUNT; update++) {
        await md5.update(buffer);
      }
      md5.digest();
    }),
  );
  return streamCount * UPDATE_COUNT * BUFFER_SIZE_BYTES;
}

async function hashByOpenSsl(): Promise<number> {
  for (let update = 0; update < UPDATE_COUNT; update++) {
    hash("md5", buffers[update % buffers.length] ?? "", "buffer");
  }
  return UPDATE_COUNT * BUFFER_SIZE_BYTES;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}
