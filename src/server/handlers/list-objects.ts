import { present } from "../../protocol/fields/present.ts";
import { LIST_OBJECTS_PAGE_SIZE_DEFAULT } from "../../protocol/limits.ts";
import type { listObjects } from "../../protocol/operations/list-objects.ts";
import type { Handler } from "../handler.ts";
import { listedNames, listingPage } from "../listing-page.ts";
import { objectSummaryOf } from "../object-summary-of.ts";

export const handleListObjects: Handler<typeof listObjects> = async (input, { store, owner, now }) => {
  const { marker = "", maxKeys = LIST_OBJECTS_PAGE_SIZE_DEFAULT } = input;
  const page = await store.metadata.listObjects(input.bucket, {
    ...listedNames(input),
    startAfter: marker,
    limit: maxKeys,
  });
  const { commonPrefixes, nextMarker } = page;
  const nowMs = now();
  return {
    output: present({
      ...listingPage(input, { commonPrefixes, isTruncated: nextMarker !== undefined }),
      marker,
      maxKeys,
      nextMarker,
      objects: page.objects.map((object) => objectSummaryOf(object, owner, nowMs)),
    }),
  };
};
