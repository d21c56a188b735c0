// Whether to send a request again, and when. Pure: the random number is a parameter, and call.ts does the waiting.
//
// Full jitter, after "Exponential Backoff And Jitter" (AWS Architecture Blog, 2015): clients that failed together do
// not come back together.
import { ServiceError } from "../protocol/errors/service-error.ts";
import { ClientError } from "./client-error.ts";
import { TransportError } from "./transport-error.ts";

/** The longest wait before the second attempt; it doubles with every further one. */
const RETRY_WAIT_BASE_MS = 200;

/** The longest wait before any attempt. */
export const RETRY_WAIT_MAX_MS = 20_000;

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
  const longestMs = Math.min(RETRY_WAIT_MAX_MS, RETRY_WAIT_BASE_MS * 2 ** (attempt - 1));
  return Math.floor(random * longestMs);
}

// A service that answers "try again" has not done what it was asked, so that its word suffices; when the network
// failed, the request may have had its effect.
function isWorthRetrying(error: unknown, isRepeatable: boolean): boolean {
  if (error instanceof TransportError) {
    return error.isRetryable && (isRepeatable || !error.mayHaveArrived);
  }
  return (error instanceof ServiceError || error instanceof ClientError) && error.isRetryable;
}
