// What a user stores with an object: from the wire's shape to the store's and back.
import type { ObjectHeaders, StandardObjectHeaders } from "../protocol/fields/object-headers.ts";
import { STANDARD_OBJECT_HEADERS } from "../protocol/fields/object-headers.ts";
import type { Tags } from "../protocol/fields/tagging.ts";
import type { BucketRecord, ObjectAttributes } from "../storage/records.ts";

/** What a request that writes an object says about it. */
export interface RequestedAttributes {
  readonly objectHeaders?: ObjectHeaders;
  readonly tags?: Tags;
  readonly objectAcl?: string;
}

/** What is stored with an object of this bucket: the storage class is settled now, whatever the bucket's will be. */
export function attributesOf(requested: RequestedAttributes, bucket: BucketRecord): ObjectAttributes {
  const { objectHeaders = {}, tags = {}, objectAcl = "default" } = requested;
  const { userMetadata = {}, storageClass = bucket.storageClass, ...standard } = objectHeaders;
  return {
    standard: { ...standard, storageClass },
    user: userMetadata,
    tags,
    ...(objectAcl === "default" ? {} : { acl: objectAcl }),
  };
}

/** Content-Type is always there, as OSS answers it. */
export function objectHeadersOf(attributes: ObjectAttributes): ObjectHeaders {
  const { standard, user } = attributes;
  return {
    contentType: "application/octet-stream",
    ...standardHeadersOf(standard),
    storageClass: storageClassOf(attributes),
    ...(Object.keys(user).length === 0 ? {} : { userMetadata: user }),
  };
}

export function storageClassOf({ standard }: ObjectAttributes): string {
  return standard.storageClass ?? "Standard";
}

/** Without what the server keeps beside them, such as where a link points to. */
function standardHeadersOf(standard: ObjectAttributes["standard"]): StandardObjectHeaders {
  return Object.fromEntries(
    Object.entries(standard).filter(([name]) => Object.hasOwn(STANDARD_OBJECT_HEADERS, name)),
  );
}
