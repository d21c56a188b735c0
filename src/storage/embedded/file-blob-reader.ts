// Reading a blob: positional, so that several ranges of one object need no order.
import type { FileHandle } from "node:fs/promises";
import type { BlobReader } from "../blob-store.ts";

/** The reader owns `handle` from here. */
export function readerOf(handle: FileHandle): BlobReader {
  return {
    read: async (position, target) => {
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
    },
    [Symbol.asyncDispose]: () => handle.close(),
  };
}
