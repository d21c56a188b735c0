import type { getBucketStat } from "../../protocol/operations/get-bucket-stat.ts";
import { countBucket } from "../count-bucket.ts";
import type { Handler } from "../handler.ts";

export const handleGetBucketStat: Handler<typeof getBucketStat> = async ({ bucket }, { store, now }) => {
  const count = countBucket(await store.metadata.measureBucket(bucket));
  const sizeBytes = Object.values(count.uses).reduce((sum, use) => sum + use.sizeBytes, 0);
  const lastModified = new Date(Math.floor(now() / 1000) * 1000);
  return { output: { ...count, sizeBytes, liveChannelCount: 0, lastModified } };
};
