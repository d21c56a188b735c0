// A buffer of the receive memory with something in it, waiting for more.
import type { Filling, ReceiveMemory } from "./receive-memory.ts";

export class FilledBuffer implements Disposable {
  readonly #buffer: Uint8Array;
  readonly #memory: ReceiveMemory;
  readonly #filling: Filling;
  #filledBytes = 0;
  #isHandedOver = false;

  /** @param onWanted  called at most once, when the buffer should be handed over with what it has */
  constructor(buffer: Uint8Array, memory: ReceiveMemory, onWanted: () => void) {
    this.#buffer = buffer;
    this.#memory = memory;
    this.#filling = memory.fill(onWanted);
  }

  get roomBytes(): number {
    return this.#buffer.length - this.#filledBytes;
  }

  /** @returns what had no room */
  append(bytes: Uint8Array): Uint8Array {
    const taken = bytes.subarray(0, this.roomBytes);
    this.#buffer.set(taken, this.#filledBytes);
    this.#filledBytes += taken.length;
    this.#filling.touch();
    return bytes.subarray(taken.length);
  }

  /** The bytes, in a buffer that is the receiver's from now on. */
  handOver(): Uint8Array {
    this.#isHandedOver = true;
    this.#filling[Symbol.dispose]();
    return this.#buffer.subarray(0, this.#filledBytes);
  }

  /** Gives the buffer back, unless it was handed over. */
  [Symbol.dispose](): void {
    if (!this.#isHandedOver) {
      this.#memory.give(this.handOver());
    }
  }
}
