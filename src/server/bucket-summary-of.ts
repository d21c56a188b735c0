// A bucket's record as ListBuckets and GetBucketInfo show it. Its endpoints are the host that the client used: clients
// build further requests on them.
import type { BucketSummary } from "../protocol/fields/bucket-summary.ts";
import type { BucketRecord } from "../storage/records.ts";
import type { RequestContext } from "./service-context.ts";

export function bucketSummaryOf(
  { name, storageClass, createdAtMs }: BucketRecord,
  { region, host }: RequestContext,
): BucketSummary {
  return {
    name,
    creationDate: new Date(createdAtMs),
    location: locationOf(region),
    region,
    extranetEndpoint: host,
    intranetEndpoint: host,
    storageClass,
  };
}

/** `oss-cn-hangzhou` of `cn-hangzhou`: OSS spells a region in these two ways. */
export function locationOf(region: string): string {
  return `oss-${region}`;
}
