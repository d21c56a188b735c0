// Where a blob lies: `<lease>/<folder>/<sequence>` below the blob folder, 1,024 blobs to a folder.
import { join } from "node:path";
import type { BlobId } from "../blob-store.ts";

const BLOBS_PER_FOLDER = 1_024;
const BLOB_ID = /^([0-9]+)\/([0-9]+)$/;

export interface BlobPlace {
  readonly leaseFolder: string;
  readonly folder: string;
  readonly file: string;
}

/** @throws {RangeError} if `id` was not made by this store */
export function blobPlace(root: string, id: BlobId): BlobPlace {
  const [, leaseId, sequence] = BLOB_ID.exec(id) ?? [];
  if (leaseId === undefined || sequence === undefined) {
    throw new RangeError(`not a blob id of this store: ${JSON.stringify(id)}`);
  }
  const leaseFolder = join(root, leaseId);
  const folder = join(leaseFolder, String(Math.floor(Number(sequence) / BLOBS_PER_FOLDER)));
  return { leaseFolder, folder, file: join(folder, sequence) };
}
