// A request's body on its way in: chunks as the socket gives them, pulled one by one.
import type { IncomingMessage } from "node:http";
import { serviceError } from "../protocol/errors/known-error.ts";
import type { ServiceError } from "../protocol/errors/service-error.ts";
import type { RequestBody } from "./service-context.ts";

export interface BodyReception {
  /** Called before the first byte is asked for: a client with `Expect: 100-continue` waits to be told. */
  readonly beforeReading: () => void;
  /** Without a byte for so long, the request fails with RequestTimeout. */
  readonly stallTimeoutMs: number;
}

export function bodyOf(request: IncomingMessage, reception: BodyReception): RequestBody {
  const length = request.headers["content-length"];
  return {
    sizeBytes: length === undefined ? undefined : Number(length),
    chunks: receive(request, reception),
  };
}

/** How much of a body waits here for its reader before the request is paused: two chunks, as node:http gives them. */
const WAITING_SIZE_MAX_BYTES = 128 * 1024;

async function* receive(
  request: IncomingMessage,
  { beforeReading, stallTimeoutMs }: BodyReception,
): AsyncGenerator<Uint8Array> {
  beforeReading();
  using arriving = new ArrivingChunks(request);
  for (;;) {
    const chunk = arriving.shift();
    if (chunk !== undefined) {
      yield chunk;
    } else if (request.readableEnded) {
      return;
    } else {
      await arriving.untilMore(stallTimeoutMs);
    }
  }
}

/**
 * Chunks as they come, each by itself: `request.read()` would join those that wait, and fresh memory for what is joined
 * costs more than all else that is done to receive it.
 */
class ArrivingChunks implements Disposable {
  readonly #request: IncomingMessage;
  readonly #chunks: Uint8Array[] = [];
  #sizeBytes = 0;
  #onChunk: () => void = () => {};

  constructor(request: IncomingMessage) {
    this.#request = request;
    request.on("data", this.#onData);
  }

  shift(): Uint8Array | undefined {
    const chunk = this.#chunks.shift();
    this.#sizeBytes -= chunk?.length ?? 0;
    return chunk;
  }

  /**
   * Waits without ending the connection: whoever stalls is told so before it is closed.
   *
   * @throws {ServiceError} IncompleteBody, RequestTimeout
   */
  untilMore(timeoutMs: number): Promise<void> {
    const request = this.#request;
    return new Promise((resolve, reject) => {
      const settle = (failure?: ServiceError) => {
        clearTimeout(timer);
        this.#onChunk = () => {};
        request.off("end", onEnd).off("error", onBreak).off("close", onBreak);
        if (failure === undefined) {
          resolve();
        } else {
          reject(failure);
        }
      };
      const onEnd = () => settle();
      const onBreak = (cause?: unknown) => settle(serviceError("IncompleteBody", { cause }));
      const timer = setTimeout(() => settle(serviceError("RequestTimeout")), timeoutMs);
      if (request.destroyed && !request.readableEnded) {
        onBreak(request.errored);
        return;
      }
      this.#onChunk = onEnd;
      request.on("end", onEnd).on("error", onBreak).on("close", onBreak);
      request.resume();
    });
  }

  [Symbol.dispose](): void {
    this.#request.off("data", this.#onData).pause();
  }

  #onData: (chunk: Uint8Array) => void = (chunk) => {
    this.#chunks.push(chunk);
    this.#sizeBytes += chunk.length;
    if (this.#sizeBytes >= WAITING_SIZE_MAX_BYTES) {
      this.#request.pause();
    }
    this.#onChunk();
  };
}
