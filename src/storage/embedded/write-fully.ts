// The system may write less than it was given.
import type { FileHandle } from "node:fs/promises";

export async function writeFully(handle: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let writtenBytes = 0; writtenBytes < bytes.length; ) {
    const rest = bytes.length - writtenBytes;
    const result = await handle.write(bytes, writtenBytes, rest, position + writtenBytes);
    writtenBytes += result.bytesWritten;
  }
}
