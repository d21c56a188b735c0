import type { Bucket } from "../../client/node/index.ts";
import { ServiceError } from "../../protocol/errors/service-error.ts";

/** Whether there is an object of this very key: then no character of it is a wildcard. */
export async function isThere(bucket: Bucket, key: string, signal?: AbortSignal): Promise<boolean> {
  try {
    await bucket.headObject(key, { signal });
    return true;
  } catch (error) {
    if (error instanceof ServiceError && error.status === 404) {
      return false;
    }
    throw error;
  }
}
