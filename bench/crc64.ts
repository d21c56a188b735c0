// How fast is CRC-64, and from which length does the fold pay? node bench/crc64.ts
//
// First pieces that are a message each, as `crc64()` gets them; then messages of 8 MiB that come in chunks, as parts of an
// upload do: the same chunk again and again, which stays in the processor's cache, and 8 MiB from memory. The target is of
// chunks. The rivals take turns within each round, so a disturbance hits all of them, and the median of the rounds counts.

import { hash } from "node:crypto";
import { createCRC64 } from "hash-wasm";
import { combineCrc64 } from "../src/protocol/crc64/combine-crc64.ts";
import { crc64 } from "../src/protocol/crc64/crc64.ts";
import { Crc64Digest, FOLD_MIN_BYTES } from "../src/protocol/crc64/crc64-digest.ts";
import { crc64Table } from "../src/protocol/crc64/crc64-table.ts";
import { CRC64_WASM_HEX } from "../src/protocol/crc64/crc64-wasm.ts";

const KIB = 1024;
const ROUND_COUNT = 15;
/** Bytes that a rival hashes within one round, for each size. */
const ROUND_BYTES = 32 * KIB * KIB;

/** The ratio that must hold on chunks of 256 KiB, copy into the kernel's memory included. */
const OVER_HASH_WASM_MIN = 5;
const CHUNK_SIZE_BYTES: number = 256 * KIB;
const MESSAGE_SIZE_BYTES: number = 8 * KIB * KIB;
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

console.log("GB/s");
console.log(["bytes".padStart(24), ...[...rivals.keys()].map((name) => name.padStart(10))].join(""));
for (const size of sizes) {
  printSpeeds(String(size), measureSpeeds([...rivals.values()], new Uint8Array(size).fill(7)), 2);
}

const chunk = new Uint8Array(CHUNK_SIZE_BYTES).fill(7);
const message = new Uint8Array(MESSAGE_SIZE_BYTES).fill(7);
const inChunks = (bytes: Uint8Array) =>
  [chunksIntoFold, chunksIntoHashWasm].map((digest) => () => digest(chunksOf(bytes)));
console.log(`\n${"chunks of one message".padStart(24)}     crc64 hash-wasm`);
const ratio = printSpeeds(`${CHUNK_SIZE_BYTES}, from cache`, measureSpeeds(inChunks(chunk), message), 1);
printSpeeds(`${CHUNK_SIZE_BYTES}, from memory`, measureSpeeds(inChunks(message), message), 1);
if (!(ratio >= OVER_HASH_WASM_MIN)) {
  console.log(`MISSED: at least ${OVER_HASH_WASM_MIN} × hash-wasm on chunks of ${CHUNK_SIZE_BYTES} bytes`);
  process.exitCode = 1;
}
console.log(`kernel   ${KERNEL_SIZE_BYTES} bytes, of at most ${KERNEL_SIZE_MAX_BYTES}`);
console.log(`combine  ${measureCombine(8 * KIB * KIB).toFixed(2)} µs for each of 10,000 equal parts`);

/** The chunks of a message of `MESSAGE_SIZE_BYTES`: what there is, as often as it takes. */
function chunksOf(bytes: Uint8Array): readonly Uint8Array[] {
  return Array.from({ length: MESSAGE_SIZE_BYTES / CHUNK_SIZE_BYTES }, (_, index) => {
    const start = (index * CHUNK_SIZE_BYTES) % bytes.length;
    return bytes.subarray(start, start + CHUNK_SIZE_BYTES);
  });
}

function chunksIntoFold(chunks: readonly Uint8Array[]): unknown {
  const digest = new Crc64Digest();
  for (const bytes of chunks) digest.update(bytes);
  return digest.value;
}

function chunksIntoHashWasm(chunks: readonly Uint8Array[]): unknown {
  hashWasm.init();
  for (const bytes of chunks) hashWasm.update(bytes);
  return hashWasm.digest("binary");
}

/** @returns how many times as fast as hash-wasm the first is */
function printSpeeds(name: string, speeds: readonly number[], hashWasmIndex: number): number {
  const ratio = (speeds[0] ?? Number.NaN) / (speeds[hashWasmIndex] ?? Number.NaN);
  const cells = speeds.map((speed) => speed.toFixed(2).padStart(10));
  console.log([name.padStart(24), ...cells, `  ${ratio.toFixed(1)} × hash-wasm`].join(""));
  return ratio;
}

/** GB/s of each rival, in order. */
function measureSpeeds(rivals: readonly ((bytes: Uint8Array) => unknown)[], bytes: Uint8Array): number[] {
  const samples = rivals.map((): number[] => []);
  const callCount = Math.ceil(ROUND_BYTES / bytes.length);
  for (let round = 0; round < ROUND_COUNT; round++) {
    for (const [index, rival] of rivals.entries()) {
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
