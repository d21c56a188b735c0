import { ServiceError } from "../../protocol/errors/service-error.ts";
import type { getSymlink } from "../../protocol/operations/get-symlink.ts";
import type { Handler } from "../handler.ts";
import { lastModifiedOf } from "../object-answer.ts";
import { objectHeadersOf } from "../object-attributes.ts";
import { requireObject } from "../require-resources.ts";
import { symlinkTargetOf } from "../symlink.ts";

export const handleGetSymlink: Handler<typeof getSymlink> = async (id, context) => {
  const link = await requireObject(id, context);
  if (link.type !== "Symlink") {
    throw new ServiceError("NotSymlink", { fields: { Key: link.key } });
  }
  const objectHeaders = objectHeadersOf(link.attributes);
  const { etag } = link;
  return {
    output: { target: symlinkTargetOf(link), etag, lastModified: lastModifiedOf(link), objectHeaders },
  };
};
