// The port through which transfers share a host: how many requests with bytes may be under way to it at a time. One
// for each host of a client, shared by all its uploads, copies and downloads.

import type { Clock } from "../clock.ts";
import type { LinkMeasurement } from "./link-measurement.ts";

/** A number: always so many. `auto`: as many as carry the most, found while transferring; with bounds, between them. */
export type TransferConcurrency = number | "auto" | ConcurrencyBounds;

export interface ConcurrencyBounds {
  /** From 1; default 1. */
  readonly min?: number;
  /** To WINDOW_SIZE_MAX; default 64, in browsers 6. */
  readonly max?: number;
}

/**
 * What a user said about concurrency, as a window.
 *
 * @throws {TypeError} if `concurrency` is nothing known
 * @throws {RangeError} if a number is outside its range
 */
export type CreateWindow = (concurrency: TransferConcurrency, clock: Clock) => TransferWindow;

export interface TransferWindow {
  /** How many places there are now. Changes with what the network gives, unless it is fixed. */
  readonly size: number;
  /** The most there will ever be. */
  readonly sizeMax: number;
  /** Places taken; above `size` for a while after the window became smaller, for no place is taken away. */
  readonly inUse: number;
  /** What the transfers have shown about the way to the host; undefined before there were enough. */
  readonly measured: LinkMeasurement | undefined;
  /** What an earlier process measured: where to begin. Nothing happens once there is better knowledge. */
  recall(measured: LinkMeasurement): void;
  /**
   * Waits for a place, in order of arrival. Ask for every transfer that could begin: that transfers wait is how the
   * window learns that it is the limit.
   *
   * @throws the signal's reason when it aborts first
   */
  acquire(signal: AbortSignal | undefined): Promise<TransferPlace>;
  /** Tells of every change of `size` from now on. @returns what ends that */
  watch(listener: WindowListener): () => void;
}

/** What it throws is not caught: it must not. */
export type WindowListener = (change: WindowChange) => void;

interface WindowChange {
  readonly size: number;
  /** In words, such as "16 at a time carry 31.2 MB/s, 8 carried 17.0 MB/s: trying 32". */
  readonly reason: string;
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
  /** What the service's Retry-After says. No place is given away until then, but `RETRY_AFTER_MAX_MS` at most. */
  readonly retryAfterMs?: number;
}
