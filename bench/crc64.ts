// How fast is CRC-64, and from which length does the fold pay? node bench/crc64.ts
//
// The rivals take turns within each round, so a disturbance hits all of them, and the median of the rounds counts.

import { hash } from "node:crypto";
import { createCRC64 } from "hash-wasm";
import { combineCrc64 } from "../src/protocol/crc64/combine-crc64.ts";
import { crc64 } from "../src/protocol/crc64/crc64.ts";
import { FOLD_MIN_BYTES } from "../src/protocol/crc64/crc64-digest.ts";
import { crc64Table } from "../src/protocol/crc64/crc64-table.ts";
import { CRC64_WASM_HEX } from "../src/protocol/crc64/crc64-wasm.ts";

const KIB = 1024;
const ROUND_COUNT = 15;
/** Bytes that a rival hashes within one round, for each size. */
const ROUND_BYTES = 8 * KIB * KIB;

/** The ratio that must hold on pieces of 256 KiB, copy into the kernel's memory included. */
const OVER_HASH_WASM_MIN = 5;
const OVER_HASH_WASM_SIZE: number = 256 * KIB;
const KERNEL_SIZE_MAX_BYTES = 20_000;

const KERNEL_SIZE_BYTES: number = Buffer.from(CRC64_WASM_HEX, "hex").length;

const hashWasm = await createCRC64();
const rivals = new Map<string, (bytes: Uint8Array) => unknown>([
  ["crc64", crc64],
  ["table", crc64Table],
  ["hash-wasm", (bytes) => hashWasm.init().update(bytes).digest("binary")],
  ["md5", (bytes) => hash("md5", bytes, "buffer")],
]);
const sizes = [
  KIB,
  16 * KIB,
  FOLD_MIN_BYTES - 1,
  FOLD_MIN_BYTES,
  64 * KIB,
  256 * KIB,
  KIB * KIB,
  8 * KIB * KIB,
];

console.log(
  ["bytes".padStart(8), ...[...rivals.keys()].map((name) => name.padStart(10))].join(""),
  " GB/s, crc64 over hash-wasm",
);
for (const size of sizes) {
  const speeds = measureSpeeds(new Uint8Array(size).fill(7));
  const ratio = (speeds[0] ?? Number.NaN) / (speeds[2] ?? Number.NaN);
  const cells = speeds.map((speed) => speed.toFixed(2).padStart(10));
  console.log([String(size).padStart(8), ...cells].join(""), ` ${ratio.toFixed(1)} ×`);
  if (size === OVER_HASH_WASM_SIZE && !(ratio >= OVER_HASH_WASM_MIN)) {
    console.log(`MISSED: at least ${OVER_HASH_WASM_MIN} × on pieces of ${size} bytes`);
    process.exitCode = 1;
  }
}
console.log(`kernel   ${KERNEL_SIZE_BYTES} bytes, of at most ${KERNEL_SIZE_MAX_BYTES}`);
console.log(`combine  ${measureCombine(8 * KIB * KIB).toFixed(2)} µs for each of 10,000 equal parts`);

/** GB/s of each rival, in order. */
function measureSpeeds(bytes: Uint8Array): number[] {
  const samples = [...rivals.values()].map((): number[] => []);
  const callCount = Math.ceil(ROUND_BYTES / bytes.length);
  for (let round = 0; round < ROUND_COUNT; round++) {
    for (const [index, rival] of [...rivals.values()].entries()) {
      samples[index]?.push((bytes.length * callCount) / timeCalls(rival, bytes, callCount) / 1e6);
    }
  }
  return samples.map(median);
}

/** Milliseconds. */
function timeCalls(rival: (bytes: Uint8Array) => unknown, bytes: Uint8Array, callCount: number): number {
  const start = performance.now();
  for (let call = 0; call < callCount; call++) rival(bytes);
  return performance.now() - start;
}

function measureCombine(partSizeBytes: number): number {
  const samples: number[] = [];
  for (let round = 0; round < ROUND_COUNT; round++) {
    const start = performance.now();
    let whole = 0n;
    for (let part = 0; part < 10_000; part++) whole = combineCrc64(whole, 42n, partSizeBytes);
    samples.push((performance.now() - start) / 10);
  }
  return median(samples);
}

function median(samples: readonly number[]): number {
  return samples.toSorted((a, b) => a - b)[samples.length >> 1] ?? Number.NaN;
}
