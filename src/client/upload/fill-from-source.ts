// Reading as many bytes of a source as are wanted, however few it gives at a time.
import { ClientError } from "../client-error.ts";
import type { ByteSource } from "./byte-source.ts";

/** @throws {ClientError} `source-changed` when the source ends before `target` is full */
export async function fill(source: ByteSource, position: number, target: Uint8Array): Promise<void> {
  let filledBytes = 0;
  while (filledBytes < target.byteLength) {
    const readBytes = await source.read(position + filledBytes, target.subarray(filledBytes));
    if (readBytes === 0) {
      await source.assertUnchanged();
      throw new ClientError(
        "source-changed",
        `${source.label} ended at byte ${position + filledBytes}, but had ${source.sizeBytes} bytes when it was opened`,
      );
    }
    filledBytes += readBytes;
  }
}
