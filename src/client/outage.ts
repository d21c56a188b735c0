// How long a client goes on while its service, which has answered before, cannot be reached at all. Attempts are used up
// within seconds; a network that is away for a minute, a machine that sleeps, a service that starts anew take longer.
//
// Only failures of connections are bridged, and only while nobody of this client gets an answer: what answers is there,
// and a request that fails beside others that succeed fails for a reason of its own. A service that has never answered
// is more likely a wrong address than one that is away.
import type { Clock } from "./clock.ts";
import { type FailedAttempt, isWorthRetrying } from "./retry-policy.ts";
import type { Transport, TransportRequest, TransportResponse } from "./transport.ts";
import { TransportError } from "./transport-error.ts";

/** Unless the user says otherwise, or says how many attempts there shall be. */
export const RETRY_FOR_DEFAULT_MS = 120_000;

/** Between two attempts in an outage: who was away for long is still soon there again, and not asked by all at once. */
const WAIT_MIN_MS = 1_000;
const WAIT_MAX_MS = 5_000;

/** When a service comes back, its first answers may be followed by failures: as many as any request may have. */
const FAILURE_COUNT_AFTER = 5;

/** So long nobody was answered, when a call first asks: the failure of one beside others that succeed is younger. */
const OUTAGE_MIN_MS = 100;

/**
 * What one call may still hope for, when its attempts are used up.
 *
 * @returns how long to wait for another attempt, in milliseconds; undefined: this is no outage, or too long a one
 */
export type CallPatience = (
  failed: Pick<FailedAttempt, "error" | "isRepeatable" | "random">,
) => number | undefined;

/** Sees all that is sent and answered. */
export class OutageWatch implements Transport {
  readonly #inner: Transport;
  readonly #clock: Clock;
  readonly #retryForMs: number;
  #answerCount = 0;
  /** Of the first failure since the last answer. */
  #beganAtMs: number | undefined;

  constructor(inner: Transport, clock: Clock, retryForMs: number) {
    this.#inner = inner;
    this.#clock = clock;
    this.#retryForMs = retryForMs;
  }

  async send(request: TransportRequest): Promise<TransportResponse> {
    try {
      const response = await this.#inner.send(request);
      this.#answerCount += 1;
      this.#beganAtMs = undefined;
      return response;
    } catch (error) {
      if (error instanceof TransportError) {
        this.#beganAtMs ??= this.#clock.now();
      }
      throw error;
    }
  }

  close(reason?: unknown): void {
    this.#inner.close(reason);
  }

  callPatience(): CallPatience {
    const retryCountMax = this.#retryForMs / WAIT_MIN_MS;
    let retryCount = 0;
    let answerCountBefore = 0;
    let countAfter = 0;
    return ({ error, isRepeatable, random }) => {
      const isFirst = retryCount === 0;
      const isAway = error instanceof TransportError && isWorthRetrying(error, isRepeatable);
      countAfter += !isFirst && answerCountBefore !== this.#answerCount ? 1 : 0;
      answerCountBefore = this.#answerCount;
      const isBorne = countAfter <= FAILURE_COUNT_AFTER && retryCount < retryCountMax;
      if (!isAway || !isBorne || !this.#isBridged(isFirst ? OUTAGE_MIN_MS : 0)) {
        return undefined;
      }
      retryCount += 1;
      return WAIT_MIN_MS + Math.floor(random * (WAIT_MAX_MS - WAIT_MIN_MS));
    };
  }

  #isBridged(ageMinMs: number): boolean {
    if (this.#answerCount === 0 || this.#beganAtMs === undefined) {
      return false;
    }
    const ageMs = this.#clock.now() - this.#beganAtMs;
    return ageMs >= ageMinMs && ageMs < this.#retryForMs;
  }
}
