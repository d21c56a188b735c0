// A body whose CRC-64 is taken from the very bytes that are sent, to be compared with what the service says it got.
import { crc64 } from "../protocol/crc64/crc64.ts";
import { ClientError } from "./client-error.ts";
import type { RequestBody } from "./request-body.ts";

export interface MeasuredBody extends RequestBody {
  /** Of the bytes that the latest iteration gave. */
  readonly measured: { readonly sizeBytes: number; readonly crc64: bigint };
}

export function measureBody(body: RequestBody): MeasuredBody {
  let measured = { sizeBytes: 0, crc64: 0n };
  return {
    sizeBytes: body.sizeBytes,
    isSingleUse: body.isSingleUse === true,
    get measured() {
      return measured;
    },
    async *chunks() {
      // A fresh value for each attempt: one that was given up may still be ending.
      let latest = { sizeBytes: 0, crc64: 0n };
      measured = latest;
      for await (const chunk of body.chunks()) {
        const isLatest = measured === latest;
        latest = { sizeBytes: latest.sizeBytes + chunk.byteLength, crc64: crc64(chunk, latest.crc64) };
        measured = isLatest ? latest : measured;
        yield chunk;
      }
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
