// Buffers in the memory of the CRC-64 kernel, which reads the bytes in them where they are: without a copy it takes half
// the time (bench/README.md). The whole process shares them.

import { crc64Kernel } from "./crc64-digest.ts";
import type { KernelMemory } from "./load-crc64-kernel.ts";

export const KERNEL_BUFFER_SIZE_BYTES: number = 256 * 1024;
const PAGE_SIZE_BYTES: number = 64 * 1024;

/** 16 MiB of addresses; of real memory as much as was ever lent at a time. */
const KERNEL_BUFFER_COUNT_MAX = 64;

/** All that were reserved, and those of them that nobody has. Undefined before the first is asked for. */
let buffers: { readonly memory: ArrayBufferLike | undefined; readonly idle: Uint8Array[] } | undefined;

/**
 * A buffer with any content: the one given back last, which is still in the processor's cache. Undefined when all are
 * lent, or the kernel does not run here.
 */
export function takeKernelBuffer(): Uint8Array | undefined {
  buffers ??= reserve();
  return buffers.idle.pop();
}

/** @returns whether the buffer is one of these, and has been taken back */
export function giveBackKernelBuffer(buffer: Uint8Array): boolean {
  if (buffer.buffer !== buffers?.memory) {
    return false;
  }
  buffers.idle.push(buffer);
  return true;
}

function reserve(): NonNullable<typeof buffers> {
  const memory = crc64Kernel().kernel?.memory;
  const start = memory && growBy(memory, KERNEL_BUFFER_COUNT_MAX * KERNEL_BUFFER_SIZE_BYTES);
  if (memory === undefined || start === undefined) {
    return { memory: undefined, idle: [] };
  }
  const idle = Array.from(
    { length: KERNEL_BUFFER_COUNT_MAX },
    (_, index) =>
      new Uint8Array(memory.buffer, start + index * KERNEL_BUFFER_SIZE_BYTES, KERNEL_BUFFER_SIZE_BYTES),
  );
  return { memory: memory.buffer, idle };
}

/** Where the new memory begins; undefined where there is no room for it. */
function growBy(memory: KernelMemory, sizeBytes: number): number | undefined {
  try {
    return memory.grow(sizeBytes / PAGE_SIZE_BYTES) * PAGE_SIZE_BYTES;
  } catch {
    return undefined;
  }
}
