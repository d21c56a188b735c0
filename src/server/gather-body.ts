// A small body as one piece: gathered whole, within a limit of its own and one for all that are gathered.
import type { ServiceError } from "../protocol/errors/service-error.ts";
import { type GatheredBytes, gatheredBytes } from "./gathered-bytes.ts";

/** Disposing of it says that its bytes, and what was made of them, are needed no more. */
export interface GatheredBody extends Disposable {
  readonly bytes: Buffer;
}

export interface GatheringLimit {
  readonly sizeMaxBytes: number;
  /** What is thrown beyond it. */
  readonly tooLarge: () => Error;
}

/** @throws {ServiceError} RequestTimeout when it is slow and others need its memory; what reading the body throws */
export async function gatherBody(
  chunks: AsyncIterable<Uint8Array>,
  { sizeMaxBytes, tooLarge }: GatheringLimit,
  memory: GatheredBytes = gatheredBytes,
): Promise<GatheredBody> {
  const pieces: Uint8Array[] = [];
  let evict: (failure: ServiceError) => void = () => {};
  let isEvicted = false;
  const eviction = new Promise<never>((_resolve, reject) => {
    evict = reject;
  });
  const gathering = memory.begin((failure) => {
    isEvicted = true;
    pieces.length = 0;
    evict(failure);
  });
  const gather = async () => {
    let sizeBytes = 0;
    for await (const chunk of chunks) {
      // Nobody waits for it any more, but the wait for this chunk could not be ended.
      if (isEvicted) {
        return;
      }
      sizeBytes += chunk.length;
      if (sizeBytes > sizeMaxBytes) {
        throw tooLarge();
      }
      pieces.push(Uint8Array.from(chunk));
      gathering.add(chunk.length);
    }
  };
  try {
    await Promise.race([gather(), eviction]);
    gathering.settle();
    return { bytes: Buffer.concat(pieces), [Symbol.dispose]: () => gathering[Symbol.dispose]() };
  } catch (failure) {
    gathering[Symbol.dispose]();
    throw failure;
  }
}
