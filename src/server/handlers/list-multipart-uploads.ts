import { LIST_PARTS_PAGE_SIZE_DEFAULT } from "../../protocol/limits.ts";
import type { listMultipartUploads } from "../../protocol/operations/list-multipart-uploads.ts";
import type { Handler } from "../handler.ts";
import { listedNames, listingPage } from "../listing-page.ts";
import { storageClassOf } from "../object-attributes.ts";

export const handleListMultipartUploads: Handler<typeof listMultipartUploads> = async (input, context) => {
  const { keyMarker = "", maxUploads = LIST_PARTS_PAGE_SIZE_DEFAULT } = input;
  // Without a key marker, an upload id marker means nothing.
  const uploadIdMarker = keyMarker === "" ? "" : (input.uploadIdMarker ?? "");
  const page = await context.store.metadata.listUploads(input.bucket, {
    ...listedNames(input),
    keyMarker,
    uploadIdMarker,
    limit: maxUploads,
  });
  return {
    output: {
      ...listingPage(input, page),
      keyMarker,
      uploadIdMarker: input.uploadIdMarker ?? "",
      nextKeyMarker: page.last?.key ?? "",
      nextUploadIdMarker: page.last?.uploadId ?? "",
      maxUploads,
      uploads: page.uploads.map(({ key, uploadId, attributes, initiatedAtMs }) => ({
        key,
        uploadId,
        storageClass: storageClassOf(attributes),
        initiated: new Date(initiatedAtMs),
      })),
    },
  };
};
