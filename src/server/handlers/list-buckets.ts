import { present } from "../../protocol/fields/present.ts";
import { LIST_OBJECTS_PAGE_SIZE_DEFAULT } from "../../protocol/limits.ts";
import type { listBuckets } from "../../protocol/operations/list-buckets.ts";
import { bucketSummaryOf } from "../bucket-summary-of.ts";
import type { Handler } from "../handler.ts";

export const handleListBuckets: Handler<typeof listBuckets> = async (input, context) => {
  const { prefix, marker, maxKeys } = input;
  const { buckets, isTruncated } = await context.store.metadata.listBuckets({
    prefix: prefix ?? "",
    startAfter: marker ?? "",
    limit: maxKeys ?? LIST_OBJECTS_PAGE_SIZE_DEFAULT,
  });
  return {
    output: present({
      owner: context.owner,
      buckets: buckets.map((bucket) => bucketSummaryOf(bucket, context)),
      prefix,
      marker,
      maxKeys,
      isTruncated,
      nextMarker: isTruncated ? buckets.at(-1)?.name : undefined,
    }),
  };
};
