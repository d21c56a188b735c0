// A body whose CRC-64 is taken from the very bytes that are sent, to be compared with what the service says it got.
import { Crc64Digest } from "../protocol/crc64/crc64-digest.ts";
import { ClientError } from "./client-error.ts";
import type { Chunks, RequestBody } from "./request-body.ts";

export interface MeasuredBody extends RequestBody {
  /** Of the bytes that the latest iteration gave. */
  readonly measured: { readonly sizeBytes: number; readonly crc64: bigint };
}

export function measureBody(body: RequestBody): MeasuredBody {
  let latest = new Measure();
  return {
    sizeBytes: body.sizeBytes,
    isSingleUse: body.isSingleUse,
    get measured() {
      return { sizeBytes: latest.sizeBytes, crc64: latest.digest.value };
    },
    // By hand and no generator, which makes three promises more of each chunk.
    chunks(): AsyncIterableIterator<Uint8Array> & Chunks {
      // A fresh one for each attempt: one that was given up may still be ending.
      const measure = new Measure();
      latest = measure;
      const inner = body.chunks();
      const chunks = inner[Symbol.asyncIterator]();
      const take = (result: IteratorResult<Uint8Array>) => {
        measure.took(result.value);
        return result;
      };
      return {
        next: () =>
          chunks.next().then(take, (error) => {
            measure.took();
            throw error;
          }),
        nextNow: () => {
          const chunk = inner.nextNow?.();
          return chunk && measure.took(chunk);
        },
        async return() {
          measure.took();
          await chunks.return?.();
          return { done: true, value: undefined };
        },
        [Symbol.asyncIterator]() {
          return this;
        },
      };
    },
  };
}

class Measure {
  sizeBytes = 0;
  readonly digest = new Crc64Digest();

  /**
   * @param chunk  undefined: there is no more. A digest has one of the kernel's few places until its value is asked for,
   *   and nobody else may ask any more.
   */
  took(chunk?: Uint8Array): Uint8Array | undefined {
    if (chunk) {
      this.sizeBytes += chunk.byteLength;
      this.digest.update(chunk);
    } else {
      void this.digest.value;
    }
    return chunk;
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
