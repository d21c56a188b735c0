// What a request carries, as those who receive it see it, whichever door it came in by.
import type { ReceiveMemory } from "./receive-memory.ts";

/** A body on its way in. It is read at most once. */
export interface RequestBody {
  /** Content-Length, or undefined for a chunked body. */
  readonly sizeBytes: number | undefined;
  /** A chunk is valid until the next one is asked for. @throws {ServiceError} IncompleteBody, RequestTimeout */
  readonly chunks: AsyncIterable<Uint8Array>;
  /**
   * Instead of `chunks`, where the connection can put the bytes into the receive memory itself: as `gatherRuns()` gives
   * them.
   */
  readonly runs?: (memory: ReceiveMemory) => AsyncIterable<Uint8Array>;
}
