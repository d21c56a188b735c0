// Size and CRC-64 of an object from those of its parts.
import { combineCrc64 } from "../../protocol/crc64/combine-crc64.ts";
import type { UploadedPart } from "./part-info.ts";

export interface Whole {
  readonly sizeBytes: number;
  readonly crc64: bigint;
}

/** @param parts  in order of their numbers; undefined is returned for none, and unless size and CRC-64 of each are known */
export function wholeOf(parts: readonly UploadedPart[]): Whole | undefined {
  let whole: Whole = { sizeBytes: 0, crc64: 0n };
  for (const { sizeBytes, crc64 } of parts) {
    if (sizeBytes === undefined || crc64 === undefined) {
      return undefined;
    }
    whole = { sizeBytes: whole.sizeBytes + sizeBytes, crc64: combineCrc64(whole.crc64, crc64, sizeBytes) };
  }
  return parts.length === 0 ? undefined : whole;
}
