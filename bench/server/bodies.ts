// One file with all bodies that are sent, and what a server must say of them.
import { createHash, randomFillSync } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { crc64 } from "../../src/protocol/crc64/crc64.ts";

/** Random bytes from the start of the file, as many as the largest part has; every part begins there. */
export interface Bodies {
  readonly path: string;
  /** The ETag and the CRC-64 of the first `sizeBytes`. */
  digests(sizeBytes: number): { readonly md5: string; readonly crc64: string };
}

/** @param sizeBytes  of the largest body */
export async function writeBodies(path: string, sizeBytes: number): Promise<Bodies> {
  const bytes = randomFillSync(new Uint8Array(sizeBytes));
  await writeFile(path, bytes);
  return {
    path,
    digests(ofBytes) {
      const part = bytes.subarray(0, ofBytes);
      return { md5: createHash("md5").update(part).digest("hex"), crc64: crc64(part).toString() };
    },
  };
}
