// What a user stores with an object: from the wire's shape to the store's and back.
import type { ObjectHeaders } from "../protocol/fields/object-headers.ts";
import type { ObjectAttributes } from "../storage/records.ts";

export function attributesOf(headers: ObjectHeaders = {}): ObjectAttributes {
  const { userMetadata = {}, ...standard } = headers;
  return { standard: { ...standard }, user: userMetadata, tags: {} };
}

/** Content-Type is always there, as OSS answers it. */
export function objectHeadersOf({ standard, user }: ObjectAttributes): ObjectHeaders {
  return {
    contentType: "application/octet-stream",
    ...standard,
    ...(Object.keys(user).length === 0 ? {} : { userMetadata: user }),
  };
}

export function storageClassOf({ standard }: ObjectAttributes): string {
  return standard.storageClass ?? "Standard";
}
