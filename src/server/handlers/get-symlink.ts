import { serviceError } from "../../protocol/errors/known-error.ts";
import { present } from "../../protocol/fields/present.ts";
import type { getSymlink } from "../../protocol/operations/get-symlink.ts";
import type { Handler } from "../handler.ts";
import { lastModifiedOf } from "../object-answer.ts";
import { objectHeadersOf } from "../object-attributes.ts";
import { shownVersionId } from "../object-version.ts";
import { requireBucket, requireObject } from "../require-resources.ts";
import { symlinkTargetOf } from "../symlink.ts";

export const handleGetSymlink: Handler<typeof getSymlink> = async (id, context) => {
  const bucket = await requireBucket(id.bucket, context);
  const link = await requireObject(id, context);
  if (link.type !== "Symlink") {
    throw serviceError("NotSymlink", { fields: { Key: link.key } });
  }
  const objectHeaders = objectHeadersOf(link.attributes);
  const { etag } = link;
  const versionId = shownVersionId(link, bucket);
  return {
    output: present({
      ...{ target: symlinkTargetOf(link), etag, lastModified: lastModifiedOf(link) },
      ...{ objectHeaders, versionId },
    }),
  };
};
