// There are no live channels here, and this says so to clients that look before they delete a bucket.

import { LIST_OBJECTS_PAGE_SIZE_DEFAULT } from "../../protocol/limits.ts";
import type { listLiveChannel } from "../../protocol/operations/list-live-channel.ts";
import type { Handler } from "../handler.ts";
import { requireBucket } from "../require-resources.ts";

export const handleListLiveChannel: Handler<typeof listLiveChannel> = async (input, context) => {
  const { bucket, prefix = "", marker = "", maxKeys = LIST_OBJECTS_PAGE_SIZE_DEFAULT } = input;
  await requireBucket(bucket, context);
  return { output: { prefix, marker, maxKeys, isTruncated: false, nextMarker: "" } };
};
