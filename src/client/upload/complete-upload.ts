// CompleteMultipartUpload, which cannot simply be sent twice: after a success the upload is gone, and a second request
// fails with NoSuchUpload. So when an answer was lost, the object itself tells whether the first request did its work.
// Source: OSS API, CompleteMultipartUpload; the service goes on when the client has left.

import { ServiceError } from "../../protocol/errors/service-error.ts";
import {
  type CompleteMultipartUploadInput,
  type CompleteMultipartUploadOutput,
  completeMultipartUploadCall,
} from "../../protocol/operations/complete-multipart-upload.ts";
import { type Caller, call } from "../call.ts";
import { assertSameCrc64 } from "../measured-body.ts";
import { TransportError } from "../transport-error.ts";
import { isGone } from "./is-gone.ts";
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
    if (!isGone(error) || !isOutcomeUnknown) {
      throw error;
    }
    const { findCompleted } = await caller.loadRecovery().catch(() => {
      throw error;
    });
    const completed = await findCompleted(caller, target, sorted, signal);
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
