// The WebAssembly kernel as a function. Bytes are copied into its window, a bounded piece at a time, so it works on
// any array of any size in 256 KiB of memory of its own. How it computes is written in assembly/sparse-fold.ts.

import { CRC64_WASM_HEX } from "./crc64-wasm.ts";

/** CRC-64/XZ of what has the value `previous`, 0 … CRC64_MAX, followed by `bytes`. */
export type Crc64Function = (bytes: Uint8Array, previous: bigint) => bigint;

/** What of the global WebAssembly is needed. `never` stands for its own Module, a type that the wire does not know. */
export interface WebAssemblyPlatform {
  readonly Module: new (binary: Uint8Array<ArrayBuffer>) => object;
  readonly Instance: new (module: never) => { readonly exports: unknown };
}

/**
 * From here on the fold is faster than the tables. Ending it costs 8 µs at any length, in which the tables do some
 * 18 KB, and it reads 7 GB/s or more besides. bench/crc64.ts prints both ways around this length.
 */
export const FOLD_MIN_BYTES: number = 22 * 1024;

/** The exports of assembly/index.ts. */
interface KernelExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly windowAddress: { readonly value: number };
  readonly windowSizeBytes: { readonly value: number };
  crcOfWindow(register: bigint, sizeBytes: number): bigint;
  startFold(register: bigint): void;
  foldWindow(sizeBytes: number): void;
  finishFold(lastSizeBytes: number): bigint;
}

/**
 * Compiles the kernel at once: at 3 KB it is below the 4 KiB that old versions of Chrome allow for that in a page.
 *
 * @param platform  the global WebAssembly
 * @returns undefined when there is none, it has no SIMD, or the page's policy forbids it
 */
export function loadCrc64Kernel(platform: WebAssemblyPlatform | undefined): Crc64Function | undefined {
  const kernel = instantiate(platform);
  if (kernel === undefined) return undefined;
  const window = new Uint8Array(
    kernel.memory.buffer,
    kernel.windowAddress.value,
    kernel.windowSizeBytes.value,
  );
  return (bytes, previous) => {
    const register =
      bytes.length < FOLD_MIN_BYTES
        ? crcByTables(kernel, window, bytes, ~previous)
        : crcByFold(kernel, window, bytes, ~previous);
    return BigInt.asUintN(64, ~register);
  };
}

function instantiate(platform: WebAssemblyPlatform | undefined): KernelExports | undefined {
  if (platform === undefined) return undefined;
  const binary = Uint8Array.from(CRC64_WASM_HEX.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
  try {
    const module = new platform.Module(binary);
    return new platform.Instance(module as never).exports as KernelExports;
  } catch {
    // Missing SIMD and a forbidding policy both show as an error of compilation, and neither is an error here.
    return undefined;
  }
}

function crcByTables(kernel: KernelExports, window: Uint8Array, bytes: Uint8Array, register: bigint): bigint {
  window.set(bytes);
  return kernel.crcOfWindow(register, bytes.length);
}

function crcByFold(kernel: KernelExports, window: Uint8Array, bytes: Uint8Array, register: bigint): bigint {
  window.set(bytes.subarray(0, window.length));
  kernel.startFold(register);
  let start = 0;
  while (start + window.length < bytes.length) {
    kernel.foldWindow(window.length);
    start += window.length;
    window.set(bytes.subarray(start, start + window.length));
  }
  kernel.foldWindow(bytes.length - start);
  return kernel.finishFold(bytes.length - start);
}
