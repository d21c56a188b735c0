// Sources that are in memory, or that the platform keeps for us.
import type { ByteSource } from "./byte-source.ts";

/** The bytes must not be changed until the upload ends. */
export function bytesSource(bytes: Uint8Array): ByteSource {
  return {
    label: "the byte array",
    sizeBytes: bytes.byteLength,
    async read(position, target) {
      const piece = bytes.subarray(position, position + target.byteLength);
      target.set(piece);
      return piece.byteLength;
    },
    async assertUnchanged() {},
    async close() {},
  };
}

/** A Blob is immutable; one of a file fails to read once the file has changed. */
export function blobSource(blob: Blob): ByteSource {
  return {
    label: "the Blob",
    sizeBytes: blob.size,
    async read(position, target) {
      const piece = new Uint8Array(await blob.slice(position, position + target.byteLength).arrayBuffer());
      target.set(piece);
      return piece.byteLength;
    },
    async assertUnchanged() {},
    async close() {},
  };
}
