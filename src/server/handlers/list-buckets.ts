import { present } from "../../protocol/fields/present.ts";
import { LIST_OBJECTS_PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX } from "../../protocol/limits.ts";
import type { ListBucketsInput, listBuckets } from "../../protocol/operations/list-buckets.ts";
import type { BucketPage } from "../../storage/metadata-store.ts";
import type { BucketRecord } from "../../storage/records.ts";
import { configurationOf } from "../bucket-configurations.ts";
import { bucketSummaryOf } from "../bucket-summary-of.ts";
import type { Handler } from "../handler.ts";
import type { ServiceContext } from "../service-context.ts";

export const handleListBuckets: Handler<typeof listBuckets> = async (input, context) => {
  const { prefix, marker, maxKeys } = input;
  const { buckets, isTruncated } = await findBuckets(input, context);
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

/** One page of the buckets that are asked for. Ends with the last bucket there is, at the latest. */
async function findBuckets(input: ListBucketsInput, { store }: ServiceContext): Promise<BucketPage> {
  const { prefix = "", marker = "", maxKeys: limit = LIST_OBJECTS_PAGE_SIZE_DEFAULT } = input;
  const found: BucketRecord[] = [];
  for (let startAfter = marker; ; ) {
    const page = await store.metadata.listBuckets({ prefix, startAfter, limit: PAGE_SIZE_MAX });
    found.push(...page.buckets.filter((bucket) => isAskedFor(bucket, input)));
    const last = page.buckets.at(-1);
    if (found.length > limit || !page.isTruncated || last === undefined) {
      return { buckets: found.slice(0, limit), isTruncated: found.length > limit };
    }
    startAfter = last.name;
  }
}

function isAskedFor(
  bucket: BucketRecord,
  { tagKey, tagValue, tags: wanted = {} }: ListBucketsInput,
): boolean {
  const tags = new Map(Object.entries(configurationOf(bucket, "tags") ?? {}));
  const hasKey = tagKey === undefined || tags.has(tagKey);
  const hasValue = tagKey === undefined || tagValue === undefined || tags.get(tagKey) === tagValue;
  return hasKey && hasValue && Object.entries(wanted).every(([key, value]) => tags.get(key) === value);
}
