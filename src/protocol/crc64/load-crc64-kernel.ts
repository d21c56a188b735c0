// The WebAssembly kernel as functions. Bytes that lie in the kernel's memory are read where they are; others are copied
// into its window, a bounded piece at a time. How it computes is written in assembly/sparse-fold.ts.

import { CRC64_WASM_HEX } from "./crc64-wasm.ts";

/** CRC-64/XZ of what has the value `previous`, 0 … CRC64_MAX, followed by `bytes`. */
type Crc64Function = (bytes: Uint8Array, previous: bigint) => bigint;

/** What of the global WebAssembly is needed. `never` stands for its own Module, a type that the wire does not know. */
export interface WebAssemblyPlatform {
  readonly Module: new (binary: Uint8Array<ArrayBuffer>) => object;
  readonly Instance: new (module: never) => { readonly exports: unknown };
}

/** How many messages can be folded at a time: so many states have room in the memory. */
export const FOLD_COUNT_MAX = 64;

export interface Crc64Kernel {
  /** By tables: quick for short messages. */
  readonly crc64: Crc64Function;
  /**
   * Begins a message of at least eight bytes, behind one with the CRC-64 `previous`.
   *
   * @returns undefined while FOLD_COUNT_MAX others are under way
   */
  startFold(previous: bigint): Crc64Fold | undefined;
  /** What lies here is not copied. It may grow, which takes from under earlier views what they show. */
  readonly memory: KernelMemory;
}

/** One message, from piece to piece. `finish` ends it. */
export interface Crc64Fold {
  fold(bytes: Uint8Array): void;
  /** The CRC-64 of all. */
  finish(): bigint;
}

export interface KernelMemory {
  readonly buffer: ArrayBuffer;
  /**
   * @param pageCount  of 64 KiB; those that nobody writes to cost nothing
   * @returns how many there were before
   * @throws {RangeError} where there is no room for more
   */
  grow(pageCount: number): number;
}

/** The exports of assembly/index.ts. */
interface KernelExports {
  readonly memory: KernelMemory;
  readonly window: { readonly value: number };
  readonly windowSize: { readonly value: number };
  crc(register: bigint, at: number, sizeBytes: number): bigint;
  start(fold: number, register: bigint): void;
  fold(fold: number, at: number, sizeBytes: number): void;
  finish(fold: number): bigint;
}

/**
 * Compiles the kernel at once: at 3 KB it is below the 4 KiB that old versions of Chrome allow for that in a page.
 *
 * @param platform  the global WebAssembly
 * @returns undefined when there is none, it has no SIMD, or the page's policy forbids it
 */
export function loadCrc64Kernel(platform: WebAssemblyPlatform | undefined): Crc64Kernel | undefined {
  const kernel = instantiate(platform);
  if (kernel === undefined) return undefined;
  const { memory, window, windowSize } = kernel;
  const idle = [...Array(FOLD_COUNT_MAX).keys()];

  const readThrough = (bytes: Uint8Array, read: (at: number, sizeBytes: number) => void): void => {
    if (bytes.buffer === memory.buffer) {
      read(bytes.byteOffset, bytes.length);
      return;
    }
    for (let start = 0; start < bytes.length; start += windowSize.value) {
      const piece = bytes.subarray(start, start + windowSize.value);
      new Uint8Array(memory.buffer).set(piece, window.value);
      read(window.value, piece.length);
    }
  };

  return {
    memory,
    crc64(bytes, previous) {
      let register = ~previous;
      readThrough(bytes, (at, sizeBytes) => {
        register = kernel.crc(register, at, sizeBytes);
      });
      return BigInt.asUintN(64, ~register);
    },
    startFold(previous) {
      const fold = idle.pop();
      if (fold === undefined) return undefined;
      kernel.start(fold, ~previous);
      return {
        fold: (bytes) => readThrough(bytes, (at, sizeBytes) => kernel.fold(fold, at, sizeBytes)),
        finish() {
          idle.push(fold);
          return BigInt.asUintN(64, ~kernel.finish(fold));
        },
      };
    },
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
