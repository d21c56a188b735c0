// Reads everything that a store has and compares it with the CRC-64s that were taken when it was received.
import { crc64 } from "../protocol/crc64/crc64.ts";
import { uploadPages, versionPages } from "../server/lifecycle/lifecycle-pages.ts";
import type { BlobStore, Store } from "../storage/index.ts";

export interface VerifiedContents {
  /** Objects, their versions included, and parts of open uploads. */
  readonly contentCount: number;
  readonly bytes: number;
  /** A line for each that is not what was received: which, and why. */
  readonly damages: readonly string[];
}

interface Found {
  contentCount: number;
  bytes: number;
  readonly damages: string[];
}

interface Expected {
  readonly name: string;
  readonly blobIds: readonly string[];
  readonly sizeBytes: number;
  readonly crc64: bigint;
}

const PAGE_SIZE = 1_000;
const BUFFER_BYTES = 1024 * 1024;

export async function verifyContents(store: Store): Promise<VerifiedContents> {
  const found: Found = { contentCount: 0, bytes: 0, damages: [] };
  const buffer = Buffer.alloc(BUFFER_BYTES);
  for await (const bucket of bucketNames(store)) {
    for await (const expected of expectedOf(bucket, store)) {
      await verify(expected, store.blobs, { found, buffer });
    }
  }
  return found;
}

async function* bucketNames({ metadata }: Store): AsyncIterable<string> {
  let startAfter = "";
  for (let isTruncated = true; isTruncated; ) {
    const page = await metadata.listBuckets({ prefix: "", startAfter, limit: PAGE_SIZE });
    for (const { name } of page.buckets) {
      yield name;
      startAfter = name;
    }
    isTruncated = page.isTruncated;
  }
}

async function* expectedOf(bucket: string, store: Store): AsyncIterable<Expected> {
  const { metadata } = store;
  const scope = { bucket, prefix: "", pageSize: PAGE_SIZE };
  for await (const page of versionPages(metadata, scope)) {
    for (const { version } of page) {
      // A delete marker has no bytes, and those of a link are in its attributes.
      if (version.type === "DeleteMarker" || version.type === "Symlink") {
        continue;
      }
      const { key, versionId } = version;
      const opened = await metadata.openObject({ bucket, key, versionId });
      const blobIds = (opened?.extents ?? []).map(({ blobId }) => blobId);
      const name = `oss://${bucket}/${key}${versionId === "null" ? "" : ` (version ${versionId})`}`;
      yield { name, blobIds, sizeBytes: version.sizeBytes, crc64: version.crc64 };
    }
  }
  for await (const page of uploadPages(metadata, scope)) {
    for (const upload of page) {
      yield* expectedParts(upload, store);
    }
  }
}

async function* expectedParts(
  upload: { readonly bucket: string; readonly key: string; readonly uploadId: string },
  { metadata }: Store,
): AsyncIterable<Expected> {
  let afterPartNumber = 0;
  for (let isTruncated = true; isTruncated; ) {
    const page = await metadata.listParts(upload, { afterPartNumber, limit: PAGE_SIZE });
    for (const { partNumber, blobId, sizeBytes, crc64: sum } of page.parts) {
      const name = `part ${partNumber} of upload ${upload.uploadId} to oss://${upload.bucket}/${upload.key}`;
      yield { name, blobIds: [blobId], sizeBytes, crc64: sum };
      afterPartNumber = partNumber;
    }
    isTruncated = page.isTruncated;
  }
}

async function verify(
  expected: Expected,
  blobs: BlobStore,
  { found, buffer }: { readonly found: Found; readonly buffer: Buffer },
): Promise<void> {
  let sizeBytes = 0;
  let sum = 0n;
  try {
    for (const blobId of expected.blobIds) {
      await using reader = await blobs.open(blobId);
      let position = 0;
      for (let readBytes = -1; readBytes !== 0; position += readBytes) {
        readBytes = await reader.read(position, buffer);
        sum = crc64(buffer.subarray(0, readBytes), sum);
      }
      sizeBytes += position;
    }
    if (sizeBytes !== expected.sizeBytes || sum !== expected.crc64) {
      const now = `${sizeBytes} bytes with CRC-64 ${sum}`;
      found.damages.push(`${expected.name} is ${now}, not ${expected.sizeBytes} with ${expected.crc64}`);
    }
  } catch (failure) {
    found.damages.push(`${expected.name} cannot be read: ${(failure as Error).message}`);
  }
  found.contentCount += 1;
  found.bytes += sizeBytes;
}
