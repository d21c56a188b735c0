import { deepEqual, equal, ok, rejects, throws } from "node:assert/strict";
import { describe, it } from "node:test";
import type { ClientOptions } from "../../src/client/client-options.ts";
import { crc64 } from "../../src/protocol/crc64/crc64.ts";
import { bucketAt, errorXml, impatientPlatform, startScriptedService } from "./scripted-service.ts";
import { inParts, PART, startNetwork, startUploadService } from "./upload-service.ts";

const START_MS = 1_800_000_000_000;

/** A clock on which only waits take time, with what else is to happen while somebody waits. */
function movedClock(meanwhile: () => Promise<void> = async () => {}) {
  let nowMs = START_MS;
  return {
    get passedMs() {
      return nowMs - START_MS;
    },
    now: () => nowMs,
    async wait(durationMs: number) {
      nowMs += durationMs;
      await meanwhile();
    },
  };
}

/** Answers the requests that find it there; the others find no answer. */
async function service(isThere: (requestIndex: number) => boolean) {
  return startScriptedService((request, response, requestIndex) => {
    if (isThere(requestIndex)) {
      response.writeHead(204).end();
    } else {
      request.socket.destroy();
    }
  });
}

function clientOf(endpoint: string, clock: ReturnType<typeof movedClock>, options: ClientOptions = {}) {
  return bucketAt(endpoint, options, { ...impatientPlatform(), clock });
}

describe("a client whose service is away", () => {
  it("goes on when it is back after a minute", async () => {
    const clock = movedClock();
    await using away = await service((index) => index === 0 || clock.passedMs >= 60_000);
    const bucket = clientOf(away.endpoint, clock);
    await bucket.deleteObject("k");

    await bucket.deleteObject("k");

    ok(clock.passedMs >= 60_000 && clock.passedMs <= 65_000, `${clock.passedMs} ms`);
    ok(away.requests.length <= 30, `${away.requests.length} requests`);
  });

  it("gives up after two minutes, or as long as its user says", async () => {
    for (const [options, leastMs, mostMs] of [
      [{}, 120_000, 125_000],
      [{ retryForMs: 600_000 }, 600_000, 605_000],
      [{ retryForMs: 0 }, 0, 3_000],
      // Who says how many attempts there shall be gets so many.
      [{ attempts: 3 }, 0, 600],
    ] as const) {
      const clock = movedClock();
      await using away = await service((index) => index === 0);
      const bucket = clientOf(away.endpoint, clock, options);
      await bucket.deleteObject("k");

      await rejects(bucket.deleteObject("k"), { code: "connection-lost" });

      ok(clock.passedMs >= leastMs && clock.passedMs <= mostMs, `${clock.passedMs} ms`);
    }
  });

  it("does not wait for one that has never answered: its address may be wrong", async () => {
    const clock = movedClock();
    await using away = await service(() => false);

    await rejects(clientOf(away.endpoint, clock).deleteObject("k"), { attempts: 5 });

    equal(away.requests.length, 5);
  });

  it("does not wait for one that answers", async () => {
    const clock = movedClock();
    await using refusing = await startScriptedService((_request, response, index) =>
      index === 0
        ? response.writeHead(204).end()
        : response.writeHead(503).end(errorXml("ServiceUnavailable")),
    );
    const bucket = clientOf(refusing.endpoint, clock);
    await bucket.deleteObject("k");

    await rejects(bucket.deleteObject("k"), { status: 503, attempts: 5 });
  });

  it("does not wait for a request that fails beside others that succeed", async () => {
    let others: () => Promise<void> = async () => {};
    const clock = movedClock(() => others());
    await using partly = await startScriptedService((request, response) => {
      if (request.url?.includes("broken")) {
        request.socket.destroy();
      } else {
        response.writeHead(204).end();
      }
    });
    const bucket = clientOf(partly.endpoint, clock);
    others = async () => {
      await bucket.deleteObject("fine");
    };

    await rejects(bucket.deleteObject("broken"), { attempts: 5 });
  });

  it("bears a few failures after the service is back, and no more than a few", async () => {
    for (const [failureCount, isBorne] of [
      [4, true],
      [50, false],
    ] as const) {
      let others: () => Promise<void> = async () => {};
      const clock = movedClock(() => others());
      let bumpCount = 0;
      await using bumpy = await startScriptedService((request, response, index) => {
        const isBack = clock.passedMs >= 30_000;
        const isBumpy = request.url?.includes("bumpy") === true;
        bumpCount += isBack && isBumpy ? 1 : 0;
        if (index === 0 || (isBack && (!isBumpy || bumpCount > failureCount))) {
          response.writeHead(204).end();
        } else {
          request.socket.destroy();
        }
      });
      const bucket = clientOf(bumpy.endpoint, clock);
      await bucket.deleteObject("k");
      others = async () => {
        if (clock.passedMs >= 30_000) {
          await bucket.deleteObject("fine");
        }
      };

      const [outcome] = await Promise.allSettled([bucket.deleteObject("bumpy")]);

      equal(outcome.status === "fulfilled", isBorne);
      ok(bumpCount <= 10, `${bumpCount} attempts`);
    }
  });

  it("ends an upload whole that was cut off for a minute", async () => {
    await using upload = await startUploadService();
    const clock = movedClock();
    let awayFromMs: number | undefined;
    let partCount = 0;
    await using network = await startNetwork(upload.endpoint, ({ partNumber }) => {
      partCount += partNumber === undefined ? 0 : 1;
      if (partCount === 6) {
        awayFromMs ??= clock.passedMs;
      }
      return awayFromMs !== undefined && clock.passedMs < awayFromMs + 60_000 ? "break" : "pass";
    });
    const { path, bytes } = await upload.newFile(20 * PART);
    const retries: string[] = [];

    const result = await clientOf(network.endpoint, clock).upload("cut off", path, {
      ...inParts,
      concurrency: 4,
      checkpoint: false,
      onEvent: (event) => {
        if (event.type === "retry") {
          retries.push(event.code);
        }
      },
    });

    equal(result.crc64, crc64(bytes));
    equal((await upload.bucket.headObject("cut off")).crc64, crc64(bytes));
    ok(clock.passedMs >= 60_000, `${clock.passedMs} ms`);
    deepEqual([...new Set(retries)], ["connection-lost"]);
  });

  it("refuses times that are none", () => {
    for (const retryForMs of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      throws(() => bucketAt("http://127.0.0.1:1", { retryForMs }), RangeError);
    }
  });
});
