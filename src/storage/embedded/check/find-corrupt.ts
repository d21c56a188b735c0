// Reads all that objects and open uploads own, at a bounded rate, and finds what is not what was written.
import type { BlobId } from "../../blob-store.ts";
import type { CheckDatabase } from "./check-database.ts";
import { type BlobTotal, count, type FolderFault, faultOf, zero } from "./folder-fault.ts";
import { Pace, type PaceClock } from "./pace.ts";
import { blobFault } from "./verify-blob.ts";

/** That many faults are told; a disk with more of them needs no longer list. */
export const FAULTS_MAX = 10_000;
const PAGE_BLOBS = 1_000;
const READ_BUFFER_BYTES = 1_048_576;
/** A blob costs as much as so many bytes, however small it is: it has to be found and opened. */
const BLOB_COST_BYTES = 65_536;

export interface ScrubOptions {
  /** Of the reading, above 0; each blob counts with 64 KiB at least. Infinity for as fast as it goes. */
  readonly bytesPerSecond: number;
  /** Ends it within the blob that is being read, which then does not count. */
  readonly signal?: AbortSignal;
  /** Where an earlier one ended: blobs up to this one, in the order of their ids, are passed over. Default: none. */
  readonly after?: BlobId;
  /** Told of each blob that was read, and what is wrong with it, if anything. */
  readonly onBlob?: (blob: ScrubbedBlob) => void;
  readonly clock?: PaceClock;
}

export interface ScrubbedBlob {
  readonly blobId: BlobId;
  readonly sizeBytes: number;
  readonly fault: FolderFault | undefined;
}

export interface ScrubReport {
  readonly verified: BlobTotal;
  /** At most 10,000. */
  readonly faults: readonly FolderFault[];
  /** Whether the signal ended it before it had read everything. */
  readonly isInterrupted: boolean;
}

export async function findCorrupt(
  root: string,
  database: CheckDatabase,
  options: ScrubOptions,
): Promise<ScrubReport> {
  const { signal, onBlob, after: firstAfter = "" } = options;
  const pace = new Pace(options);
  const buffer = Buffer.allocUnsafe(READ_BUFFER_BYTES);
  const verified = zero();
  const faults: FolderFault[] = [];
  try {
    for (let after = firstAfter; ; ) {
      const page = database.ownedAfter(after, PAGE_BLOBS);
      for (const blob of page) {
        const { blobId, sizeBytes } = blob;
        await pace.spend(Math.max(0, BLOB_COST_BYTES - sizeBytes));
        const reason = await blobFault(root, blob, { buffer, pace });
        // What was deleted or moved meanwhile is nobody's any more.
        const isFault = reason !== undefined && database.owned(blobId) !== undefined;
        const fault = isFault ? faultOf(database, "bytes-corrupt", blobId, reason) : undefined;
        if (fault !== undefined && faults.length < FAULTS_MAX) {
          faults.push(fault);
        }
        count(verified, sizeBytes);
        onBlob?.({ blobId, sizeBytes, fault });
      }
      const last = page.at(-1);
      if (last === undefined) {
        return { verified, faults, isInterrupted: false };
      }
      after = last.blobId;
    }
  } catch (failure) {
    if (signal?.aborted) {
      return { verified, faults, isInterrupted: true };
    }
    throw failure;
  }
}
