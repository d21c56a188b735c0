// What somebody is told whose access key nobody knows. The service looks for the bucket first: clients ask with any
// key whether a bucket is there. Source: the Go SDK v2's tests of IsBucketExist and IsObjectExist.
import type { ServiceError } from "../protocol/errors/service-error.ts";
import type { RequestMessage, Resource } from "../protocol/http-message.ts";
import { invalidAccessKeyId } from "../protocol/signing/authentication-errors.ts";
import type { MetadataStore } from "../storage/metadata-store.ts";
import { StorageError } from "../storage/storage-error.ts";

export interface UnknownKeyRequest {
  readonly accessKeyId: string;
  readonly request: RequestMessage;
  /** The plausible readings of host and path: without a signature that fits, none is better than the others. */
  readonly candidates: readonly Resource[];
}

/** InvalidAccessKeyId; or that there is no such bucket, when the request is about one and not about making it. */
export async function unknownKeyError(
  { accessKeyId, request, candidates }: UnknownKeyRequest,
  store: { readonly metadata: Pick<MetadataStore, "getBucket"> },
): Promise<ServiceError | StorageError> {
  const buckets = candidates.flatMap(({ bucket }) => bucket ?? []);
  const isAboutBuckets = buckets.length === candidates.length && !isPutBucket(request);
  const records = await Promise.all(
    isAboutBuckets ? buckets.map((bucket) => store.metadata.getBucket(bucket)) : [],
  );
  if (isAboutBuckets && records.every((record) => record === undefined)) {
    return new StorageError("bucket-missing", `bucket ${buckets[0]} does not exist`);
  }
  return invalidAccessKeyId(accessKeyId);
}

function isPutBucket({ method, resource, query }: RequestMessage): boolean {
  return method === "PUT" && resource.key === undefined && query.length === 0;
}
