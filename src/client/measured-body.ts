// A body whose CRC-64 is taken from the very bytes that are sent, to be compared with what the service says it got.
import { crc64 } from "../protocol/crc64/crc64.ts";
import { ClientError } from "./client-error.ts";
import type { RequestBody } from "./request-body.ts";

export interface MeasuredBody extends RequestBody {
  /** Of the bytes that the latest iteration gave. */
  readonly measured: { readonly sizeBytes: number; readonly crc64: bigint };
}

export function measureBody(body: RequestBody): MeasuredBody {
  let latest = new Measure();
  return {
    sizeBytes: body.sizeBytes,
    isSingleUse: body.isSingleUse === true,
    get measured() {
      return latest;
    },
    chunks() {
      // A fresh one for each attempt: one that was given up may still be ending.
      latest = new Measure();
      return new MeasuredChunks(body.chunks()[Symbol.asyncIterator](), latest);
    },
  };
}

class Measure {
  sizeBytes = 0;
  crc64 = 0n;
}

/** By hand and no generator, which makes three promises more of each chunk. */
class MeasuredChunks implements AsyncIterableIterator<Uint8Array> {
  readonly #chunks: AsyncIterator<Uint8Array>;
  readonly #measure: Measure;
  readonly #take = (result: IteratorResult<Uint8Array>): IteratorResult<Uint8Array> => {
    if (!result.done) {
      this.#measure.sizeBytes += result.value.byteLength;
      this.#measure.crc64 = crc64(result.value, this.#measure.crc64);
    }
    return result;
  };

  constructor(chunks: AsyncIterator<Uint8Array>, measure: Measure) {
    this.#chunks = chunks;
    this.#measure = measure;
  }

  next(): Promise<IteratorResult<Uint8Array>> {
    return this.#chunks.next().then(this.#take);
  }

  async return(): Promise<IteratorResult<Uint8Array>> {
    await this.#chunks.return?.();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}

/**
 * Compares what was sent with what arrived. A service that tells no CRC cannot be checked.
 *
 * @throws {ClientError} checksum-mismatch
 */
export function assertSameCrc64(options: {
  readonly what: string;
  readonly sent: bigint;
  readonly received: bigint | undefined;
  readonly requestId: string | undefined;
}): void {
  const { what, sent, received, requestId } = options;
  if (received !== undefined && received !== sent) {
    throw new ClientError(
      "checksum-mismatch",
      `${what} arrived changed: CRC-64 ${sent} was sent, ${received} received; check memory and network`,
      { requestId },
    );
  }
}
