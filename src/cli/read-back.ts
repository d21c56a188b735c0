// The second proof: what the server gives back equals the file, byte by byte.
import { open } from "node:fs/promises";
import { CommandError } from "./command-error.ts";

const COMPARE_BUFFER_SIZE_BYTES = 1024 * 1024;

/** @throws {CommandError} naming the first position at which the two differ */
export async function compareWithFile(
  object: { readonly body: AsyncIterable<Uint8Array> },
  path: string,
  onProgress: (comparedBytes: number) => void,
): Promise<void> {
  await using file = await open(path);
  const buffer = Buffer.allocUnsafe(COMPARE_BUFFER_SIZE_BYTES);
  let position = 0;
  for await (const chunk of object.body) {
    for (let offset = 0; offset < chunk.length; offset += buffer.length) {
      const piece = chunk.subarray(offset, offset + buffer.length);
      const { bytesRead } = await file.read(buffer, 0, piece.length, position);
      if (bytesRead < piece.length || buffer.compare(piece, 0, piece.length, 0, piece.length) !== 0) {
        throw new CommandError(
          `${path} differs from what was read back, between byte ${position} and ${position + piece.length}; did the file change?`,
        );
      }
      position += piece.length;
    }
    onProgress(position);
  }
  const { size } = await file.stat();
  if (size !== position) {
    throw new CommandError(`${path} has ${size} bytes, but ${position} were read back; did the file change?`);
  }
}
