// What getObject gives: the facts about an object, and its bytes on their way.
import { crc64 } from "../protocol/crc64/crc64.ts";
import type { GetObjectOutput } from "../protocol/operations/get-object.ts";
import type { Answer } from "./call.ts";
import { ClientError } from "./client-error.ts";
import type { BodyLimit } from "./flow/body-limit.ts";

/** Read it once, by `body`, `bytes` or `text`, or `discard` it: until then it keeps its connection. */
export interface DownloadedObject extends GetObjectOutput {
  /**
   * The bytes as they come. When the whole object was asked for, its CRC-64 is checked at the end, and the last step
   * throws a `ClientError` `checksum-mismatch` if it differs.
   */
  readonly body: AsyncIterable<Uint8Array>;
  /** All bytes, in memory. */
  bytes(): Promise<Uint8Array>;
  /** All bytes, as UTF-8. */
  text(): Promise<string>;
  /** Gives up what has not been read. */
  discard(): void;
}

export function downloadedObject(
  answer: Answer<GetObjectOutput>,
  options: {
    /** For messages. */
    readonly label: string;
    readonly bandwidth: BodyLimit | undefined;
    readonly signal: AbortSignal | undefined;
  },
): DownloadedObject {
  const { output, response } = answer;
  const { label, bandwidth, signal } = options;
  const received = bandwidth?.received(response.body, signal) ?? response.body;
  const body = output.contentRange === undefined ? checkedBody(received, answer, label) : received;
  const bytes = () => collect(body, output.contentLength);
  return {
    ...output,
    body,
    bytes,
    text: async () => new TextDecoder().decode(await bytes()),
    discard: () => response.discard(),
  };
}

async function* checkedBody(
  body: AsyncIterable<Uint8Array>,
  { output, requestId }: Answer<GetObjectOutput>,
  label: string,
): AsyncGenerator<Uint8Array> {
  let received = 0n;
  for await (const chunk of body) {
    received = crc64(chunk, received);
    yield chunk;
  }
  if (output.crc64 !== undefined && output.crc64 !== received) {
    throw new ClientError(
      "checksum-mismatch",
      `${label} arrived changed: its CRC-64 is ${output.crc64}, of the bytes received ${received}; get it again`,
      { requestId },
    );
  }
}

async function collect(body: AsyncIterable<Uint8Array>, sizeBytes: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(sizeBytes);
  let position = 0;
  for await (const chunk of body) {
    bytes.set(chunk, position);
    position += chunk.byteLength;
  }
  return bytes;
}
