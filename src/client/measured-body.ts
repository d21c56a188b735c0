// A body whose CRC-64 is taken from the very bytes that are sent, to be compared with what the service says it got.
import { crc64 } from "../protocol/crc64/crc64.ts";
import { ClientError } from "./client-error.ts";
import type { RequestBody } from "./request-body.ts";

export interface MeasuredBody extends RequestBody {
  /** Of the bytes that the latest iteration gave. */
  readonly measured: { readonly sizeBytes: number; readonly crc64: bigint };
}

export function measureBody(body: RequestBody): MeasuredBody {
  let latest = { sizeBytes: 0, crc64: 0n };
  return {
    sizeBytes: body.sizeBytes,
    isSingleUse: body.isSingleUse === true,
    get measured() {
      return latest;
    },
    // By hand and no generator, which makes three promises more of each chunk.
    chunks(): AsyncIterableIterator<Uint8Array> {
      // A fresh one for each attempt: one that was given up may still be ending.
      const measure = { sizeBytes: 0, crc64: 0n };
      latest = measure;
      const chunks = body.chunks()[Symbol.asyncIterator]();
      const take = (result: IteratorResult<Uint8Array>) => {
        if (!result.done) {
          measure.sizeBytes += result.value.byteLength;
          measure.crc64 = crc64(result.value, measure.crc64);
        }
        return result;
      };
      return {
        next: () => chunks.next().then(take),
        async return() {
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
