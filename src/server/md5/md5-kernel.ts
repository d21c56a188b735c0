// The WebAssembly kernel of MD5 as functions. It works in place on the bytes of one memory, which is the caller's: what is
// received into that memory is hashed without a copy. How it computes is written in assembly/four-streams.ts.

import { MD5_WASM_BASE64 } from "./md5-wasm.ts";

/** What of the global WebAssembly is needed; its types belong to those of pages. */
export interface WebAssemblyPlatform {
  readonly Memory: new (size: { readonly initial: number; readonly maximum: number }) => WebAssemblyMemory;
  readonly Module: new (binary: Uint8Array) => object;
  readonly Instance: new (module: never, imports: object) => { readonly exports: unknown };
}

export interface WebAssemblyMemory {
  readonly buffer: ArrayBuffer;
}

/** Only this many streams gain by being hashed together. */
export const LANE_COUNT = 4;

export const BLOCK_SIZE_BYTES = 64;

/** The four registers of a stream. */
export type Md5Registers = Uint32Array;

/** Whole blocks of one stream. */
export interface Md5Lane {
  readonly registers: Md5Registers;
  /** Where in the memory its blocks lie. */
  readonly address: number;
}

export interface Md5Kernel {
  /** Takes in `blockCount` blocks of each lane: 1 … LANE_COUNT lanes, each of another stream. */
  hash(lanes: readonly Md5Lane[], blockCount: number): void;
  readonly memory: WebAssemblyMemory;
  /** The bytes of the memory from here on are the caller's. */
  readonly freeAddress: number;
}

/** The registers of an MD5 over nothing. Source: RFC 1321, section 3.3. */
export function initialRegisters(): Md5Registers {
  return Uint32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476);
}

/** The exports of assembly/index.ts. */
interface KernelExports {
  readonly laneStatesAddress: { readonly value: number };
  readonly loneStateAddress: { readonly value: number };
  readonly freeAddress: { readonly value: number };
  hashFourStreams(first: number, second: number, third: number, fourth: number, blockCount: number): void;
  hashOneStream(start: number, blockCount: number): void;
}

/** @throws what the platform throws where it has no SIMD */
export function loadMd5Kernel(memory: WebAssemblyMemory, platform: WebAssemblyPlatform): Md5Kernel {
  const module = new platform.Module(Buffer.from(MD5_WASM_BASE64, "base64"));
  const kernel = new platform.Instance(module as never, { env: { memory } }).exports as KernelExports;
  const laneStates = new Uint32Array(memory.buffer, kernel.laneStatesAddress.value, LANE_COUNT * LANE_COUNT);
  const loneState = new Uint32Array(memory.buffer, kernel.loneStateAddress.value, LANE_COUNT);
  return {
    memory,
    freeAddress: kernel.freeAddress.value,
    hash(lanes, blockCount) {
      const [first, second, third, fourth] = lanes;
      if (first === undefined) {
        return;
      }
      if (lanes.length === 1) {
        loneState.set(first.registers);
        kernel.hashOneStream(first.address, blockCount);
        first.registers.set(loneState);
        return;
      }
      // A lane without a stream hashes the first one's bytes, and what comes of it is not looked at.
      for (const [lane, { registers }] of lanes.entries()) {
        for (const [word, register] of registers.entries()) {
          laneStates[word * LANE_COUNT + lane] = register;
        }
      }
      const [one, two, three, four] = [first, second ?? first, third ?? first, fourth ?? first];
      kernel.hashFourStreams(one.address, two.address, three.address, four.address, blockCount);
      for (const [lane, { registers }] of lanes.entries()) {
        for (const word of registers.keys()) {
          registers[word] = laneStates[word * LANE_COUNT + lane] ?? 0;
        }
      }
    },
  };
}
