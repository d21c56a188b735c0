// What a user stores with an object: from the wire's shape to the store's and back.
import type { ObjectHeaders, StandardObjectHeaders } from "../protocol/fields/object-headers.ts";
import { STANDARD_OBJECT_HEADERS } from "../protocol/fields/object-headers.ts";
import { present } from "../protocol/fields/present.ts";
import type { Tags } from "../protocol/fields/tagging.ts";
import type { BucketRecord, ObjectAttributes } from "../storage/records.ts";
import { type EncryptionPromise, encryptionOf } from "./encryption.ts";

/** What a request that writes an object says about it. */
export interface RequestedAttributes {
  readonly objectHeaders?: ObjectHeaders;
  readonly tags?: Tags;
  readonly objectAcl?: string;
}

/**
 * What is stored with an object of this bucket: storage class and encryption are settled now, whatever the bucket's will
 * be.
 *
 * @throws {ServiceError} NotImplemented for an encryption that would not be kept
 */
export function attributesOf(
  requested: RequestedAttributes,
  bucket: BucketRecord,
  promise: EncryptionPromise,
): ObjectAttributes {
  const { objectHeaders = {}, tags = {}, objectAcl = "default" } = requested;
  const { userMetadata = {}, storageClass = bucket.storageClass, ...headers } = objectHeaders;
  const serverSideEncryption = encryptionOf(headers.serverSideEncryption, bucket, promise);
  return {
    standard: present({ ...headers, storageClass, serverSideEncryption }),
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
    ...encryptionOutput(attributes),
    ...(Object.keys(user).length === 0 ? {} : { userMetadata: user }),
  };
}

/** Of what was stored without one. */
export const DEFAULT_STORAGE_CLASS = "Standard";

export function storageClassOf({ standard }: ObjectAttributes): string {
  return standard.storageClass ?? DEFAULT_STORAGE_CLASS;
}

/** How the answers about an object say that it is encrypted. */
export function encryptionOutput({ standard }: Pick<ObjectAttributes, "standard">): {
  readonly serverSideEncryption?: string;
} {
  return present({ serverSideEncryption: standard.serverSideEncryption });
}

/** Without what the server keeps beside them, such as where a link points to. */
function standardHeadersOf(standard: ObjectAttributes["standard"]): StandardObjectHeaders {
  return Object.fromEntries(
    Object.entries(standard).filter(([name]) => Object.hasOwn(STANDARD_OBJECT_HEADERS, name)),
  );
}
