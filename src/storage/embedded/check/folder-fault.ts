// What can be wrong with a data folder.
import type { BlobId } from "../../blob-store.ts";
import type { CheckDatabase } from "./check-database.ts";

export type FaultKind =
  /** The database file is damaged. */
  | "database-damaged"
  /** Facts contradict each other. */
  | "facts-contradict"
  /** A row without bytes. */
  | "bytes-missing"
  /** Bytes without a row, where none may be. */
  | "owner-missing"
  /** The row and the bytes say different sizes. */
  | "size-differs"
  /** Bytes that are not those that were written. */
  | "bytes-corrupt";

export interface FolderFault {
  readonly kind: FaultKind;
  /** One line: what, and whose. */
  readonly message: string;
  readonly blobId?: BlobId;
  /** Such as `object photos/cat.jpg, part 1`. */
  readonly owner?: string;
}

export interface BlobTotal {
  blobCount: number;
  bytes: number;
}

export function faultOf(
  database: CheckDatabase,
  kind: FaultKind,
  blobId: BlobId,
  reason: string,
): FolderFault {
  const owner = database.describeOwner(blobId);
  return { kind, blobId, owner, message: `blob ${blobId} of ${owner}: ${reason}` };
}

export function zero(): BlobTotal {
  return { blobCount: 0, bytes: 0 };
}

export function count(total: BlobTotal, bytes: number): void {
  total.blobCount += 1;
  total.bytes += bytes;
}
