import { deepEqual, equal, ok } from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { RequestBody } from "../../src/client/request-body.ts";
import type { Transport } from "../../src/client/transport.ts";
import type { UploadEvent } from "../../src/client/upload/upload-event.ts";
import { crc64 } from "../../src/protocol/crc64/crc64.ts";
import { bucketAt, impatientPlatform } from "./scripted-service.ts";
import { partNumberOf, startUploadService, type UploadService } from "./upload-service.ts";

const PART_SIZE_BYTES: number = 512 * 1024;
const PART_COUNT = 48;

let service: UploadService;

before(async () => {
  service = await startUploadService();
});

after(async () => {
  await service[Symbol.asyncDispose]();
});

/** Sends its first chunk, and then nothing until it is given up. */
function crawling(body: RequestBody, signal: AbortSignal): RequestBody {
  return {
    sizeBytes: body.sizeBytes,
    async *chunks() {
      for await (const chunk of body.chunks()) {
        yield chunk;
        await new Promise<void>((resolve) =>
          signal.addEventListener("abort", () => resolve(), { once: true }),
        );
        return;
      }
    },
  };
}

/** Some requests' bodies crawl; what is sent, and whether by a new connection, is noted. */
function networkWith(inner: Transport, crawls: (partNumber: number, attempt: number) => boolean) {
  const sent: (readonly [partNumber: number, isOnNewConnection: boolean])[] = [];
  const transport: Transport = {
    close: () => inner.close(),
    send(request) {
      const partNumber = partNumberOf(request.method, request.address.target);
      if (partNumber === undefined || request.body === undefined || request.signal === undefined) {
        return inner.send(request);
      }
      sent.push([partNumber, request.isOnNewConnection === true]);
      const attempt = sent.filter(([number]) => number === partNumber).length;
      const isCrawling = crawls(partNumber, attempt);
      return inner.send(isCrawling ? { ...request, body: crawling(request.body, request.signal) } : request);
    },
  };
  return { sent, transport };
}

async function upload(crawls: (partNumber: number, attempt: number) => boolean) {
  const { path, bytes } = await service.newFile(PART_COUNT * PART_SIZE_BYTES);
  const platform = impatientPlatform();
  const { sent, transport } = networkWith(platform.transport, crawls);
  const events: UploadEvent[] = [];
  let nowMs = Date.now();
  // Each look at the clock takes some time, so that as many parts end within seconds however busy the machine is.
  const clock = {
    ...platform.clock,
    now: () => {
      nowMs += 30;
      return nowMs;
    },
  };
  const bucket = bucketAt(service.endpoint, { transport }, { ...platform, clock });
  const result = await bucket.upload("slow", path, {
    partSize: PART_SIZE_BYTES,
    concurrency: 4,
    onEvent: (event) => events.push(event),
  });
  const dropped = events.flatMap((event) => (event.type === "slow-connection" ? [event] : []));
  // By this clock one of the last parts may well seem late, and be sent a second time as any upload's would.
  const tailCount = events.filter((event) => event.type === "part-duplicated").length;
  return { result, bytes, sent, dropped, tailCount };
}

describe("an upload of which one connection crawls", () => {
  it("sends its part again on a new connection, while the others go on", async () => {
    const { result, bytes, sent, dropped, tailCount } = await upload(
      (partNumber, attempt) => partNumber === 3 && attempt === 1,
    );

    equal(result.crc64, crc64(bytes));
    deepEqual(
      dropped.map(({ partNumber }) => partNumber),
      [3],
    );
    deepEqual(
      sent.filter(([partNumber]) => partNumber === 3),
      [
        [3, false],
        [3, true],
      ],
    );
    equal(sent.length, PART_COUNT + 1 + tailCount);
    equal(result.statistics.duplicateCount, 1 + tailCount);
    ok(result.statistics.extraBytes <= 0.05 * PART_COUNT * PART_SIZE_BYTES);
  });

  it("is left alone when none does", async () => {
    const { dropped, sent, tailCount } = await upload(() => false);

    deepEqual([dropped.length, sent.length - tailCount], [0, PART_COUNT]);
  });
});
