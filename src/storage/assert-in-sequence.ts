// The decision about a part of a sequential upload, law 9 of the port. Pure, so that every adapter decides alike.
import type { BlobId } from "./blob-store.ts";
import type { UploadId } from "./records.ts";
import { partNotSequential } from "./refusals.ts";

export interface PartInSequence {
  readonly upload: UploadId;
  readonly partNumber: number;
  /** 0 when there is no part yet. */
  readonly lastPartNumber: number;
  /** Of the part that stands before this one in the upload. */
  readonly blobBefore: BlobId | undefined;
  /** Of the part that the caller took for it. */
  readonly follows: BlobId | undefined;
}

/** @throws {StorageError} part-not-sequential */
export function assertInSequence(part: PartInSequence): void {
  const { upload, partNumber, lastPartNumber, blobBefore, follows } = part;
  const isNext = partNumber === lastPartNumber + 1;
  const isLastAgain = partNumber === lastPartNumber;
  if (!(isNext || isLastAgain)) {
    throw partNotSequential(upload, `part ${partNumber} came after part ${lastPartNumber}`);
  }
  if (blobBefore !== follows) {
    throw partNotSequential(upload, `the part before part ${partNumber} was replaced meanwhile`);
  }
}
