// Where the bytes of one part of a stream are while it is filled and sent: in blocks of memory, or in a spool.
import type { BufferPool } from "./buffer-pool.ts";
import type { SpooledPart } from "./part-spool.ts";

/** A piece of a part in a buffer of a pool. */
export interface Block {
  readonly buffer: Uint8Array;
  /** The part of the buffer that is used. */
  readonly bytes: Uint8Array;
}

export interface PartStore {
  /** Takes the block. @returns false if there is no room for it; then it is still the caller's */
  append(block: Block): Promise<boolean>;
  /** As `ByteSource.read`. */
  read(position: number, target: Uint8Array): Promise<number>;
  release(): Promise<void>;
}

/** @param pool  of the blocks */
export function memoryStore(pool: BufferPool): PartStore {
  const blocks: Block[] = [];
  return {
    async append(block) {
      blocks.push(block);
      return true;
    },
    async read(position, target) {
      return copyFrom(blocks, position, target);
    },
    async release() {
      for (const { buffer } of blocks.splice(0)) {
        pool.release(buffer);
      }
    },
  };
}

/** @param pool  of the blocks, which go back as soon as they are written */
export function spoolStore(spooled: SpooledPart, pool: BufferPool): PartStore {
  return {
    async append({ buffer, bytes }) {
      const isWritten = await spooled.append(bytes);
      if (isWritten) {
        pool.release(buffer);
      }
      return isWritten;
    },
    read: (position, target) => spooled.read(position, target),
    release: () => spooled.discard(),
  };
}

function copyFrom(blocks: readonly Block[], position: number, target: Uint8Array): number {
  let copiedBytes = 0;
  let blockStart = 0;
  for (const { bytes } of blocks) {
    const from = position + copiedBytes - blockStart;
    if (from < bytes.byteLength) {
      const piece = bytes.subarray(from, from + target.byteLength - copiedBytes);
      target.set(piece, copiedBytes);
      copiedBytes += piece.byteLength;
    }
    if (copiedBytes === target.byteLength) {
      break;
    }
    blockStart += bytes.byteLength;
  }
  return copiedBytes;
}
