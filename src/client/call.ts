// One call of the service: encode, sign, send, decode — the same four steps for every operation, repeated while the
// retry policy says so.

import { type Endpoint, requestAddress } from "../protocol/addressing/endpoint.ts";
import { encodeBase64 } from "../protocol/base64.ts";
import type { Dialect } from "../protocol/dialects/dialect.ts";
import { decodeError } from "../protocol/errors/error-document.ts";
import { PartwiseError } from "../protocol/errors/partwise-error.ts";
import { ServiceError } from "../protocol/errors/service-error.ts";
import { present } from "../protocol/fields/present.ts";
import type { RequestMessage, ResponseMessage } from "../protocol/http-message.ts";
import type { OperationCall } from "../protocol/operation.ts";
import type { CompleteMultipartUploadOutput } from "../protocol/operations/complete-multipart-upload.ts";
import type { HeadObjectInput, HeadObjectOutput } from "../protocol/operations/head-object.ts";
import type {
  ListMultipartUploadsInput,
  ListMultipartUploadsOutput,
} from "../protocol/operations/list-multipart-uploads.ts";
import type { ListPartsInput, ListPartsOutput } from "../protocol/operations/list-parts.ts";
import type { PutObjectOutput } from "../protocol/operations/put-object.ts";
import { parseTime } from "../protocol/times.ts";
import type { Clock } from "./clock.ts";
import { type Connectivity, isForWantOfNetwork, OFFLINE_COUNT_MAX, waitOrOnline } from "./connectivity.ts";
import type { BodyLimit } from "./flow/body-limit.ts";
import type { GoodputMemory } from "./flow/goodput-memory.ts";
import type { CreateWindow, TransferWindow } from "./flow/transfer-window.ts";
import type { CallPatience } from "./outage.ts";
import { withoutToken } from "./redaction.ts";
import { bytesBody, type RequestBody } from "./request-body.ts";
import type { RequestSigner, SignedRequest } from "./request-signer.ts";
import type { RetryBudget } from "./retry-budget.ts";
import { type FailedAttempt, retryWaitMs } from "./retry-policy.ts";
import type { Transport, TransportResponse } from "./transport.ts";
import { TransportError } from "./transport-error.ts";
import type { UploadedPart } from "./upload/part-info.ts";

/** What all calls of one client share. */
export interface Caller {
  readonly endpoint: Endpoint;
  readonly dialect: Dialect;
  readonly signer: RequestSigner;
  readonly transport: Transport;
  readonly createWindow: CreateWindow;
  /** For calls that were not answered, and those that are seldom made: there already in Node, fetched by a page. */
  readonly loadRecovery: () => Promise<CallRecovery>;
  /** Shared by all that moves many bytes; whoever does waits for a place in it before it calls. */
  readonly window: TransferWindow;
  /** What earlier transfers, and processes, measured on the way to the endpoint. */
  readonly memory: GoodputMemory | undefined;
  /** What bodies are held back to; undefined: nothing. */
  readonly bandwidth: BodyLimit | undefined;
  readonly clock: Clock;
  /** Undefined where nobody tells. */
  readonly connectivity: Connectivity | undefined;
  /** 0 ≤ random() < 1. */
  readonly random: () => number;
  readonly timeoutMs: number;
  readonly attemptCountMax: number;
  /** For one call whose attempts are used up; left out where outages are not bridged. */
  readonly callPatience?: (() => CallPatience) | undefined;
  readonly userAgent: string;
  /** Undefined where the platform has none; documents then go without Content-MD5. */
  readonly md5: ((bytes: Uint8Array) => Uint8Array) | undefined;
}

/** What most clients never need. */
export interface CallRecovery {
  readonly headObjectCall: OperationCall<HeadObjectInput, HeadObjectOutput>;
  readonly listMultipartUploadsCall: OperationCall<ListMultipartUploadsInput, ListMultipartUploadsOutput>;
  readonly listPartsCall: OperationCall<ListPartsInput, ListPartsOutput>;
  /** The object, if it is the one that was sent in one piece. */
  findWritten(
    caller: Caller,
    target: ObjectTarget,
    sent: { readonly sizeBytes: number; readonly crc64: bigint },
    signal: AbortSignal | undefined,
  ): Promise<PutObjectOutput | undefined>;
  /** The object, if it is the one that these parts make. */
  findCompleted(
    caller: Caller,
    target: ObjectTarget,
    parts: readonly UploadedPart[],
    signal: AbortSignal | undefined,
  ): Promise<CompleteMultipartUploadOutput | undefined>;
}

export interface ObjectTarget {
  readonly bucket: string;
  readonly key: string;
}

export interface CallOptions<Output> {
  readonly body?: RequestBody | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onSent?: ((byteCount: number) => void) | undefined;
  /** Before each attempt: what an earlier one sent does not count any more. */
  readonly onAttempt?: (() => void) | undefined;
  /** After each failed attempt, the last one too. */
  readonly onFailedAttempt?: ((error: unknown) => void) | undefined;
  /** After a failed attempt that is not the last, before the wait. */
  readonly onRetry?: ((retry: Retry) => void) | undefined;
  /** Shared by all calls of one upload; the attempts of each are bounded all the same. */
  readonly retryBudget?: RetryBudget | undefined;
  readonly isOnNewConnection?: boolean | undefined;
  /** Looks at the answer; what it throws is treated like a failure of the service. */
  readonly verify?: ((answer: Answer<Output>) => void) | undefined;
  /** Default: what the operation says. */
  readonly isRepeatable?: boolean;
}

export interface Retry {
  readonly error: PartwiseError;
  /** The one that failed, from 1. */
  readonly attempt: number;
  readonly waitMs: number;
}

export interface Answer<Output> {
  readonly output: Output;
  readonly requestId: string | undefined;
  /** To be read or discarded when the operation answers with bytes; used up otherwise. */
  readonly response: TransportResponse;
}

/** The largest document that any operation answers with: 1,000 keys of 1,023 bytes, all percent-encoded. */
const DOCUMENT_SIZE_MAX_BYTES: number = 16 * 1024 * 1024;

/**
 * Calls `operation` with `input` until it succeeds or another attempt makes no sense.
 *
 * @throws {ServiceError} what the service answered
 * @throws {TransportError} when it did not
 * @throws the signal's reason after an abort
 */
export async function call<Input, Output>(
  caller: Caller,
  operation: OperationCall<Input, Output>,
  input: Input,
  options: CallOptions<Output> = {},
): Promise<Answer<Output>> {
  const message = operation.encodeRequest(input, caller.dialect);
  const corrections = new Set<string>();
  const { connectivity } = caller;
  const patience = caller.callPatience?.();
  let attempt = 1;
  let offlineCount = 0;
  for (;;) {
    options.signal?.throwIfAborted();
    if (connectivity?.isOffline) {
      await connectivity.untilOnline(options.signal);
    }
    options.onAttempt?.();
    let signed: SignedRequest | undefined;
    try {
      signed = await caller.signer.sign(withDigest(message, caller.md5));
      return await exchange(caller, operation, signed, options);
    } catch (error) {
      options.signal?.throwIfAborted();
      options.onFailedAttempt?.(error);
      if (options.body?.isSingleUse !== true && isCorrected(caller.signer, { error, signed }, corrections)) {
        continue;
      }
      const isRepeatable = options.isRepeatable ?? operation.isIdempotent;
      if (
        connectivity?.isOffline &&
        options.body?.isSingleUse !== true &&
        offlineCount < OFFLINE_COUNT_MAX &&
        isForWantOfNetwork(error, { isSigned: signed !== undefined, isRepeatable })
      ) {
        offlineCount += 1;
        continue;
      }
      const waitMs = waitBeforeRetry(caller, options, { error, attempt, isRepeatable }, patience);
      if (waitMs === undefined) {
        throw error instanceof PartwiseError ? error.addCircumstances({ attempts: attempt }) : error;
      }
      await waitToRetry(caller, { error, waitMs, signal: options.signal });
      attempt += 1;
    }
  }
}

/** When the network is back, what it broke goes on at once; what the service asks for is kept to. */
function waitToRetry(
  { clock, connectivity }: Caller,
  {
    error,
    waitMs,
    signal,
  }: { readonly error: unknown; readonly waitMs: number; readonly signal: AbortSignal | undefined },
): Promise<void> {
  return connectivity === undefined || !(error instanceof TransportError)
    ? clock.wait(waitMs, signal)
    : waitOrOnline((stop) => clock.wait(waitMs, stop), connectivity, signal);
}

/** @returns milliseconds, or undefined when another attempt makes no sense */
function waitBeforeRetry<Output>(
  { attemptCountMax, random }: Caller,
  { body, retryBudget, onRetry }: CallOptions<Output>,
  attemptOf: Pick<FailedAttempt, "attempt" | "error" | "isRepeatable">,
  patience: CallPatience | undefined,
): number | undefined {
  const { error, attempt } = attemptOf;
  if (body?.isSingleUse === true || !(error instanceof PartwiseError)) {
    return undefined;
  }
  const failed = { ...attemptOf, attemptCountMax, random: random() };
  const usualMs = retryWaitMs(failed);
  const waitMs = usualMs === undefined || retryBudget?.take() === false ? patience?.(failed) : usualMs;
  if (waitMs !== undefined) {
    onRetry?.({ error, attempt, waitMs });
  }
  return waitMs;
}

async function exchange<Input, Output>(
  caller: Caller,
  operation: OperationCall<Input, Output>,
  { message: signed, address }: SignedRequest,
  options: CallOptions<Output>,
): Promise<Answer<Output>> {
  const { dialect } = caller;
  const response = await caller.transport.send({
    method: signed.method,
    address: address ?? requestAddress(caller.endpoint, signed.resource, signed.query),
    headers: { "user-agent": caller.userAgent, ...signed.headers },
    body:
      heldBack(caller, options) ??
      (signed.text === undefined ? undefined : bytesBody(new TextEncoder().encode(signed.text))),
    signal: options.signal,
    timeoutMs: caller.timeoutMs,
    onSent: options.onSent,
    isOnNewConnection: options.isOnNewConnection,
    responseBody: operation.responseBody,
  });
  const received = await receive(response, operation);
  assertSuccess(withoutToken(received, signed.headers[`${dialect.headerPrefix}security-token`]), caller);
  const requestId = requestIdOf(response, dialect);
  const answer = { output: decode(operation, received, dialect), requestId, response };
  options.verify?.(answer);
  return answer;
}

function heldBack({ bandwidth }: Caller, { body, signal }: CallOptions<never>): RequestBody | undefined {
  return body === undefined || bandwidth === undefined ? body : bandwidth.limited(body, signal);
}

/** DeleteMultipleObjects must have a digest, and for other documents it does no harm. */
function withDigest(message: RequestMessage, md5: Caller["md5"]): RequestMessage {
  if (message.text === undefined || md5 === undefined) {
    return message;
  }
  const digest = encodeBase64(md5(new TextEncoder().encode(message.text)));
  return { ...message, headers: { "content-md5": digest, ...message.headers } };
}

async function receive(
  response: TransportResponse,
  operation: Pick<OperationCall<never, unknown>, "method" | "responseBody">,
): Promise<ResponseMessage> {
  const { status, headers } = response;
  const isSuccess = status >= 200 && status < 300;
  if (isSuccess && operation.responseBody === "bytes") {
    return { status, headers };
  }
  if (operation.method === "HEAD" || (isSuccess && operation.responseBody === "none")) {
    response.discard();
    return { status, headers };
  }
  return { status, headers, text: await response.text(DOCUMENT_SIZE_MAX_BYTES) };
}

// An answer that lacks something is the service's error too, and as hard to look into without its id.
function decode<Output>(
  operation: Pick<OperationCall<never, Output>, "decodeResponse">,
  received: ResponseMessage,
  dialect: Dialect,
): Output {
  try {
    return operation.decodeResponse(received, dialect);
  } catch (error) {
    if (!(error instanceof ServiceError)) {
      throw error;
    }
    const { code, message, status, fields } = error;
    const requestId = requestIdOf(received, dialect);
    throw new ServiceError(code, present({ message, status, fields, requestId, cause: error }));
  }
}

/** @throws {ServiceError} */
function assertSuccess(received: ResponseMessage, { dialect, signer }: Caller): void {
  const { status, headers, text = "" } = received;
  const isSuccess = status >= 200 && status < 300 && status !== 203;
  // An operation that takes long answers 200 first and may find out later that it fails; that is the service's fault.
  const isLateFailure = isSuccess && /^\s*(?:<\?xml[^>]*>)?\s*<Error>/.test(text);
  if (isSuccess && !isLateFailure) {
    return;
  }
  const error = decodeError(isLateFailure ? { ...received, status: 500 } : received, dialect);
  // A page may not see the header, but the document says it too.
  const serverTime = parseTime(headers.date ?? error.fields.ServerTime ?? "");
  if (error.code === "RequestTimeTooSkewed" && serverTime !== undefined) {
    signer.learnTime(serverTime);
  }
  throw error;
}

function requestIdOf({ headers }: Pick<ResponseMessage, "headers">, dialect: Dialect): string | undefined {
  return headers[`${dialect.headerPrefix}request-id`];
}

const credentialErrors: ReadonlySet<string> = new Set([
  "InvalidAccessKeyId",
  "InvalidSecurityToken",
  "SecurityTokenExpired",
]);

/**
 * Removes the cause of an error that has one on our side: a wrong clock, an old key. Each only once a call, and without
 * counting as an attempt.
 */
function isCorrected(
  signer: RequestSigner,
  { error, signed }: { readonly error: unknown; readonly signed: SignedRequest | undefined },
  corrections: Set<string>,
): boolean {
  if (!(error instanceof ServiceError)) {
    return false;
  }
  const correction = isAboutCredentials(error) ? "credentials" : error.code;
  if (corrections.has(correction)) {
    return false;
  }
  corrections.add(correction);
  if (correction === "credentials") {
    return signed !== undefined && signer.forgetCredentials(signed.credentials);
  }
  // assertSuccess has set the clock.
  return error.code === "RequestTimeTooSkewed";
}

/** A URL that was signed for a time says of its end only that access is denied. */
function isAboutCredentials({ code, message }: ServiceError): boolean {
  return credentialErrors.has(code) || (code === "AccessDenied" && /expired/i.test(message));
}
