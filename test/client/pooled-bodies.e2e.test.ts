// Buffers that all uploads of a process share: one that is lost is lost for good, and one that is given back twice would
// be two bodies' at a time.
import { equal, ok, rejects } from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import {
  giveBackKernelBuffer,
  KERNEL_BUFFER_SIZE_BYTES,
  takeKernelBuffer,
} from "../../src/protocol/crc64/kernel-buffers.ts";
import { bucketAt } from "./scripted-service.ts";
import { type Fate, startNetwork, startUploadService, type UploadService } from "./upload-service.ts";

const PART_SIZE_BYTES = 4 * 1024 * 1024;
const PART_COUNT = 4;

let service: UploadService;

before(async () => {
  service = await startUploadService();
});

after(async () => {
  await service[Symbol.asyncDispose]();
});

/** The buffers that nobody has, by where they begin. */
function idleBuffers(): readonly number[] {
  const taken: Uint8Array[] = [];
  for (let buffer = takeKernelBuffer(); buffer !== undefined; buffer = takeKernelBuffer()) {
    taken.push(buffer);
  }
  for (const buffer of taken) {
    giveBackKernelBuffer(buffer);
  }
  return taken.map(({ byteOffset }) => byteOffset).sort((left, right) => left - right);
}

/** When some of a part is with the connection, and more than the connection takes is to come. */
async function cancelledWhile(fate: Fate): Promise<void> {
  const { path } = await service.newFile(PART_COUNT * PART_SIZE_BYTES);
  await using network = await startNetwork(service.endpoint, ({ partNumber }) =>
    partNumber === undefined ? "pass" : fate,
  );
  const uploading = bucketAt(network.endpoint).upload("cancelled", path, {
    partSize: PART_SIZE_BYTES,
    multipartThreshold: 0,
    concurrency: PART_COUNT,
    checkpoint: false,
  });
  const failed = rejects(uploading, { code: "cancelled" });
  for await (const event of uploading) {
    const isSending = event.type === "progress" && event.bytesSent > PART_COUNT * KERNEL_BUFFER_SIZE_BYTES;
    if (isSending || event.type === "retry") {
      break;
    }
  }
  await uploading.cancel();
  await failed;
}

describe("the buffers of the CRC-64 kernel", () => {
  const fates: readonly { readonly fate: Fate & string; readonly what: string }[] = [
    { fate: "stall", what: "whose parts nobody reads" },
    { fate: "hold", what: "whose parts are sent and not answered" },
    { fate: "break", what: "whose connections break" },
  ];
  for (const { fate, what } of fates) {
    it(`are all there, each once, after an upload was cancelled ${what}`, async () => {
      const before = idleBuffers();

      await cancelledWhile(fate);

      const now = idleBuffers();
      ok(now.length > 0);
      equal(new Set(now).size, now.length);
      equal(now.join(), before.join());
    });
  }
});
