// Sources that can be read only once and from beginning to end, of whichever kind, read into buffers of ours. A piece of
// theirs is never kept: a small one may pin a large slab of memory.
import { ClientError } from "../client-error.ts";

/** A web stream, or whatever else gives bytes one piece after another, such as Node's Readable. */
export type ByteStream = AsyncIterable<Uint8Array> | ReadableStream<Uint8Array>;

export function isByteStream(source: unknown): source is ByteStream {
  return (
    typeof source === "object" && source !== null && (isWebStream(source) || Symbol.asyncIterator in source)
  );
}

interface PieceSource {
  next(): Promise<{ readonly done?: boolean | undefined; readonly value?: unknown }>;
  /** Ends it early. It may be waiting for a piece that never comes, so this waits for nothing. */
  stop(reason: unknown): void;
}

export class ByteStreamReader {
  /** For messages. */
  readonly label: string;
  readonly #pieces: PieceSource;
  readonly #signal: AbortSignal | undefined;
  /** What the last piece has more than was asked for. */
  #rest: Uint8Array = new Uint8Array(0);
  #hasEnded = false;
  #readBytes = 0;

  /** @throws {TypeError} if the stream is locked to another reader */
  constructor(stream: ByteStream, label: string, signal: AbortSignal | undefined) {
    this.label = label;
    this.#signal = signal;
    this.#pieces = isWebStream(stream) ? piecesOfWebStream(stream) : piecesOfIterable(stream);
  }

  /** All bytes read until now. */
  get readBytes(): number {
    return this.#readBytes;
  }

  /**
   * Fills `target`. Asks the stream for no more than that takes.
   *
   * @returns how many bytes; fewer than fit only at the end
   * @throws {ClientError} `source-unreadable` if the stream fails
   * @throws {TypeError} if it gives something other than bytes
   * @throws the signal's reason after an abort
   */
  async fill(target: Uint8Array): Promise<number> {
    let filledBytes = 0;
    while (filledBytes < target.byteLength && !(await this.isAtEnd())) {
      const piece = this.#rest.subarray(0, target.byteLength - filledBytes);
      target.set(piece, filledBytes);
      filledBytes += piece.byteLength;
      this.#rest = this.#rest.subarray(piece.byteLength);
    }
    this.#readBytes += filledBytes;
    return filledBytes;
  }

  /** Waits for the next byte, or for the end. Throws as `fill` does. */
  async isAtEnd(): Promise<boolean> {
    while (this.#rest.byteLength === 0 && !this.#hasEnded) {
      const { done, value } = await this.#next();
      this.#hasEnded = done === true;
      this.#rest = this.#hasEnded ? this.#rest : bytesOf(value, this.label);
    }
    return this.#hasEnded;
  }

  /** Lets go of the stream; one that has not ended is told to. */
  close(reason?: unknown): void {
    if (!this.#hasEnded) {
      this.#hasEnded = true;
      this.#rest = new Uint8Array(0);
      this.#pieces.stop(reason);
    }
  }

  async #next(): ReturnType<PieceSource["next"]> {
    this.#signal?.throwIfAborted();
    try {
      return await untilAbort(this.#pieces.next(), this.#signal);
    } catch (error) {
      this.#signal?.throwIfAborted();
      throw new ClientError(
        "source-unreadable",
        `${this.label} failed after ${this.#readBytes} bytes: ${error instanceof Error ? error.message : String(error)}`,
        { cause: error },
      );
    }
  }
}

/** @throws the signal's reason if it aborts first; what the promise does then concerns nobody */
export async function untilAbort<Value>(
  promise: Promise<Value>,
  signal: AbortSignal | undefined,
): Promise<Value> {
  if (signal === undefined) {
    return promise;
  }
  return new Promise<Value>((resolve, reject) => {
    const stop = () => reject(signal.reason);
    const settle = () => signal.removeEventListener("abort", stop);
    signal.addEventListener("abort", stop, { once: true });
    promise.then(resolve, reject).finally(settle);
    if (signal.aborted) {
      stop();
    }
  });
}

function isWebStream(source: object): source is ReadableStream<Uint8Array> {
  return "getReader" in source && typeof source.getReader === "function";
}

// Not by its async iterator, which some browsers do not have.
function piecesOfWebStream(stream: ReadableStream<Uint8Array>): PieceSource {
  const reader = stream.getReader();
  return {
    next: () => reader.read(),
    stop: (reason) => void reader.cancel(reason).catch(ignoreFailure),
  };
}

function piecesOfIterable(iterable: AsyncIterable<Uint8Array>): PieceSource {
  const iterator = iterable[Symbol.asyncIterator]();
  return {
    next: () => iterator.next(),
    stop: () => void endEarly(iterable, iterator).catch(ignoreFailure),
  };
}

/** Anybody's iterator may throw here or return what is no promise; why the stream is stopped is told all the same. */
async function endEarly(
  iterable: AsyncIterable<Uint8Array>,
  iterator: AsyncIterator<Uint8Array>,
): Promise<void> {
  // An iterator that waits for a piece takes no other call until then. Node's streams can be told themselves.
  if ("destroy" in iterable && typeof iterable.destroy === "function") {
    iterable.destroy();
  }
  await iterator.return?.();
}

function bytesOf(piece: unknown, label: string): Uint8Array {
  if (piece instanceof Uint8Array) {
    return piece;
  }
  throw new TypeError(`${label} must give pieces of Uint8Array, but gave a ${typeof piece}`);
}

function ignoreFailure(): void {
  // Whoever stops a stream does not want to know why it could not go on.
}
