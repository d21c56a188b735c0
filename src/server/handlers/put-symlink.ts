import type { putSymlink } from "../../protocol/operations/put-symlink.ts";
import type { Handler } from "../handler.ts";
import { attributesOf } from "../object-attributes.ts";
import { requireWritable } from "../require-resources.ts";
import { symlinkContent } from "../symlink.ts";

export const handlePutSymlink: Handler<typeof putSymlink> = async (input, context) => {
  const { bucket, key, target, forbidOverwrite = false } = input;
  const attributes = attributesOf(input, await requireWritable({ bucket, key, forbidOverwrite }, context));
  const { etag } = await context.store.metadata.putObject({
    ...{ bucket, key, forbidOverwrite },
    ...symlinkContent(target, context),
    attributes: { ...attributes, standard: { ...attributes.standard, symlinkTarget: target } },
    modifiedAtMs: context.now(),
  });
  return { output: { etag } };
};
