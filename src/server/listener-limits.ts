// How long and how large things on a connection may be.

export interface ListenerLimits {
  /** All headers together. Above it: 400. */
  readonly headerSizeMaxBytes: number;
  /** From the first byte of a request to the end of its headers. */
  readonly headersTimeoutMs: number;
  /** Without a byte of a body, the request fails with RequestTimeout; without one taken of an answer, it is closed. */
  readonly bodyStallTimeoutMs: number;
  /** A connection without a request. */
  readonly idleTimeoutMs: number;
  /**
   * How long the rest of a refused body is read and thrown away, so that the client sees the answer; and how long the
   * connection of a broken request stays for the same reason.
   */
  readonly lingerMs: number;
  /** More connections at the same time are closed as they come. Each costs a few KiB and a file descriptor. */
  readonly connectionCountMax: number;
  /** The answer to so many requests is the last of a connection, so that none is a client's for ever. */
  readonly requestsPerConnectionMax: number;
}

export const defaultListenerLimits: ListenerLimits = {
  headerSizeMaxBytes: 64 * 1024,
  headersTimeoutMs: 30_000,
  bodyStallTimeoutMs: 60_000,
  idleTimeoutMs: 75_000,
  lingerMs: 5_000,
  connectionCountMax: 10_000,
  requestsPerConnectionMax: 100_000,
};
