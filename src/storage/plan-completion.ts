// The decision at completion: which parts become the object. Pure, so that every adapter decides alike.
import { combineCrc64 } from "../protocol/crc64/combine-crc64.ts";
import type { Completion } from "./metadata-store.ts";
import type { PartRecord } from "./records.ts";
import { StorageError } from "./storage-error.ts";

export interface CompletionPlan {
  /** The object's parts, in order. */
  readonly published: readonly PartRecord[];
  /** The parts that the caller did not name. */
  readonly dropped: readonly PartRecord[];
  readonly sizeBytes: number;
  readonly crc64: bigint;
}

/**
 * Compares what the caller named with the parts that are there, and adds up sizes and checksums.
 *
 * @param stored  the upload's parts in ascending order
 * @throws {StorageError} part-mismatch, part-too-small
 * @throws {RangeError} if the caller named parts out of order
 */
export function planCompletion(stored: readonly PartRecord[], completion: Completion): CompletionPlan {
  assertAscending(completion);
  const published = namedParts(stored, completion);
  assertLargeEnough(published, completion);

  const numbers = new Set(completion.parts.map((part) => part.partNumber));
  const dropped = stored.filter((part) => !numbers.has(part.partNumber));
  assertMayDrop(dropped, completion);
  let sizeBytes = 0;
  let crc64 = 0n;
  for (const part of published) {
    crc64 = combineCrc64(crc64, part.crc64, part.sizeBytes);
    sizeBytes += part.sizeBytes;
  }
  return { published, dropped, sizeBytes, crc64 };
}

function assertMayDrop([first]: readonly PartRecord[], { upload, unnamedParts }: Completion): void {
  if (unnamedParts === "refuse" && first !== undefined) {
    const { partNumber } = first;
    throw new StorageError("part-mismatch", `part ${partNumber} of upload ${upload.uploadId} is not named`, {
      fields: { partNumber },
    });
  }
}

function assertAscending({ parts }: Completion): void {
  let before = 0;
  for (const { partNumber } of parts) {
    if (partNumber <= before) {
      throw new RangeError(`part ${partNumber} is named after part ${before}`);
    }
    before = partNumber;
  }
}

function namedParts(stored: readonly PartRecord[], { upload, parts }: Completion): PartRecord[] {
  const [first] = stored;
  if (parts.length === 0 && first !== undefined) {
    // One that came when the caller had looked: it must not be lost.
    throw new StorageError("part-mismatch", `upload ${upload.uploadId} has parts, and none is named`, {
      fields: { partNumber: first.partNumber },
    });
  }
  const byNumber = new Map(stored.map((part) => [part.partNumber, part]));
  return parts.map(({ partNumber, md5 }) => {
    const part = byNumber.get(partNumber);
    if (part?.md5 === md5) {
      return part;
    }
    const reason = part === undefined ? "was not uploaded" : `has MD5 ${part.md5}, not ${md5}`;
    throw new StorageError("part-mismatch", `part ${partNumber} of upload ${upload.uploadId} ${reason}`, {
      fields: { partNumber },
    });
  });
}

function assertLargeEnough(published: readonly PartRecord[], completion: Completion): void {
  const { upload, partSizeMinBytes } = completion;
  const small = published.slice(0, -1).find((part) => part.sizeBytes < partSizeMinBytes);
  if (small !== undefined) {
    const { partNumber, sizeBytes } = small;
    throw new StorageError(
      "part-too-small",
      `part ${partNumber} of upload ${upload.uploadId} has ${sizeBytes} bytes; all but the last need ${partSizeMinBytes}`,
      { fields: { partNumber, sizeBytes, minSizeBytes: partSizeMinBytes } },
    );
  }
}
