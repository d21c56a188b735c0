// A body's chunks, whatever their sizes, gathered in buffers of the receive memory.
import type { Filling, ReceiveMemory } from "./receive-memory.ts";

/**
 * The same bytes in long runs. Each lies in a buffer of `memory` that is the receiver's: it must `give` it back.
 *
 * A run ends where the buffer is full, where the body ends, and where the memory wants the buffer back; none is empty.
 */
export async function* gatherRuns(
  chunks: AsyncIterable<Uint8Array>,
  memory: ReceiveMemory,
): AsyncGenerator<Uint8Array> {
  const iterator = chunks[Symbol.asyncIterator]();
  let filled: FilledBuffer | undefined;
  try {
    for (let coming = iterator.next(); ; ) {
      if (filled !== undefined && (await filled.isWantedBefore(coming))) {
        yield filled.handOver();
        filled = undefined;
      }
      const next = await coming;
      if (next.done) {
        break;
      }
      for (let rest = next.value; rest.length > 0; ) {
        filled ??= new FilledBuffer(await memory.take(), memory);
        rest = filled.append(rest);
        if (filled.isFull) {
          yield filled.handOver();
          filled = undefined;
        }
      }
      coming = iterator.next();
    }
    if (filled !== undefined) {
      yield filled.handOver();
    }
  } finally {
    filled?.[Symbol.dispose]();
    // Not waited for: whoever leaves early does so while the next chunk may be hours away.
    iterator.return?.()?.catch(() => undefined);
  }
}

/** A buffer with something in it, waiting for more. */
class FilledBuffer implements Disposable {
  readonly #buffer: Uint8Array;
  readonly #memory: ReceiveMemory;
  readonly #filling: Filling;
  readonly #wanted: Promise<true>;
  #filledBytes = 0;
  #isHandedOver = false;

  constructor(buffer: Uint8Array, memory: ReceiveMemory) {
    this.#buffer = buffer;
    this.#memory = memory;
    let onWanted = () => {};
    this.#wanted = new Promise((resolve) => {
      onWanted = () => resolve(true);
    });
    this.#filling = memory.fill(() => onWanted());
  }

  get isFull(): boolean {
    return this.#filledBytes === this.#buffer.length;
  }

  /** @returns what had no room */
  append(bytes: Uint8Array): Uint8Array {
    const taken = bytes.subarray(0, this.#buffer.length - this.#filledBytes);
    this.#buffer.set(taken, this.#filledBytes);
    this.#filledBytes += taken.length;
    this.#filling.touch();
    return bytes.subarray(taken.length);
  }

  /** Waits for either. */
  isWantedBefore(coming: Promise<unknown>): Promise<boolean> {
    return Promise.race([this.#wanted, coming.then(isNotWanted, isNotWanted)]);
  }

  /** The bytes, in a buffer that is the receiver's from now on. */
  handOver(): Uint8Array {
    this.#isHandedOver = true;
    this.#filling[Symbol.dispose]();
    return this.#buffer.subarray(0, this.#filledBytes);
  }

  [Symbol.dispose](): void {
    if (!this.#isHandedOver) {
      this.#memory.give(this.handOver());
    }
  }
}

const isNotWanted = () => false;
