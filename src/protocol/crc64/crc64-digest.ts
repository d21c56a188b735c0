// The CRC-64 of a message, piece by piece. Where WebAssembly runs, the kernel goes on with what it has from one long piece
// to the next, so that what an end costs is paid once.

import { crc64Table } from "./crc64-table.ts";
import {
  type Crc64Fold,
  type Crc64Kernel,
  loadCrc64Kernel,
  type WebAssemblyPlatform,
} from "./load-crc64-kernel.ts";

/**
 * From here on the fold is faster than the tables. Starting and ending it costs 8 µs at any length, in which the tables
 * do some 18 KB, and it reads 7 GB/s or more besides. bench/crc64.ts prints both ways around this length.
 */
export const FOLD_MIN_BYTES: number = 22 * 1024;

/** Undefined where it does not run. */
export interface LoadedKernel {
  readonly kernel: Crc64Kernel | undefined;
}

let loaded: LoadedKernel | undefined;

/** The one of this process. */
export function crc64Kernel(): LoadedKernel {
  loaded ??= {
    kernel: loadCrc64Kernel((globalThis as { readonly WebAssembly?: WebAssemblyPlatform }).WebAssembly),
  };
  return loaded;
}

export class Crc64Digest {
  readonly #kernel: Crc64Kernel | undefined;
  /** Of what came before the fold. */
  #value: bigint;
  #fold: Crc64Fold | undefined;

  /**
   * @param previous  the CRC-64 of what comes before the message, 0 … CRC64_MAX
   * @param kernel    default: this process's kernel; without one the tables in JavaScript do it
   */
  constructor(previous: bigint = 0n, { kernel }: LoadedKernel = crc64Kernel()) {
    this.#value = previous;
    this.#kernel = kernel;
  }

  /** The bytes are read now and not kept. */
  update(bytes: Uint8Array): void {
    if (bytes.length >= FOLD_MIN_BYTES) {
      this.#fold ??= this.#kernel?.startFold(this.#value);
    }
    if (this.#fold) {
      this.#fold.fold(bytes);
    } else {
      this.#value = (this.#kernel?.crc64 ?? crc64Table)(bytes, this.#value);
    }
  }

  /**
   * Of all until now, 0 … CRC64_MAX. More may follow, at the cost of an end for each time that this is asked. Whoever has
   * begun has to ask at last: only that gives back the place among the messages that are folded at a time.
   */
  get value(): bigint {
    this.#value = this.#fold?.finish() ?? this.#value;
    this.#fold = undefined;
    return this.#value;
  }
}
