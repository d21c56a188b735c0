import { createHash } from "node:crypto";

/** Bytes that repeat on no part boundary, the same in every run. */
export function repeatableBytes(sizeBytes: number, seed = "partwise"): Buffer {
  const block = createHash("shake256", { outputLength: 65_521 }).update(seed).digest();
  return Buffer.alloc(sizeBytes, block);
}
