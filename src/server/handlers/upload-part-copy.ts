// A part whose bytes come from an object that this server already has.

import { serviceError } from "../../protocol/errors/known-error.ts";
import { contentEtag } from "../../protocol/etag.ts";
import { resolveByteRange } from "../../protocol/fields/byte-range.ts";
import { present } from "../../protocol/fields/present.ts";
import { PART_SIZE_MAX_BYTES } from "../../protocol/limits.ts";
import type { uploadPartCopy } from "../../protocol/operations/upload-part-copy.ts";
import { copyBytes, openCopySource } from "../copy-source-object.ts";
import type { Handler } from "../handler.ts";
import { requireUpload, wantedBytesOf } from "../require-resources.ts";
import { takePart } from "../take-part.ts";

export const handleUploadPartCopy: Handler<typeof uploadPartCopy> = async (input, context) => {
  const { bucket, key, uploadId, partNumber } = input;
  const upload = await requireUpload({ bucket, key, uploadId }, context);
  const demands = { conditions: input.conditions, wanted: wantedBytesOf(input.sourceRange) };
  const source = await openCopySource(input.source, demands, context);

  if (source.object.type === "Symlink") {
    throw serviceError("OperationNotSupported", {
      fields: { Detail: "The source of UploadPartCopy is a symbolic link." },
      ec: "0042-00000308",
    });
  }
  // A range that breaks the rules copies the whole object, and the answer has no Content-Range.
  const totalSizeBytes = source.object.sizeBytes;
  const resolved = resolveByteRange(input.sourceRange, totalSizeBytes, undefined);
  const isRange = typeof resolved === "object";
  const range = isRange ? resolved : { start: 0, endExclusive: totalSizeBytes };
  const limits = { sizeMaxBytes: PART_SIZE_MAX_BYTES, trafficLimit: input.trafficLimit };
  const { md5, crc64, createdAtMs } = await takePart(
    upload,
    partNumber,
    (furtherDigest) => copyBytes(source, range, { ...limits, furtherDigest }, context),
    context,
  );

  const output = present({
    etag: contentEtag(md5, context.dialect),
    crc64,
    lastModified: new Date(createdAtMs),
    sourceVersionId: source.versionId,
  });
  return { output: isRange ? { ...output, contentRange: { ...range, totalSizeBytes } } : output };
};
