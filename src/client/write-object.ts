// The two calls that send a user's bytes, PutObject and UploadPart. Both compare the CRC-64 of what was sent with what
// the service says it got, and send again what broke on its way.
import { ServiceError } from "../protocol/errors/service-error.ts";
import {
  type PutObjectInput,
  type PutObjectOutput,
  putObjectCall,
} from "../protocol/operations/put-object.ts";
import {
  type UploadPartInput,
  type UploadPartOutput,
  uploadPartCall,
} from "../protocol/operations/upload-part.ts";
import { type Answer, type Caller, type CallOptions, call, type Retry } from "./call.ts";
import { assertSameCrc64, type MeasuredBody, measureBody } from "./measured-body.ts";
import type { RequestBody } from "./request-body.ts";
import type { RetryBudget } from "./retry-budget.ts";
import { TransportError } from "./transport-error.ts";

export interface SendOptions {
  readonly signal?: AbortSignal | undefined;
  /**
   * Told how many bytes of the body have been sent, as often as the connection takes some. When the body has to be
   * sent again, the count begins again from 0.
   */
  readonly onSent?: ((sentBytes: number) => void) | undefined;
  /** Told before the wait for another attempt. */
  readonly onRetry?: ((retry: Retry) => void) | undefined;
  readonly retryBudget?: RetryBudget | undefined;
  /** Not on one of the connections that are kept open, for it may be what is slow. */
  readonly isOnNewConnection?: boolean | undefined;
}

/** Of the bytes that were sent. */
export interface MeasuredBytes {
  readonly sizeBytes: number;
  readonly crc64: bigint;
  /** Whether the service has told the same CRC-64; false: it tells none. */
  readonly isConfirmed: boolean;
}

interface Sent<Output> extends MeasuredBytes {
  readonly output: Output;
}

/** @throws {ClientError} checksum-mismatch when the bytes arrive changed again and again */
export async function sendPart(
  caller: Caller,
  input: UploadPartInput,
  body: RequestBody,
  options: SendOptions,
): Promise<Sent<UploadPartOutput>> {
  const measured = measureBody(body);
  const what = `part ${input.partNumber} of ${input.key}`;
  const { output } = await call(caller, uploadPartCall, input, sendingOptions(measured, what, options));
  return sentOf(measured, output);
}

/** @throws {ClientError} checksum-mismatch when the bytes arrive changed again and again */
export async function sendObject(
  caller: Caller,
  input: PutObjectInput,
  body: RequestBody,
  options: SendOptions,
): Promise<Sent<PutObjectOutput>> {
  const measured = measureBody(body);
  let isOutcomeUnknown = false;
  try {
    const { output } = await call(caller, putObjectCall, input, {
      ...sendingOptions<PutObjectOutput>(measured, `object ${input.key}`, options),
      onFailedAttempt: (error) => {
        isOutcomeUnknown ||= error instanceof TransportError && error.mayHaveArrived;
      },
    });
    return sentOf(measured, output);
  } catch (error) {
    // The object that forbids the second attempt may be the first one's.
    const isThere = error instanceof ServiceError && error.code === "FileAlreadyExists";
    if (!isThere || !isOutcomeUnknown) {
      throw error;
    }
    const { findWritten } = await caller.loadRecovery().catch(() => {
      throw error;
    });
    const output = await findWritten(caller, input, measured.measured, options.signal);
    if (output === undefined) {
      throw error;
    }
    return sentOf(measured, output);
  }
}

function sentOf<Output extends { readonly crc64?: bigint }>(
  { measured }: MeasuredBody,
  output: Output,
): Sent<Output> {
  return { output, ...measured, isConfirmed: output.crc64 !== undefined };
}

function sendingOptions<Output extends { readonly crc64?: bigint }>(
  body: MeasuredBody,
  what: string,
  { signal, onSent, onRetry, retryBudget, isOnNewConnection }: SendOptions,
): CallOptions<Output> {
  let sentBytes = 0;
  let isFirst = true;
  const tell = (bytes: number) => {
    sentBytes = bytes;
    onSent?.(bytes);
  };
  return {
    body,
    signal,
    onRetry,
    retryBudget,
    isOnNewConnection,
    onAttempt: () => {
      if (!isFirst) {
        tell(0);
      }
      isFirst = false;
    },
    onSent: (byteCount) => tell(sentBytes + byteCount),
    verify: ({ output, requestId }: Answer<Output>) =>
      assertSameCrc64({ what, sent: body.measured.crc64, received: output.crc64, requestId }),
  };
}
