// An object's bytes in order, for whoever can take them only once, such as standard output. What breaks goes on where it
// broke, on the very same object, so that a lost connection costs neither the bytes that came nor the command.
import { setTimeout as wait } from "node:timers/promises";
import {
  type Bucket,
  ClientError,
  type DownloadedObject,
  ServiceError,
  TransportError,
} from "../../client/node/index.ts";
import { crc64 } from "../../protocol/crc64/crc64.ts";
import { quoteEtag } from "../../protocol/etag.ts";
import { formatOssUrl, type OssUrl } from "../oss-url.ts";

/** How often it may break without a byte in between. */
const BREAK_COUNT_MAX = 5;

const WAIT_MS = 500;

/**
 * The last step throws if the whole is not what the service has.
 *
 * @throws {ClientError} checksum-mismatch, object-changed, answer-unusable
 * @throws the signal's reason after an abort
 */
export async function* objectBytes(
  bucket: Bucket,
  place: OssUrl,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const first = await bucket.getObject(place.key, { signal });
  let object = first;
  let sum = 0n;
  let position = 0;
  let breakCount = 0;
  while (position < first.sizeBytes) {
    try {
      for await (const chunk of object.body) {
        sum = crc64(chunk, sum);
        position += chunk.byteLength;
        breakCount = 0;
        yield chunk;
      }
      assertWhole(place, position, first.sizeBytes);
    } catch (error) {
      signal.throwIfAborted();
      breakCount += 1;
      if (!(error instanceof TransportError && error.retryable) || breakCount >= BREAK_COUNT_MAX) {
        throw error;
      }
      await wait(WAIT_MS, undefined, { signal });
      object = await restOf(bucket, place, { first, position, signal });
    }
  }
  if (first.crc64 !== undefined && first.crc64 !== sum) {
    throw new ClientError(
      "checksum-mismatch",
      `${formatOssUrl(place)} arrived changed: its CRC-64 is ${first.crc64}, of the bytes received ${sum}; get it again`,
    );
  }
}

function assertWhole(place: OssUrl, position: number, sizeBytes: number): void {
  if (position !== sizeBytes) {
    throw new ClientError(
      "answer-unusable",
      `of ${formatOssUrl(place)} ${sizeBytes} bytes were due, but they ended at ${position}`,
    );
  }
}

async function restOf(
  bucket: Bucket,
  place: OssUrl,
  rest: { readonly first: DownloadedObject; readonly position: number; readonly signal: AbortSignal },
): Promise<DownloadedObject> {
  const { first, position, signal } = rest;
  try {
    return await bucket.getObject(place.key, {
      range: { start: position, end: first.sizeBytes - 1 },
      conditions: { ifMatch: quoteEtag(first.etag) },
      signal,
    });
  } catch (error) {
    if (error instanceof ServiceError && (error.status === 412 || error.status === 404)) {
      throw new ClientError(
        "object-changed",
        `${formatOssUrl(place)} was replaced or removed while it was read; get it again`,
        { cause: error, requestId: error.requestId },
      );
    }
    throw error;
  }
}
