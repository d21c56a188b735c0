// Reading a blob whose blocks have checksums: no byte is given out before the block it stands in was verified. Whole
// blocks are read straight into the caller's memory; of a block that is wanted in part, all is read and kept, for the
// rest of it is what is wanted next.
import type { FileHandle } from "node:fs/promises";
import { crc64 } from "../../protocol/crc64/crc64.ts";
import type { BlobId, BlobReader } from "../blob-store.ts";
import { BLOCK_SIZE_BYTES } from "./block-checksums.ts";
import { blobCorrupt } from "./file-errors.ts";
import { readFully } from "./read-fully.ts";

export interface CheckedBytes {
  readonly blobId: BlobId;
  readonly path: string;
  /** Where in the file the blob's first byte stands. */
  readonly startBytes: number;
  readonly sizeBytes: number;
  /** Of each block. */
  readonly checksums: readonly bigint[];
}

interface KeptBlock {
  index: number;
  readonly bytes: Buffer;
}

export class CheckedBlobReader implements BlobReader {
  readonly #handle: FileHandle;
  readonly #blob: CheckedBytes;
  /** The block that was wanted in part last. Whoever uses it takes it out, so that reads side by side share none. */
  #kept: KeptBlock | undefined;

  /** The reader owns `handle` from here. */
  constructor(handle: FileHandle, blob: CheckedBytes) {
    this.#handle = handle;
    this.#blob = blob;
  }

  async read(position: number, target: Uint8Array): Promise<number> {
    const { sizeBytes } = this.#blob;
    const end = Math.min(position + target.length, sizeBytes);
    let at = position;
    while (at < end) {
      const rest = target.subarray(at - position, end - position);
      const isAtBlock = at % BLOCK_SIZE_BYTES === 0;
      const wholeBytes = end === sizeBytes ? rest.length : rest.length - (rest.length % BLOCK_SIZE_BYTES);
      at +=
        isAtBlock && wholeBytes > 0
          ? await this.#readBlocks(at, rest.subarray(0, wholeBytes))
          : await this.#readWithinBlock(at, rest);
    }
    return Math.max(at - position, 0);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#handle.close();
  }

  /** `target` is as long as the blocks that begin at `position`. */
  async #readBlocks(position: number, target: Uint8Array): Promise<number> {
    const { path, blobId, startBytes, checksums } = this.#blob;
    const readBytes = await readFully(this.#handle, target, startBytes + position);
    for (let offset = 0; offset < target.length; offset += BLOCK_SIZE_BYTES) {
      const index = (position + offset) / BLOCK_SIZE_BYTES;
      const block = target.subarray(offset, offset + BLOCK_SIZE_BYTES);
      const isWhole = readBytes >= offset + block.length;
      if (!isWhole || crc64(block) !== checksums[index]) {
        const reason = isWhole ? `block ${index} has another checksum` : `block ${index} ends too early`;
        throw blobCorrupt({ blobId, path, block: index, offset: startBytes + position + offset }, reason);
      }
    }
    return target.length;
  }

  async #readWithinBlock(position: number, target: Uint8Array): Promise<number> {
    const index = Math.floor(position / BLOCK_SIZE_BYTES);
    const blockStart = index * BLOCK_SIZE_BYTES;
    const block = await this.#takeBlock(index);
    const run = block.bytes.subarray(position - blockStart, position - blockStart + target.length);
    target.set(run);
    this.#kept = block;
    return run.length;
  }

  async #takeBlock(index: number): Promise<KeptBlock> {
    const kept = this.#kept;
    if (kept?.index === index) {
      this.#kept = undefined;
      return kept;
    }
    const blockStart = index * BLOCK_SIZE_BYTES;
    const sizeBytes = Math.min(BLOCK_SIZE_BYTES, this.#blob.sizeBytes - blockStart);
    const bytes = kept?.bytes.length === sizeBytes ? kept.bytes : Buffer.allocUnsafe(sizeBytes);
    this.#kept = undefined;
    await this.#readBlocks(blockStart, bytes);
    return { index, bytes };
  }
}
