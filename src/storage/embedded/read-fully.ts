// The system may read less than was asked for, even in the middle of a file.
import type { FileHandle } from "node:fs/promises";

/** @returns the bytes read; less than `target.length` only at the end of the file */
export async function readFully(handle: FileHandle, target: Uint8Array, position: number): Promise<number> {
  let filledBytes = 0;
  while (filledBytes < target.length) {
    const rest = target.length - filledBytes;
    const { bytesRead } = await handle.read(target, filledBytes, rest, position + filledBytes);
    if (bytesRead === 0) {
      break;
    }
    filledBytes += bytesRead;
  }
  return filledBytes;
}
