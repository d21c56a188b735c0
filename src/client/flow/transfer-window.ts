// The port through which transfers share a host: how many requests with bytes may be under way to it at a time. One
// for each host of a client, shared by all its uploads, copies and downloads.

export interface TransferWindow {
  /** How many places there are now. Changes with what the network gives, unless it is fixed. */
  readonly size: number;
  /** The most there will ever be. */
  readonly sizeMax: number;
  /** Places taken. */
  readonly inUse: number;
  /**
   * Waits for a place, in order of arrival.
   *
   * @throws the signal's reason when it aborts first
   */
  acquire(signal: AbortSignal | undefined): Promise<TransferPlace>;
}

/** A place in the window; whoever acquires it releases it, once. Further calls of `release` do nothing. */
export interface TransferPlace {
  /** Bytes that the connection has taken, as they go: what goodput is measured by between the ends of parts. */
  sent(byteCount: number): void;
  /** An attempt failed and is tried again in the same place. */
  failed(failure: TransferFailure): void;
  /** Ends the use. `doneBytes`: what the service has confirmed; 0 for a transfer that failed or was given up. */
  release(doneBytes: number): void;
}

export interface TransferFailure {
  /** 503 and 429: the service asks for less; time-outs: the network cannot carry it. `other` does not shrink. */
  readonly kind: "throttled" | "timeout" | "connection-lost" | "other";
  /** What the service's Retry-After says. No place is given away until then. */
  readonly retryAfterMs?: number;
}
