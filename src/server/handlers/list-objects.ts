import { present } from "../../protocol/fields/present.ts";
import { LIST_OBJECTS_PAGE_SIZE_DEFAULT } from "../../protocol/limits.ts";
import type { listObjects } from "../../protocol/operations/list-objects.ts";
import type { Handler } from "../handler.ts";
import { objectSummaryOf } from "../object-summary-of.ts";

export const handleListObjects: Handler<typeof listObjects> = async (input, { store, owner }) => {
  const { bucket, prefix = "", delimiter = "", marker = "", encodingType } = input;
  const maxKeys = input.maxKeys ?? LIST_OBJECTS_PAGE_SIZE_DEFAULT;
  const page = await store.metadata.listObjects(bucket, {
    prefix,
    delimiter,
    startAfter: marker,
    limit: maxKeys,
  });
  return {
    output: present({
      bucket,
      prefix,
      marker,
      maxKeys,
      delimiter,
      encodingType,
      isTruncated: page.nextMarker !== undefined,
      nextMarker: page.nextMarker,
      objects: page.objects.map((object) => objectSummaryOf(object, owner)),
      commonPrefixes: page.commonPrefixes,
    }),
  };
};
