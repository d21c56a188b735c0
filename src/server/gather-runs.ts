// A body's chunks, whatever their sizes, gathered in buffers of the receive memory.
import { FilledBuffer } from "./filled-buffer.ts";
import type { ReceiveMemory } from "./receive-memory.ts";

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
  let filled: GatheringBuffer | undefined;
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
        filled ??= new GatheringBuffer(await memory.take(), memory);
        rest = filled.append(rest);
        if (filled.roomBytes === 0) {
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

/** A buffer in which the next chunks are gathered, and the moment from which on it is wanted elsewhere. */
class GatheringBuffer extends FilledBuffer {
  readonly #wanted: Promise<true>;

  constructor(buffer: Uint8Array, memory: ReceiveMemory) {
    let onWanted = () => {};
    const wanted = new Promise<true>((resolve) => {
      onWanted = () => resolve(true);
    });
    super(buffer, memory, onWanted);
    this.#wanted = wanted;
  }

  /** Waits for either. */
  isWantedBefore(coming: Promise<unknown>): Promise<boolean> {
    return Promise.race([this.#wanted, coming.then(isNotWanted, isNotWanted)]);
  }
}

const isNotWanted = () => false;
