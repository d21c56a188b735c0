// All objects under a prefix, page by page, in order of their keys.
import type { Bucket } from "../../client/node/index.ts";

export interface RemoteObject {
  readonly key: string;
  /** What follows the prefix. */
  readonly name: string;
  readonly sizeBytes: number;
  /** Milliseconds since 1970, in whole seconds. */
  readonly modifiedMs: number;
}

const PAGE_SIZE = 1000;

export async function* listObjects(
  bucket: Bucket,
  prefix: string,
  signal: AbortSignal,
): AsyncGenerator<RemoteObject> {
  let continuationToken: string | undefined;
  do {
    const page = await bucket.listObjectsV2({
      prefix,
      maxKeys: PAGE_SIZE,
      signal,
      ...(continuationToken === undefined ? {} : { continuationToken }),
    });
    for (const { key, sizeBytes, lastModified } of page.objects) {
      yield { key, name: key.slice(prefix.length), sizeBytes, modifiedMs: lastModified.getTime() };
    }
    continuationToken = page.isTruncated ? page.nextContinuationToken : undefined;
  } while (continuationToken !== undefined);
}
