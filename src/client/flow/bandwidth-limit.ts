// A limit on what all transfers of a client send and receive together: a token bucket. Bodies are held back before the transport gets
// their bytes, in small pieces and in turns, so that the line is used evenly and no transfer starves.
import type { Clock } from "../clock.ts";
import type { RequestBody } from "../request-body.ts";
import { assertBandwidth, type BodyLimit } from "./body-limit.ts";

/** What may go at once after a pause, in time at the limit. */
const BURST_MS = 100;

/** A piece is what the limit lets through in this time: small beside the burst. */
const PIECE_MS = 20;
const PIECE_MIN_BYTES = 512;
const PIECE_MAX_BYTES: number = 256 * 1024;

/** Timers are no finer than this; shorter waits are left to add up. */
const WAIT_MIN_MS = 5;

export class BandwidthLimit implements BodyLimit {
  readonly #bytesPerMs: number;
  readonly #pieceBytes: number;
  readonly #clock: Clock;
  /** How long the line needs for what was let through already; below 0 is what has been saved up. */
  #debtMs = -BURST_MS;
  #countedAtMs: number;

  /**
   * @param bytesPerSecond  integer, from BANDWIDTH_MIN
   * @throws {RangeError} if it is not
   */
  constructor(bytesPerSecond: number, clock: Clock) {
    assertBandwidth(bytesPerSecond);
    this.#bytesPerMs = bytesPerSecond / 1000;
    this.#pieceBytes = Math.min(
      PIECE_MAX_BYTES,
      Math.max(PIECE_MIN_BYTES, Math.floor(this.#bytesPerMs * PIECE_MS)),
    );
    this.#clock = clock;
    this.#countedAtMs = clock.now();
  }

  /**
   * The same body, held back to the limit. Its pieces are views of the body's chunks.
   *
   * @param signal  its abort ends the wait for the next piece; the body then fails with the signal's reason
   */
  limited(body: RequestBody, signal: AbortSignal | undefined): RequestBody {
    return {
      sizeBytes: body.sizeBytes,
      isSingleUse: body.isSingleUse === true,
      chunks: () => this.#pieces(body, signal),
    };
  }

  /**
   * Bytes that arrive, held back to the same limit: what has not been asked for waits in the network.
   *
   * @param signal  its abort ends the wait for the next piece, with the signal's reason
   */
  async *received(
    body: AsyncIterable<Uint8Array>,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<Uint8Array> {
    for await (const chunk of body) {
      await this.#takeTurn(chunk.byteLength, signal);
      yield chunk;
    }
  }

  async *#pieces(body: RequestBody, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
    for await (const chunk of body.chunks()) {
      for (let start = 0; start < chunk.byteLength; start += this.#pieceBytes) {
        const piece = chunk.subarray(start, start + this.#pieceBytes);
        await this.#takeTurn(piece.byteLength, signal);
        yield piece;
      }
    }
  }

  /** Turns are in order of arrival: each waits for what those before it were let through with. */
  async #takeTurn(byteCount: number, signal: AbortSignal | undefined): Promise<void> {
    const nowMs = this.#clock.now();
    // A clock that is set back saves up nothing.
    const passedMs = Math.max(0, nowMs - this.#countedAtMs);
    this.#countedAtMs = nowMs;
    this.#debtMs = Math.max(-BURST_MS, this.#debtMs - passedMs);
    const waitMs = this.#debtMs;
    this.#debtMs += byteCount / this.#bytesPerMs;
    if (waitMs >= WAIT_MIN_MS) {
      await this.#clock.wait(waitMs, signal);
    }
  }
}
