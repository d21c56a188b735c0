// Whether to send a request again, and when. Pure: the random number is a parameter, and call.ts does the waiting.
//
// Again, with a fresh body from its first byte: the network's failures, 408, 429 and 5xx, and bytes that arrived changed.
// At once and without counting as an attempt (call.ts): an expired key, a wrong clock. Never: what the service refuses,
// such as 403 and 404, for it would refuse it again.
//
// Full jitter, after "Exponential Backoff And Jitter" (AWS Architecture Blog, 2015): clients that failed together do
// not come back together.
import { PartwiseError } from "../protocol/errors/partwise-error.ts";
import { ServiceError } from "../protocol/errors/service-error.ts";
import { TransportError } from "./transport-error.ts";

/** The longest wait before the second attempt; it doubles with every further one. */
const RETRY_WAIT_BASE_MS = 200;

/** The longest wait before any attempt. */
export const RETRY_WAIT_MAX_MS = 20_000;

/** A service that asks to be left alone for longer than this is not waited for: the user decides. */
export const RETRY_AFTER_MAX_MS: number = 5 * 60 * 1000;

/** How often a request is sent, the first time included, unless the user says otherwise. */
export const ATTEMPT_COUNT_DEFAULT = 5;

export interface FailedAttempt {
  readonly error: unknown;
  /** 1 for the first. */
  readonly attempt: number;
  readonly attemptCountMax: number;
  /** Whether sending it twice has the effect of sending it once. */
  readonly isRepeatable: boolean;
  /** 0 ≤ random < 1. */
  readonly random: number;
}

/** @returns how long to wait, in milliseconds, or undefined to give up */
export function retryWaitMs({
  error,
  attempt,
  attemptCountMax,
  isRepeatable,
  random,
}: FailedAttempt): number | undefined {
  if (attempt >= attemptCountMax || !isWorthRetrying(error, isRepeatable)) {
    return undefined;
  }
  const retryAfterMs = retryAfterMsOf(error) ?? 0;
  if (retryAfterMs > RETRY_AFTER_MAX_MS) {
    return undefined;
  }
  const longestMs = Math.min(RETRY_WAIT_MAX_MS, RETRY_WAIT_BASE_MS * 2 ** (attempt - 1));
  return retryAfterMs + Math.floor(random * longestMs);
}

/** What the service asked for, if `error` is one of its answers and it asked for anything. */
export function retryAfterMsOf(error: unknown): number | undefined {
  return error instanceof ServiceError ? error.retryAfterMs : undefined;
}

/**
 * Whether the same request may succeed when it is sent again. A service that answers "try again" has not done what it was
 * asked, so that its word suffices; when the network failed, the request may have had its effect.
 */
export function isWorthRetrying(error: unknown, isRepeatable: boolean): boolean {
  if (error instanceof TransportError) {
    return error.retryable && (isRepeatable || !error.mayHaveArrived);
  }
  return error instanceof PartwiseError && error.retryable;
}
