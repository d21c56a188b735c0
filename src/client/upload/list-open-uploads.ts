// What the service keeps of uploads that were begun and neither completed nor aborted.
import { ServiceError } from "../../protocol/errors/service-error.ts";
import { present } from "../../protocol/fields/present.ts";
import type { ListedUpload } from "../../protocol/operations/list-multipart-uploads.ts";
import type { ListedPart } from "../../protocol/operations/list-parts.ts";

interface Waiting {
  readonly signal?: AbortSignal | undefined;
}

/** What the listings need of a bucket. Bucket has it. */
export interface ListingCalls {
  listMultipartUploads(
    options: Waiting & {
      readonly prefix?: string;
      readonly keyMarker?: string;
      readonly uploadIdMarker?: string;
    },
  ): Promise<{
    readonly uploads: readonly ListedUpload[];
    readonly isTruncated: boolean;
    readonly nextKeyMarker: string;
    readonly nextUploadIdMarker: string;
  }>;
  listParts(
    key: string,
    uploadId: string,
    options: Waiting & { readonly partNumberMarker?: number },
  ): Promise<{
    readonly parts: readonly ListedPart[];
    readonly isTruncated: boolean;
    readonly nextPartNumberMarker: number;
  }>;
}

/** Of uploads, a thousand a page: more than anybody looks through for one key. */
const PAGE_COUNT_MAX = 100;

/**
 * The uploads of exactly this key, the one begun last first.
 *
 * @throws {ServiceError} what the service answered
 */
export async function listOpenUploads(
  calls: ListingCalls,
  key: string,
  signal: AbortSignal | undefined,
): Promise<readonly ListedUpload[]> {
  const uploads: ListedUpload[] = [];
  let markers: { readonly keyMarker?: string; readonly uploadIdMarker?: string } = {};
  for (let page = 1; page <= PAGE_COUNT_MAX; page++) {
    const listing = await calls.listMultipartUploads({ prefix: key, ...markers, signal });
    uploads.push(...listing.uploads.filter((upload) => upload.key === key));
    // The listing goes by key, and of all keys that begin with this one it is itself the first.
    if (!listing.isTruncated || listing.uploads.some((upload) => upload.key !== key)) {
      break;
    }
    markers = present({
      keyMarker: listing.nextKeyMarker,
      uploadIdMarker: listing.nextUploadIdMarker || undefined,
    });
  }
  return uploads.sort((left, right) => right.initiated.getTime() - left.initiated.getTime());
}

/**
 * All parts of an upload, each number once.
 *
 * @returns undefined when there is no such upload any more
 * @throws {ServiceError} what else the service answered
 */
export async function listAllParts(
  calls: ListingCalls,
  key: string,
  uploadId: string,
  signal: AbortSignal | undefined,
): Promise<readonly ListedPart[] | undefined> {
  const parts = new Map<number, ListedPart>();
  let partNumberMarker = 0;
  try {
    for (;;) {
      const listing = await calls.listParts(key, uploadId, { partNumberMarker, signal });
      for (const part of listing.parts) {
        parts.set(part.partNumber, part);
      }
      // The numbers end at 10,000, and with a marker that goes up so does this loop.
      if (!listing.isTruncated || listing.nextPartNumberMarker <= partNumberMarker) {
        return [...parts.values()];
      }
      partNumberMarker = listing.nextPartNumberMarker;
    }
  } catch (error) {
    if (error instanceof ServiceError && error.code === "NoSuchUpload") {
      return undefined;
    }
    throw error;
  }
}
