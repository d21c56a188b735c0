import { deepEqual, equal, ok, rejects, throws } from "node:assert/strict";
import { describe, it } from "node:test";
import { systemClock } from "../../../src/client/clock.ts";
import { BandwidthLimit } from "../../../src/client/flow/bandwidth-limit.ts";
import { BANDWIDTH_MIN } from "../../../src/client/flow/body-limit.ts";
import { bytesBody } from "../../../src/client/request-body.ts";
import { crc64 } from "../../../src/protocol/crc64/crc64.ts";
import { VirtualClock } from "../../simulation/flow/virtual-clock.ts";
import { afterBody, bucketAt, impatientPlatform, startScriptedService } from "../scripted-service.ts";

const RATE = 1_000_000;
const SECOND_MS = 1_000;

/** Reads a limited body as fast as the limit allows, and counts what came. */
function drain(limit: BandwidthLimit, sizeBytes: number, signal?: AbortSignal) {
  const counted = { bytes: 0, largestPiece: 0, isWhole: false };
  const done = (async () => {
    for await (const piece of limit.limited(bytesBody(new Uint8Array(sizeBytes)), signal).chunks()) {
      counted.bytes += piece.byteLength;
      counted.largestPiece = Math.max(counted.largestPiece, piece.byteLength);
    }
    counted.isWhole = true;
  })();
  return { counted, done };
}

async function advanceBy(clock: VirtualClock, durationMs: number): Promise<void> {
  for (let passedMs = 0; passedMs < durationMs; passedMs += 5) {
    await clock.advance(5);
  }
}

describe("BandwidthLimit", () => {
  it("lets through what the limit says, after a burst of a tenth of a second", async () => {
    const clock = new VirtualClock();
    const { counted } = drain(new BandwidthLimit(RATE, clock), 10 * RATE);

    await clock.advance(0);
    const burstBytes = counted.bytes;
    await advanceBy(clock, SECOND_MS);
    const afterOne = counted.bytes;
    await advanceBy(clock, 2 * SECOND_MS);

    ok(burstBytes <= 0.13 * RATE, `${burstBytes} at once`);
    ok(Math.abs(afterOne - burstBytes - RATE) < 0.03 * RATE, `${afterOne - burstBytes} in a second`);
    ok(Math.abs(counted.bytes - afterOne - 2 * RATE) < 0.05 * RATE, `${counted.bytes - afterOne} in two`);
    ok(counted.largestPiece <= 20_000);
  });

  it("is shared: transfers have equal parts of it", async () => {
    const clock = new VirtualClock();
    const limit = new BandwidthLimit(RATE, clock);
    const transfers = Array.from({ length: 10 }, () => drain(limit, RATE));

    await advanceBy(clock, 2 * SECOND_MS);

    const bytes = transfers.map(({ counted }) => counted.bytes);
    const sum = bytes.reduce((total, one) => total + one, 0);
    ok(Math.abs(sum - 2.1 * RATE) < 0.1 * RATE, String(sum));
    ok(Math.max(...bytes) - Math.min(...bytes) <= 40_000, String(bytes));
  });

  it("saves up no more than the burst, however long nothing is sent", async () => {
    const clock = new VirtualClock();
    const limit = new BandwidthLimit(RATE, clock);
    await clock.advance(3_600_000);

    const { counted } = drain(limit, RATE);
    await clock.advance(0);

    ok(counted.bytes <= 0.13 * RATE, String(counted.bytes));
  });

  it("passes on every byte, in order, and once more for another attempt", async () => {
    const clock = new VirtualClock();
    const bytes = Uint8Array.from({ length: 100_001 }, (_, index) => index % 251);
    const body = new BandwidthLimit(1_000_000_000, clock).limited(bytesBody(bytes), undefined);

    for (const _attempt of [1, 2]) {
      const pieces: Uint8Array[] = [];
      for await (const piece of body.chunks()) {
        pieces.push(piece);
      }
      equal(crc64(Buffer.concat(pieces)), crc64(bytes));
    }
    deepEqual([body.sizeBytes, body.isSingleUse], [100_001, false]);
  });

  it("ends its wait on an abort, with the reason", async () => {
    const clock = new VirtualClock();
    const controller = new AbortController();
    const { done } = drain(new BandwidthLimit(BANDWIDTH_MIN, clock), RATE, controller.signal);
    await clock.advance(0);
    equal(clock.waitCount, 1);

    controller.abort(new Error("enough"));

    await rejects(done, /enough/);
    equal(clock.waitCount, 0);
  });

  it("refuses limits that no upload could live with", () => {
    for (const wrong of [0, -1, BANDWIDTH_MIN - 1, 1500.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      throws(() => new BandwidthLimit(wrong, systemClock), RangeError);
    }
    throws(() => bucketAt("http://127.0.0.1:1", { maxBandwidth: 10 }), RangeError);
  });
});

describe("maxBandwidth", () => {
  it("holds back all parts of a client together, as they arrive", async () => {
    const sizeBytes = 300_000;
    const rate = 800_000;
    const bytes = new Uint8Array(sizeBytes).fill(7);
    await using service = await startScriptedService((request, response) =>
      afterBody(request, () => response.writeHead(200, { etag: '"AB"' }).end()),
    );
    const platform = { ...impatientPlatform(), clock: systemClock };
    const bucket = bucketAt(service.endpoint, { maxBandwidth: rate }, platform);
    const startedAt = performance.now();

    await Promise.all([1, 2, 3, 4].map((partNumber) => bucket.uploadPart("k", "U", partNumber, bytes)));

    const tookS = (performance.now() - startedAt) / 1_000;
    const seenRate = (4 * sizeBytes) / (tookS + 0.1);
    ok(Math.abs(seenRate - rate) < 0.1 * rate, `${Math.round(seenRate)} bytes a second in ${tookS} s`);
  });

  it("holds back what arrives too, of all objects that are read together", async () => {
    const sizeBytes = 150_000;
    const rate = 600_000;
    await using service = await startScriptedService((_request, response) => {
      const headers = { etag: '"AB"', "last-modified": "Sun, 03 Dec 2023 12:12:12 GMT" };
      response.writeHead(200, { ...headers, "content-length": sizeBytes }).end(Buffer.alloc(sizeBytes));
    });
    const platform = { ...impatientPlatform(), clock: systemClock };
    const bucket = bucketAt(service.endpoint, { maxBandwidth: rate }, platform);
    const startedAt = performance.now();

    await Promise.all([1, 2, 3, 4].map(async () => (await bucket.getObject("k")).bytes()));

    const tookS = (performance.now() - startedAt) / 1_000;
    ok(tookS > 0.7 * ((4 * sizeBytes) / rate), `${tookS} s`);
  });
});
