// CompleteMultipartUpload, which cannot simply be sent twice: after a success the upload is gone, and a second request
// fails with NoSuchUpload. So when an answer was lost, the object itself tells whether the first request did its work.
// Source: OSS API, CompleteMultipartUpload; the service goes on when the client has left.

import { formatAddress, requestAddress } from "../../protocol/addressing/endpoint.ts";
import { ServiceError } from "../../protocol/errors/service-error.ts";
import { isSameEtag, multipartEtag } from "../../protocol/etag.ts";
import type { ObjectMetadata } from "../../protocol/fields/object-metadata.ts";
import { present } from "../../protocol/fields/present.ts";
import {
  type CompleteMultipartUploadInput,
  type CompleteMultipartUploadOutput,
  completeMultipartUploadCall,
} from "../../protocol/operations/complete-multipart-upload.ts";
import { headObjectCall } from "../../protocol/operations/head-object.ts";
import { encodeHex } from "../../protocol/signing/hex.ts";
import { type Caller, call } from "../call.ts";
import { assertSameCrc64 } from "../measured-body.ts";
import { TransportError } from "../transport-error.ts";
import type { UploadedPart } from "./part-info.ts";
import { wholeOf } from "./whole-of-parts.ts";

export interface CompleteUploadOptions extends Omit<CompleteMultipartUploadInput, "parts"> {
  readonly parts: readonly UploadedPart[] | "all";
  readonly signal: AbortSignal | undefined;
}

/**
 * Completes the upload, once, however often the network fails.
 *
 * @throws {ServiceError} NoSuchUpload, InvalidPart, EntityTooSmall …
 * @throws {ClientError} checksum-mismatch if the object, which then exists, is not what was sent
 */
export async function completeUpload(
  caller: Caller,
  { parts, signal, ...target }: CompleteUploadOptions,
): Promise<CompleteMultipartUploadOutput> {
  const sorted = parts === "all" ? [] : parts.toSorted((left, right) => left.partNumber - right.partNumber);
  const listed = sorted.map(({ partNumber, etag }) => ({ partNumber, etag }));
  const input = { ...target, parts: parts === "all" ? ("all" as const) : listed };
  let isOutcomeUnknown = false;
  try {
    const { output, requestId } = await call(caller, completeMultipartUploadCall, input, {
      signal,
      isRepeatable: true,
      onFailedAttempt: (error) => {
        isOutcomeUnknown ||= mayHaveTakenEffect(error);
      },
    });
    const sent = wholeOf(sorted)?.crc64;
    if (sent !== undefined) {
      assertSameCrc64({ what: `object ${target.key}`, sent, received: output.crc64, requestId });
    }
    return output;
  } catch (error) {
    const isGone = error instanceof ServiceError && error.code === "NoSuchUpload";
    const completed =
      isGone && isOutcomeUnknown ? await findCompleted(caller, target, sorted, signal) : undefined;
    if (completed === undefined) {
      throw error;
    }
    return completed;
  }
}

function mayHaveTakenEffect(error: unknown): boolean {
  return error instanceof TransportError
    ? error.mayHaveArrived
    : error instanceof ServiceError && error.status >= 500;
}

/** The object, if it is the one that these parts make. */
async function findCompleted(
  caller: Caller,
  { bucket, key }: { readonly bucket: string; readonly key: string },
  parts: readonly UploadedPart[],
  signal: AbortSignal | undefined,
): Promise<CompleteMultipartUploadOutput | undefined> {
  let metadata: ObjectMetadata;
  try {
    metadata = (await call(caller, headObjectCall, { bucket, key }, { signal })).output;
  } catch (error) {
    if (error instanceof ServiceError && error.status === 404) {
      return undefined;
    }
    throw error;
  }
  if (!isMadeOf(metadata, parts, caller)) {
    return undefined;
  }
  const location = formatAddress(requestAddress(caller.endpoint, { bucket, key }, []));
  const { etag, crc64, versionId } = metadata;
  return present({ location, bucket, key, etag, crc64, versionId });
}

function isMadeOf(
  metadata: ObjectMetadata,
  parts: readonly UploadedPart[],
  { dialect, md5 }: Caller,
): boolean {
  const whole = wholeOf(parts);
  if (whole !== undefined && metadata.crc64 !== undefined) {
    return whole.sizeBytes === metadata.sizeBytes && whole.crc64 === metadata.crc64;
  }
  if (md5 === undefined || parts.length === 0) {
    return false;
  }
  const etags = parts.map(({ etag }) => etag);
  const expected = multipartEtag(etags, dialect, (bytes) => encodeHex(md5(bytes)));
  return isSameEtag(metadata.etag, expected);
}
