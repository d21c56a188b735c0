// The WebAssembly kernel of MD5 as functions. It works in place on the bytes of one memory, which is the caller's: what is
// received into that memory is hashed without a copy. How it computes is written in assembly/vector-steps.ts.

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

/** So many streams are hashed together in hardly more time than five of them. */
export const LANE_COUNT = 8;

/** Up to so many take hardly more time than two. */
const FEW_LANES_COUNT = 4;

const REGISTER_COUNT = 4;

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
  readonly eightStatesAddress: { readonly value: number };
  readonly fourStatesAddress: { readonly value: number };
  readonly loneStateAddress: { readonly value: number };
  readonly freeAddress: { readonly value: number };
  hashEightStreams(
    first: number,
    second: number,
    third: number,
    fourth: number,
    fifth: number,
    sixth: number,
    seventh: number,
    eighth: number,
    blockCount: number,
  ): void;
  hashFourStreams(first: number, second: number, third: number, fourth: number, blockCount: number): void;
  hashOneStream(start: number, blockCount: number): void;
}

/** @throws what the platform throws where it has no SIMD */
export function loadMd5Kernel(memory: WebAssemblyMemory, platform: WebAssemblyPlatform): Md5Kernel {
  const module = new platform.Module(Buffer.from(MD5_WASM_BASE64, "base64"));
  const kernel = new platform.Instance(module as never, { env: { memory } }).exports as KernelExports;
  const eightStates = new Uint32Array(
    memory.buffer,
    kernel.eightStatesAddress.value,
    REGISTER_COUNT * LANE_COUNT,
  );
  const fourStates = new Uint32Array(
    memory.buffer,
    kernel.fourStatesAddress.value,
    REGISTER_COUNT * FEW_LANES_COUNT,
  );
  const loneState = new Uint32Array(memory.buffer, kernel.loneStateAddress.value, REGISTER_COUNT);
  return {
    memory,
    freeAddress: kernel.freeAddress.value,
    hash(lanes, blockCount) {
      const [first] = lanes;
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
      const addressOf = (lane: number) => (lanes[lane] ?? first).address;
      if (lanes.length <= FEW_LANES_COUNT) {
        putStates(lanes, fourStates);
        kernel.hashFourStreams(addressOf(0), addressOf(1), addressOf(2), addressOf(3), blockCount);
        takeStates(lanes, fourStates);
        return;
      }
      putStates(lanes, eightStates);
      kernel.hashEightStreams(
        addressOf(0),
        addressOf(1),
        addressOf(2),
        addressOf(3),
        addressOf(4),
        addressOf(5),
        addressOf(6),
        addressOf(7),
        blockCount,
      );
      takeStates(lanes, eightStates);
    },
  };
}

/** @param states  for each register, a word of each lane */
function putStates(lanes: readonly Md5Lane[], states: Uint32Array): void {
  const width = states.length / REGISTER_COUNT;
  lanes.forEach(({ registers }, lane) => {
    for (let word = 0; word < REGISTER_COUNT; word++) {
      states[word * width + lane] = registers[word] ?? 0;
    }
  });
}

function takeStates(lanes: readonly Md5Lane[], states: Uint32Array): void {
  const width = states.length / REGISTER_COUNT;
  lanes.forEach(({ registers }, lane) => {
    for (let word = 0; word < REGISTER_COUNT; word++) {
      registers[word] = states[word * width + lane] ?? 0;
    }
  });
}
