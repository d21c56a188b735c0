// The decision at completion: which parts become the object. Pure, so that every adapter decides alike.
import { combineCrc64 } from "../protocol/crc64/combine-crc64.ts";
import type { Completion } from "./metadata-store.ts";
import type { PartRecord, UploadId } from "./records.ts";
import { StorageError } from "./storage-error.ts";

/** What the decision asks of a part that is there. */
export type PlannedPart = Pick<PartRecord, "crc64" | "md5" | "partNumber" | "sizeBytes">;

export interface CompletionPlan<Part> {
  /** The object's parts, in order. */
  readonly published: readonly Part[];
  /** The parts that the caller did not name. */
  readonly dropped: readonly Part[];
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
export function planCompletion<Part extends PlannedPart>(
  stored: readonly Part[],
  completion: Completion,
): CompletionPlan<Part> {
  assertAscending(completion);
  const { published, dropped } = divide(stored, completion);
  assertLargeEnough(published, completion);
  assertMayDrop(dropped, completion);
  let sizeBytes = 0;
  let crc64 = 0n;
  for (const part of published) {
    crc64 = combineCrc64(crc64, part.crc64, part.sizeBytes);
    sizeBytes += part.sizeBytes;
  }
  return { published, dropped, sizeBytes, crc64 };
}

function assertMayDrop([first]: readonly PlannedPart[], { upload, unnamedParts }: Completion): void {
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

/** Into those that are named and the others, in one walk along both lists. */
function divide<Part extends PlannedPart>(
  stored: readonly Part[],
  { upload, parts }: Completion,
): Pick<CompletionPlan<Part>, "dropped" | "published"> {
  const [first] = stored;
  if (parts.length === 0 && first !== undefined) {
    // One that came when the caller had looked: it must not be lost.
    throw new StorageError("part-mismatch", `upload ${upload.uploadId} has parts, and none is named`, {
      fields: { partNumber: first.partNumber },
    });
  }
  const published: Part[] = [];
  const dropped: Part[] = [];
  for (const part of stored) {
    const named = parts[published.length];
    if (named === undefined || part.partNumber < named.partNumber) {
      dropped.push(part);
    } else {
      published.push(asNamed(part, named, upload));
    }
  }
  const missing = parts[published.length];
  if (missing !== undefined) {
    throw mismatch(missing.partNumber, upload, "was not uploaded");
  }
  return { published, dropped };
}

/** @throws {StorageError} part-mismatch unless it is the very part */
function asNamed<Part extends PlannedPart>(
  part: Part,
  named: Completion["parts"][number],
  upload: UploadId,
): Part {
  if (part.partNumber !== named.partNumber) {
    throw mismatch(named.partNumber, upload, "was not uploaded");
  }
  if (part.md5 !== named.md5) {
    throw mismatch(part.partNumber, upload, `has MD5 ${part.md5}, not ${named.md5}`);
  }
  return part;
}

function mismatch(partNumber: number, { uploadId }: UploadId, reason: string): StorageError {
  return new StorageError("part-mismatch", `part ${partNumber} of upload ${uploadId} ${reason}`, {
    fields: { partNumber },
  });
}

function assertLargeEnough(published: readonly PlannedPart[], completion: Completion): void {
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
