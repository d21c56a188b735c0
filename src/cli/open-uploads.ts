// The multipart uploads that a bucket has open, and what each holds.
import type { Bucket } from "../client/node/index.ts";
import { ServiceError } from "../protocol/errors/service-error.ts";
import type { ListedUpload } from "../protocol/operations/list-multipart-uploads.ts";

const PAGE_SIZE = 1000;

export async function* openUploads(bucket: Bucket, prefix: string): AsyncGenerator<ListedUpload> {
  let markers: { keyMarker: string; uploadIdMarker: string } | undefined;
  do {
    const page = await bucket.listMultipartUploads({ prefix, maxUploads: PAGE_SIZE, ...markers });
    yield* page.uploads;
    markers = page.isTruncated
      ? { keyMarker: page.nextKeyMarker, uploadIdMarker: page.nextUploadIdMarker }
      : undefined;
  } while (markers !== undefined);
}

export interface HeldParts {
  readonly partCount: number;
  readonly sizeBytes: number;
}

/** What an upload takes of the bucket's space; undefined if it has ended since it was listed. */
export async function heldParts(bucket: Bucket, upload: ListedUpload): Promise<HeldParts | undefined> {
  try {
    return await countParts(bucket, upload);
  } catch (error) {
    if (error instanceof ServiceError && error.code === "NoSuchUpload") {
      return undefined;
    }
    throw error;
  }
}

async function countParts(bucket: Bucket, { key, uploadId }: ListedUpload): Promise<HeldParts> {
  let partCount = 0;
  let sizeBytes = 0;
  let partNumberMarker: number | undefined;
  do {
    const page = await bucket.listParts(key, uploadId, {
      maxParts: PAGE_SIZE,
      ...(partNumberMarker === undefined ? {} : { partNumberMarker }),
    });
    partCount += page.parts.length;
    sizeBytes += page.parts.reduce((sum, part) => sum + part.sizeBytes, 0);
    partNumberMarker = page.isTruncated ? page.nextPartNumberMarker : undefined;
  } while (partNumberMarker !== undefined);
  return { partCount, sizeBytes };
}
