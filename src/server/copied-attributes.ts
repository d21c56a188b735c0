// What a copy has of its source, and what of the request.
import type { CopyObjectInput } from "../protocol/operations/copy-object.ts";
import type { BucketRecord, ObjectAttributes, ObjectRecord } from "../storage/records.ts";
import { attributesOf, storageClassOf } from "./object-attributes.ts";

/**
 * What is stored with a copy. By default it has the source's headers, storage class and tags; never its ACL, nor the
 * time until which it is restored. New headers without a storage class leave the one of an object that is copied onto
 * itself, for only its headers were meant; another copy gets its bucket's.
 */
export function copiedAttributes(
  input: CopyObjectInput,
  source: ObjectRecord,
  bucket: BucketRecord,
): ObjectAttributes {
  const requested = attributesOf(input, bucket);
  const { restoredUntil: _restoredUntil, symlinkTarget, ...sourceStandard } = source.attributes.standard;
  const isOntoItself = source.bucket === input.bucket && source.key === input.key;
  const isReplaced = input.metadataDirective === "REPLACE";
  const storageClass =
    input.objectHeaders?.storageClass ??
    (isReplaced && !isOntoItself ? bucket.storageClass : storageClassOf(source.attributes));
  return {
    ...requested,
    standard: {
      ...(isReplaced ? requested.standard : sourceStandard),
      storageClass,
      ...(symlinkTarget === undefined ? {} : { symlinkTarget }),
    },
    user: isReplaced ? requested.user : source.attributes.user,
    tags: input.taggingDirective === "REPLACE" ? requested.tags : source.attributes.tags,
  };
}
