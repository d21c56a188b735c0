// One range of an object, from the service into the target. What breaks on its way goes on where it broke, on the very
// same version of the object, so that a lost connection costs what was under way in it and no more.

import { crc64 } from "../../protocol/crc64/crc64.ts";
import { PartwiseError } from "../../protocol/errors/partwise-error.ts";
import { ServiceError } from "../../protocol/errors/service-error.ts";
import { quoteEtag } from "../../protocol/etag.ts";
import { present } from "../../protocol/fields/present.ts";
import type { GetObjectInput } from "../../protocol/operations/get-object.ts";
import type { Options } from "../bucket-options.ts";
import { ClientError } from "../client-error.ts";
import type { Clock } from "../clock.ts";
import type { DownloadedObject } from "../downloaded-object.ts";
import { transferFailureOf } from "../flow/transfer-failure.ts";
import type { TransferPlace } from "../flow/transfer-window.ts";
import { retryWaitMs } from "../retry-policy.ts";
import type { DownloadRange } from "./download-ranges.ts";
import type { DownloadTarget, ObjectIdentity } from "./download-target.ts";

/** What a download needs of a bucket. */
export interface DownloadCalls {
  readonly name: string;
  getObject(key: string, options: Options<GetObjectInput>): Promise<DownloadedObject>;
}

export interface RangeFetch {
  readonly bucket: DownloadCalls;
  readonly key: string;
  readonly identity: ObjectIdentity;
  readonly range: DownloadRange;
  readonly target: DownloadTarget;
  readonly place: TransferPlace;
  readonly signal: AbortSignal | undefined;
  readonly clock: Clock;
  /** 0 ≤ random() < 1. */
  readonly random: () => number;
  /** How often it may break without a byte in between. */
  readonly attemptCountMax: number;
  readonly onReceived: (byteCount: number) => void;
}

/**
 * @returns the range's CRC-64
 * @throws {ClientError} object-changed when the object is not the one any more that the download began with
 */
export async function fetchRange(fetch: RangeFetch): Promise<bigint> {
  const { range, place, signal, clock, random, attemptCountMax } = fetch;
  let sum = 0n;
  let position = range.start;
  let attempt = 1;
  while (position < range.end) {
    const startedAt = position;
    try {
      const object = await getFrom(fetch, position);
      for await (const chunk of object.body) {
        await fetch.target.write(position, chunk);
        sum = crc64(chunk, sum);
        position += chunk.byteLength;
        place.sent(chunk.byteLength);
        fetch.onReceived(chunk.byteLength);
      }
      assertAll(fetch, position);
    } catch (error) {
      signal?.throwIfAborted();
      // getObject has tried again by itself until its answer began; here the answer's body broke.
      attempt = position > startedAt ? 1 : attempt + 1;
      const waitMs = retryWaitMs({ error, attempt, attemptCountMax, isRepeatable: true, random: random() });
      if (waitMs === undefined || !isOfTheBody(error)) {
        throw error;
      }
      place.failed(transferFailureOf(error));
      await clock.wait(waitMs, signal);
    }
  }
  return sum;
}

/** An error of the request itself has its attempts behind it. */
function isOfTheBody(error: unknown): boolean {
  return error instanceof PartwiseError && error.attempts === undefined;
}

async function getFrom(
  { bucket, key, identity, range, signal }: RangeFetch,
  position: number,
): Promise<DownloadedObject> {
  const { etag, versionId } = identity;
  try {
    const object = await bucket.getObject(key, {
      ...present({ versionId }),
      range: { start: position, end: range.end - 1 },
      conditions: { ifMatch: quoteEtag(etag) },
      signal,
    });
    assertAnswers(object, position, range.end, key);
    return object;
  } catch (error) {
    const isOther = error instanceof ServiceError && (error.status === 412 || error.status === 404);
    throw isOther ? changed(bucket, key, error) : error;
  }
}

function assertAnswers(
  { contentRange, contentLength, discard }: DownloadedObject,
  start: number,
  end: number,
  key: string,
): void {
  const isWanted = contentLength === end - start && (contentRange?.start ?? 0) === start;
  if (!isWanted) {
    discard();
    throw new ClientError(
      "answer-unusable",
      `the service answered the bytes ${start} to ${end - 1} of ${key} with ${contentLength} bytes from ` +
        `${contentRange?.start ?? 0}; is there a proxy that does not know ranges?`,
    );
  }
}

function assertAll({ range, key }: RangeFetch, position: number): void {
  if (position !== range.end) {
    throw new ClientError(
      "answer-unusable",
      `of ${key} the bytes up to ${range.end} were due, but they ended at ${position}`,
    );
  }
}

function changed(bucket: DownloadCalls, key: string, cause: ServiceError): ClientError {
  return new ClientError(
    "object-changed",
    `oss://${bucket.name}/${key} was replaced or removed while it was downloaded; download it again`,
    { cause, requestId: cause.requestId },
  );
}
