// What the values of a call stand for, so that model and service are asked the same.
import { createHash } from "node:crypto";
import type { ByteRange } from "../../src/protocol/fields/byte-range.ts";
import type { Body, Edge, PartNumber, Range, VersionChoice } from "./service-calls.ts";
import type { ServiceModel } from "./service-model.ts";

const PART_NUMBER_MAX = 10_000;
/** Of the form that ids have, but smaller than any that was ever given. */
const NEVER_GIVEN_VERSION_ID = `CAEQ${"0".repeat(16)}`;

export function bytesOf({ sizeBytes, seed }: Body): Buffer {
  return Buffer.alloc(sizeBytes, Buffer.from([seed, seed + 1, seed + 2, seed + 5, 7, 11, 13]));
}

/** Bytes as a failure can show them: `deepStrictEqual` takes minutes to print how two long buffers differ. */
export function fingerprint(bytes: Uint8Array): string {
  return `${bytes.length} bytes of MD5 ${createHash("md5").update(bytes).digest("hex")}`;
}

/** The range in bytes, both ends inclusive, or no range at all where its ends would be the wrong way round. */
export function resolveRange({ start, end }: Range, sizeBytes: number): ByteRange {
  const at = ({ quarters, offset }: Edge) => Math.max(0, Math.floor((sizeBytes * quarters) / 4) + offset);
  const resolved = { ...(start && { start: at(start) }), ...(end && { end: at(end) }) };
  const { start: from = 0, end: to = from } = resolved;
  return from <= to ? resolved : {};
}

/** Undefined for the current version. */
export function resolveVersion(key: string, version: VersionChoice, model: ServiceModel): string | undefined {
  switch (version) {
    case "current":
      return undefined;
    case "null":
      return "null";
    case "gone":
      return model.versions?.goneIdOf(key) ?? NEVER_GIVEN_VERSION_ID;
    default: {
      const versionIds = model.versions?.idsOf(key) ?? [];
      return versionIds[version % versionIds.length];
    }
  }
}

export function resolvePartNumber(partNumber: PartNumber, uploadId: string, model: ServiceModel): number {
  if (partNumber !== "next") {
    return partNumber;
  }
  return Math.min((model.findParts(uploadId).at(-1)?.partNumber ?? 0) + 1, PART_NUMBER_MAX);
}

/** Where an append goes that shall be `offset` bytes beside the end. */
export function resolvePosition(key: string, offset: number, model: ServiceModel): number {
  return Math.max(0, (model.find(key)?.bytes.length ?? 0) + offset);
}
