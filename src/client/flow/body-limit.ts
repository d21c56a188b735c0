// The port through which bodies are held back to what may be sent and received.
import type { RequestBody } from "../request-body.ts";

export interface BodyLimit {
  /**
   * The same body, held back to the limit.
   *
   * @param signal  its abort ends the wait for the next piece; the body then fails with the signal's reason
   */
  limited(body: RequestBody, signal: AbortSignal | undefined): RequestBody;
  /** Bytes that arrive, held back to the same limit. `signal` as above. */
  received(body: AsyncIterable<Uint8Array>, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array>;
}

/** Below this the time-outs of services would end the requests. Bytes a second. */
export const BANDWIDTH_MIN = 1024;

/** @throws {RangeError} unless it is an integer from BANDWIDTH_MIN */
export function assertBandwidth(bytesPerSecond: number): void {
  if (!Number.isSafeInteger(bytesPerSecond) || bytesPerSecond < BANDWIDTH_MIN) {
    throw new RangeError(
      `maxBandwidth must be an integer from ${BANDWIDTH_MIN}, in bytes a second, but is ${bytesPerSecond}`,
    );
  }
}
