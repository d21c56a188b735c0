// One run over all buckets: does what their lifecycle rules ask for at one moment. What fails in one bucket does not keep
// the others waiting.
import type { MetadataStore } from "../../storage/metadata-store.ts";
import type { BucketRecord } from "../../storage/records.ts";
import { StorageError } from "../../storage/storage-error.ts";
import {
  BucketLifecycleRun,
  type LifecycleRunCounts,
  type LifecycleRunOptions,
} from "./bucket-lifecycle-run.ts";

const BUCKET_PAGE_SIZE = 100;

/** @throws {StorageError} when the buckets cannot be listed */
export async function runLifecycle(
  metadata: MetadataStore,
  options: LifecycleRunOptions,
): Promise<LifecycleRunCounts> {
  const counts: LifecycleRunCounts = {
    abortedUploadCount: 0,
    changedVersionCount: 0,
    deletedVersionCount: 0,
  };
  for await (const bucket of allBuckets(metadata)) {
    if (options.signal?.aborted) {
      break;
    }
    try {
      await new BucketLifecycleRun(metadata, bucket, counts, options).run();
    } catch (failure) {
      if (!(failure instanceof StorageError && failure.code === "bucket-missing")) {
        options.reportFailure(failure);
      }
    }
  }
  return counts;
}

async function* allBuckets(metadata: MetadataStore): AsyncIterable<BucketRecord> {
  let startAfter = "";
  for (let isTruncated = true; isTruncated; ) {
    const page = await metadata.listBuckets({ prefix: "", startAfter, limit: BUCKET_PAGE_SIZE });
    yield* page.buckets;
    startAfter = page.buckets.at(-1)?.name ?? startAfter;
    isTruncated = page.isTruncated;
  }
}
