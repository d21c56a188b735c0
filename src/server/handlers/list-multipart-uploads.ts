import { LIST_PARTS_PAGE_SIZE_DEFAULT } from "../../protocol/limits.ts";
import type { listMultipartUploads } from "../../protocol/operations/list-multipart-uploads.ts";
import type { Handler } from "../handler.ts";
import { storageClassOf } from "../object-attributes.ts";

export const handleListMultipartUploads: Handler<typeof listMultipartUploads> = async (input, context) => {
  const { bucket, prefix = "", delimiter = "", keyMarker = "", encodingType } = input;
  // Without a key marker, an upload id marker means nothing.
  const uploadIdMarker = keyMarker === "" ? "" : (input.uploadIdMarker ?? "");
  const maxUploads = input.maxUploads ?? LIST_PARTS_PAGE_SIZE_DEFAULT;
  const page = await context.store.metadata.listUploads(bucket, {
    prefix,
    delimiter,
    keyMarker,
    uploadIdMarker,
    limit: maxUploads,
  });
  return {
    output: {
      bucket,
      prefix,
      delimiter,
      keyMarker,
      uploadIdMarker: input.uploadIdMarker ?? "",
      nextKeyMarker: page.last?.key ?? "",
      nextUploadIdMarker: page.last?.uploadId ?? "",
      maxUploads,
      isTruncated: page.isTruncated,
      uploads: page.uploads.map(({ key, uploadId, attributes, initiatedAtMs }) => ({
        key,
        uploadId,
        storageClass: storageClassOf(attributes),
        initiated: new Date(initiatedAtMs),
      })),
      commonPrefixes: page.commonPrefixes,
      ...(encodingType ? { encodingType } : {}),
    },
  };
};
