import { contentEtag } from "../../protocol/etag.ts";
import { LIST_PARTS_PAGE_SIZE_DEFAULT } from "../../protocol/limits.ts";
import type { listParts } from "../../protocol/operations/list-parts.ts";
import type { Handler } from "../handler.ts";
import { storageClassOf } from "../object-attributes.ts";
import { requireUpload } from "../require-resources.ts";

export const handleListParts: Handler<typeof listParts> = async (input, context) => {
  const { bucket, key, uploadId, encodingType, partNumberMarker = 0 } = input;
  const maxParts = input.maxParts ?? LIST_PARTS_PAGE_SIZE_DEFAULT;
  const upload = await requireUpload({ bucket, key, uploadId }, context);
  const page = await context.store.metadata.listParts(upload, {
    afterPartNumber: partNumberMarker,
    limit: maxParts,
  });
  return {
    output: {
      bucket,
      key,
      uploadId,
      storageClass: storageClassOf(upload.attributes),
      partNumberMarker,
      // Filled even on the last page, as in the service's own answers.
      nextPartNumberMarker: page.parts.at(-1)?.partNumber ?? 0,
      maxParts,
      isTruncated: page.isTruncated,
      parts: page.parts.map(({ partNumber, createdAtMs, md5, sizeBytes, crc64 }) => ({
        partNumber,
        lastModified: new Date(createdAtMs),
        etag: contentEtag(md5, context.dialect),
        sizeBytes,
        crc64,
      })),
      ...(encodingType ? { encodingType } : {}),
    },
  };
};
