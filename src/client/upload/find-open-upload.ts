// Going on with an upload of which no journal tells: the service lists what it has, and what it has is compared with
// the source's own bytes. Only parts that are equal to the bytes at their place are kept; nothing is guessed.
import { PART_SIZE_MIN_BYTES } from "../../protocol/limits.ts";
import type { ListedUpload } from "../../protocol/operations/list-multipart-uploads.ts";
import { type FittingPlan, fittingPlans } from "./fitting-plans.ts";
import { type ListingCalls, listAllParts, listOpenUploads } from "./list-open-uploads.ts";
import { PartComparison, type PartComparisonOptions } from "./part-comparison.ts";
import type { Recut } from "./recut.ts";
import { unlessDenied } from "./unless-denied.ts";
import type { JournaledPart } from "./upload-journal.ts";

export interface FindOpenUploadOptions extends PartComparisonOptions {
  readonly calls: ListingCalls;
  readonly key: string;
  /** Bytes; the least that the service takes of a part that is not the last. Default PART_SIZE_MIN_BYTES. */
  readonly partSizeMinBytes?: number | undefined;
}

interface OpenUpload {
  readonly uploadId: string;
  /** Of every part but the last, and those that were cut anew; what is missing has to be cut alike. */
  readonly partSizeBytes: number;
  readonly recuts: readonly Recut[];
  /** Equal to the source's bytes at their place, by their digests. In order; at least one. */
  readonly parts: readonly JournaledPart[];
  readonly keptBytes: number;
}

/** An upload of the same key that is not continued. Its parts take space until it is aborted. */
export interface StaleUpload {
  readonly uploadId: string;
  readonly initiated: Date;
  /** Undefined if it was not looked into, because there are many. */
  readonly heldBytes: number | undefined;
}

export interface OpenUploadSearch {
  /** The one of which most bytes can be kept; of several the one begun last. */
  readonly found: OpenUpload | undefined;
  /** The one begun last first. */
  readonly staleUploads: readonly StaleUpload[];
}

/** Uploads of one key that are looked into, those begun last. */
const UPLOAD_COUNT_MAX = 16;

interface Candidate {
  readonly upload: ListedUpload;
  readonly plan: FittingPlan;
}

/**
 * Looks for an upload of `key` with which the upload of `source` can go on.
 *
 * What the object will carry besides its bytes was said when that upload was begun; the service does not tell it.
 * Where it may not be asked (AccessDenied), nothing is found.
 *
 * @throws {ServiceError} what else the service answered
 * @throws {ClientError} `source-changed` if the source is shorter than it was
 * @throws the signal's reason after an abort
 */
export async function findOpenUpload(options: FindOpenUploadOptions): Promise<OpenUploadSearch> {
  const { calls, key, source, signal, partSizeMinBytes = PART_SIZE_MIN_BYTES } = options;
  const uploads = await unlessDenied(listOpenUploads(calls, key, signal), []);
  const candidates: Candidate[] = [];
  const staleUploads = new Map<string, StaleUpload>();
  for (const [index, upload] of uploads.entries()) {
    const listed =
      index < UPLOAD_COUNT_MAX ? await listAllParts(calls, key, upload.uploadId, signal) : undefined;
    const isGone = index < UPLOAD_COUNT_MAX && listed === undefined;
    if (!isGone) {
      const heldBytes = listed?.reduce((sum, part) => sum + part.sizeBytes, 0);
      const { uploadId, initiated } = upload;
      staleUploads.set(uploadId, { uploadId, initiated, heldBytes });
    }
    const plans = fittingPlans({ listed: listed ?? [], sizeBytes: source.sizeBytes, partSizeMinBytes });
    candidates.push(...plans.map((plan) => ({ upload, plan })));
  }
  const found = await bestOf(candidates, options);
  staleUploads.delete(found?.uploadId ?? "");
  return { found, staleUploads: [...staleUploads.values()] };
}

/** Begins with those of which most could be kept, so that the others need not be compared when it is. */
async function bestOf(
  candidates: readonly Candidate[],
  options: FindOpenUploadOptions,
): Promise<OpenUpload | undefined> {
  const comparison = new PartComparison(options);
  let best: OpenUpload | undefined;
  // The sort is stable: of equal ones the one begun last stays first.
  for (const { upload, plan } of candidates.toSorted((a, b) => b.plan.sizeBytes - a.plan.sizeBytes)) {
    const enoughBytes = best?.keptBytes ?? 0;
    if (plan.sizeBytes > enoughBytes) {
      const parts = await comparison.equalParts(plan.parts, enoughBytes);
      const keptBytes = parts.reduce((sum, part) => sum + part.sizeBytes, 0);
      const { partSizeBytes, recuts } = plan;
      const { uploadId } = upload;
      best = keptBytes > enoughBytes ? { uploadId, partSizeBytes, recuts, parts, keptBytes } : best;
    }
  }
  return best;
}
