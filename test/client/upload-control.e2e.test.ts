import { deepEqual, equal, ok, rejects } from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { nodePlatform } from "../../src/client/node/node-platform.ts";
import type { UploadEvent } from "../../src/client/upload/upload-event.ts";
import type { UploadHandle } from "../../src/client/upload/upload-handle.ts";
import type { UploadJournals } from "../../src/client/upload/upload-journal.ts";
import { crc64 } from "../../src/protocol/crc64/crc64.ts";
import { bucketAt, errorXml, type ScriptedService } from "./scripted-service.ts";
import {
  type Answer,
  inParts,
  isCompletion,
  PART,
  partsSent,
  startNetwork,
  startUploadService,
  type UploadService,
} from "./upload-service.ts";

/** The journals that a test gets are its own. */
const withoutJournals = { checkpoint: false };

let service: UploadService;

before(async () => {
  service = await startUploadService();
});

after(async () => {
  await service[Symbol.asyncDispose]();
});

async function uploadsUnderWay(key: string): Promise<number> {
  return (await service.bucket.listMultipartUploads({ prefix: key })).uploads.length;
}

/** Until the upload tells of it. */
async function event(handle: UploadHandle, type: UploadEvent["type"]): Promise<UploadEvent | undefined> {
  for await (const event of handle) {
    if (event.type === type) {
      return event;
    }
  }
  return undefined;
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** By order instead of time: the network hears of the ends before it answers a request that is made afterwards. */
async function closedBeforeWhatFollows(network: ScriptedService, closedCount: number): Promise<void> {
  await fetch(network.endpoint);
  ok(network.closedConnectionTimes.length >= closedCount, `only ${network.closedConnectionTimes.length}`);
}

describe("the handle of an upload", () => {
  it("is a promise that tells what happens", async () => {
    const { path, bytes } = await service.newFile(5 * PART + 1);
    const types: UploadEvent["type"][] = [];

    const handle = service.bucket.upload("told", path, inParts);
    ok(handle instanceof Promise);
    for await (const { type } of handle) {
      types.push(type);
    }

    equal((await handle).crc64, crc64(bytes));
    equal(types[0], "planned");
    equal(types.at(-1), "done");
    equal(types.filter((type) => type === "part-done").length, 6);
    deepEqual([handle.key, handle.progress.phase, handle.progress.partsDone], ["told", "done", 6]);
  });

  it("tells a result that says what the upload has cost", async () => {
    const { path, bytes } = await service.newFile(5 * PART + 1);

    const result = await service.bucket.upload("cost", path, { ...inParts, concurrency: 2 });

    const { tookMs, ...statistics } = result.statistics;
    ok(tookMs >= 0);
    deepEqual(statistics, {
      sentBytes: bytes.length,
      extraBytes: 0,
      retryCount: 0,
      duplicateCount: 0,
      concurrency: 2,
    });
    deepEqual(
      result.parts.map(({ partNumber }) => partNumber),
      [1, 2, 3, 4, 5, 6],
    );
    equal(result.reasons.length, 1);
  });

  it("leaves no rejection unhandled when its events tell of the failure", async () => {
    await using network = await startNetwork(service.endpoint, ({ partNumber }) =>
      partNumber === 2 ? "break" : "pass",
    );
    const { path } = await service.newFile(3 * PART);
    const unhandled: unknown[] = [];
    const note = (reason: unknown) => unhandled.push(reason);
    process.on("unhandledRejection", note);

    const last = await event(bucketAt(network.endpoint).upload("events", path, inParts), "failed");
    await new Promise((resolve) => setImmediate(resolve));

    process.off("unhandledRejection", note);
    deepEqual(unhandled, []);
    equal(last?.type === "failed" && last.code, "connection-lost");
  });

  it("tells those who listen late what matters, and the end", async () => {
    const { path } = await service.newFile(PART);
    const handle = service.bucket.upload("late", path, inParts);
    await handle;

    const types = [];
    for await (const { type } of handle) {
      types.push(type);
    }

    deepEqual(types, ["planned", "done"]);
  });

  it("ends the upload when onEvent throws", async () => {
    const { path } = await service.newFile(5 * PART);
    const failure = new Error("from the listener");
    const onEvent = ({ type }: UploadEvent) => {
      if (type === "part-done") {
        throw failure;
      }
    };

    await rejects(
      service.bucket.upload("throws", path, { ...inParts, leavePartsOnError: false, onEvent }),
      (error) => error === failure,
    );

    equal(await uploadsUnderWay("throws"), 0);
  });
});

describe("an upload in one piece", () => {
  it("sends nothing when it is cancelled before its request, whatever it is busy with", async () => {
    await using network = await startNetwork(service.endpoint, () => "pass");
    const { openJournals: _, ...platform } = nodePlatform();
    let cancel = () => {};
    const measurements = {
      async load() {
        cancel();
        return undefined;
      },
      async save() {},
    };
    const remembering = bucketAt(network.endpoint, {}, { ...platform, measurements });

    const first = remembering.upload("never sent", new Uint8Array(10));
    cancel = () => void first.cancel();
    await rejects(first, { code: "cancelled" });
    const second = remembering.upload("never sent", new Uint8Array(10), {
      onEvent: ({ type }) => (type === "planned" ? void second.cancel() : undefined),
    });
    await rejects(second, { code: "cancelled" });

    deepEqual(network.requests, []);
  });

  it("is paused between two attempts, too", async () => {
    let putCount = 0;
    let pause = () => {};
    await using network = await startNetwork(service.endpoint, ({ method }) => {
      putCount += method === "PUT" ? 1 : 0;
      if (putCount > 1) {
        return "pass";
      }
      pause();
      return { status: 503, code: "ServiceUnavailable" };
    });
    const handle = bucketAt(network.endpoint).upload("paused between", new Uint8Array(10));
    pause = () => setImmediate(() => handle.pause());

    await event(handle, "paused");
    equal(putCount, 1);
    handle.resume();

    equal((await handle).crc64, crc64(new Uint8Array(10)));
    equal(putCount, 2);
  });
});

describe("a listener that throws at once", () => {
  for (const [how, options] of [
    ["in one piece", {}],
    ["in parts", inParts],
  ] as const) {
    it(`ends an upload ${how} before anything is sent`, async () => {
      await using network = await startNetwork(service.endpoint, () => "pass");
      const failure = new Error("from the listener");
      const onEvent = ({ type }: UploadEvent) => {
        if (type === "planned") {
          throw failure;
        }
      };

      const handle = bucketAt(network.endpoint).upload("at once", new Uint8Array(3 * PART), {
        ...options,
        onEvent,
      });

      await rejects(handle, (error) => error === failure);
      deepEqual(
        network.requests.filter((request) => !request.startsWith("GET ")),
        [],
      );
    });
  }
});

describe("pause() and resume()", () => {
  it("end the parts under way, close their connections, and send only what is missing", async () => {
    let isHolding = true;
    await using network = await startNetwork(service.endpoint, ({ partNumber = 0 }) =>
      isHolding && partNumber > 2 ? "hold" : "pass",
    );
    const { path, bytes } = await service.newFile(6 * PART);
    const handle = bucketAt(network.endpoint).upload("paused", path, { ...inParts, concurrency: 2 });
    await until(() => partsSent(network).length === 4 && handle.progress.partsDone === 2);
    const closedBefore = network.closedConnectionTimes.length;

    handle.pause();
    await event(handle, "paused");
    await until(() => network.closedConnectionTimes.length === closedBefore + 2);
    deepEqual([handle.progress.phase, handle.progress.partsInFlight], ["paused", 0]);
    equal(handle.progress.bytesSent, 2 * PART);
    isHolding = false;
    handle.resume();
    const result = await handle;

    equal(result.crc64, crc64(bytes));
    deepEqual(
      partsSent(network).toSorted((left, right) => left - right),
      [1, 2, 3, 3, 4, 4, 5, 6],
    );
    equal(network.requests.filter(isCompletion).length, 1);
  });

  it("work before the upload has begun, and twice over", async () => {
    const { path, bytes } = await service.newFile(3 * PART);

    const handle = service.bucket.upload("paused early", path, inParts);
    handle.pause();
    handle.pause();
    await event(handle, "paused");
    handle.resume();
    handle.resume();

    equal((await handle).crc64, crc64(bytes));
  });

  it("end a request for a small object, and send it again", async () => {
    let isHolding = true;
    await using network = await startNetwork(service.endpoint, ({ method }) =>
      isHolding && method === "PUT" ? "stall" : "pass",
    );
    // More than the sockets take at once, so that its last byte is not sent while the network stalls.
    const bytes = new Uint8Array(16 * 1024 * 1024);
    const handle = bucketAt(network.endpoint).upload("small", bytes, {
      multipartThreshold: bytes.length + 1,
    });
    await until(() => handle.progress.bytesSent > 0 && network.requests.length === 1);

    handle.pause();
    await event(handle, "paused");
    isHolding = false;
    handle.resume();
    const result = await handle;

    deepEqual([result.method, result.crc64], ["put", crc64(bytes)]);
    equal(network.requests.filter((request) => request.startsWith("PUT ")).length, 2);
  });
});

describe("cancel()", () => {
  it("closes the connections at once, removes the parts, and resolves when nothing runs", async () => {
    await using network = await startNetwork(service.endpoint, ({ partNumber = 0 }) =>
      partNumber > 2 ? "hold" : "pass",
    );
    const { path } = await service.newFile(8 * PART);
    const handle = bucketAt(network.endpoint).upload("cancelled", path, { ...inParts, concurrency: 4 });
    await until(() => partsSent(network).length === 6);
    const closedBefore = network.closedConnectionTimes.length;

    const cancelling = handle.cancel();
    await closedBeforeWhatFollows(network, closedBefore + 4);
    await cancelling;

    await rejects(handle, { code: "cancelled" });
    equal(await uploadsUnderWay("cancelled"), 0);
  });

  it("leaves the parts when told so, and says whose they are", async () => {
    await using network = await startNetwork(service.endpoint, ({ partNumber = 0 }) =>
      partNumber > 2 ? "hold" : "pass",
    );
    const { path } = await service.newFile(8 * PART);
    const handle = bucketAt(network.endpoint).upload("kept", path, inParts);
    await until(() => handle.progress.partsDone === 2);

    await handle.cancel({ keepParts: true });

    const error = await handle.catch((reason: unknown) => reason as { code: string; uploadId: string });
    ok("uploadId" in error && error.uploadId !== undefined);
    equal((await service.bucket.listParts("kept", error.uploadId)).parts.length, 2);
    await service.bucket.abortMultipartUpload("kept", error.uploadId);
  });

  it("ends a paused upload", async () => {
    const { path } = await service.newFile(3 * PART);
    const handle = service.bucket.upload("cancelled in pause", path, inParts);
    handle.pause();
    await event(handle, "paused");

    await handle.cancel();

    await rejects(handle, { code: "cancelled" });
    equal(await uploadsUnderWay("cancelled in pause"), 0);
  });

  it("right after a pause tells of the cancel, in one piece too", async () => {
    await using network = await startNetwork(service.endpoint, () => "hold");
    const { path } = await service.newFile(PART);
    const handle = bucketAt(network.endpoint).upload("paused and cancelled", path);
    await until(() => network.requests.length === 1);

    handle.pause();
    const cancelling = handle.cancel();

    await rejects(handle, { code: "cancelled" });
    await cancelling;
  });

  it("concerns no other upload, and after the end nothing", async () => {
    const { path, bytes } = await service.newFile(5 * PART);
    const other = service.bucket.upload("other", path, inParts);
    const handle = service.bucket.upload("this one", path, inParts);

    await handle.cancel();
    await rejects(handle, { code: "cancelled" });
    const result = await other;
    await other.cancel();

    equal(result.crc64, crc64(bytes));
    equal((await service.bucket.headObject("other")).crc64, crc64(bytes));
  });

  it("by a signal closes the connections at once, too", async () => {
    await using network = await startNetwork(service.endpoint, ({ partNumber }) =>
      partNumber === undefined ? "pass" : "hold",
    );
    const { path } = await service.newFile(8 * PART);
    const controller = new AbortController();
    const handle = bucketAt(network.endpoint).upload("by signal", path, {
      ...inParts,
      concurrency: 3,
      signal: controller.signal,
    });
    await until(() => partsSent(network).length === 3);

    controller.abort();
    const over = rejects(handle, { name: "AbortError" });
    await closedBeforeWhatFollows(network, 3);

    await over;
    await service.bucket.abortMultipartUpload("by signal", handle.progress.uploadId ?? "");
  });
});

describe("the tail of an upload", () => {
  it("sends the slowest part again on a new connection, and completes after the loser has ended", async () => {
    let held = 0;
    await using network = await startNetwork(service.endpoint, ({ partNumber }) => {
      held += partNumber === 7 ? 1 : 0;
      return partNumber === 7 && held === 1 ? "hold" : "pass";
    });
    const { path, bytes } = await service.newFile(25 * PART);
    const events: UploadEvent[] = [];

    // Real waits: the duplicate is due when the part is late.
    const { openJournals: _, measurements: __, ...platform } = nodePlatform();
    const result = await bucketAt(network.endpoint, {}, platform).upload("tail", path, {
      ...inParts,
      ...withoutJournals,
      concurrency: 4,
      onEvent: (told) => events.push(told),
    });

    equal(result.crc64, crc64(bytes));
    deepEqual(
      events.filter(({ type }) => type === "part-duplicated"),
      [{ type: "part-duplicated", partNumber: 7 }],
    );
    equal(result.statistics.duplicateCount, 1);
    equal(partsSent(network).filter((partNumber) => partNumber === 7).length, 2);
    equal(network.requests.filter(isCompletion).length, 1);
    equal(network.requests.findIndex(isCompletion), network.requests.length - 1);
  });

  it("ends when the second sending wins, however little a third would cost", async () => {
    let held = 0;
    await using network = await startNetwork(service.endpoint, ({ partNumber }) => {
      held += partNumber === 6 ? 1 : 0;
      return partNumber === 6 && held === 1 ? "hold" : "pass";
    });
    const { path, bytes } = await service.newFile(5 * PART + 1_000);
    const { openJournals: _, ...platform } = nodePlatform();

    const result = await bucketAt(network.endpoint, {}, platform).upload("cheap tail", path, {
      ...inParts,
      ...withoutJournals,
      concurrency: 2,
    });

    equal(result.crc64, crc64(bytes));
    equal(result.statistics.duplicateCount, 1);
  });
});

describe("verify", () => {
  it('"readback" reads the object in ranges', async () => {
    await using network = await startNetwork(service.endpoint, () => "pass");
    const { path, bytes } = await service.newFile(5 * PART + 1);

    const result = await bucketAt(network.endpoint).upload("read back", path, {
      ...inParts,
      verify: "readback",
    });

    equal(result.crc64, crc64(bytes));
    equal(network.requests.filter((request) => request === "GET /test-bucket/read%20back").length, 6);
  });

  it('"readback" names the part that differs, and deletes nothing', async () => {
    const { path, bytes } = await service.newFile(5 * PART + 1);
    // Two of each range's readings are looked at, so that it is not the reading that failed.
    await using network = await startNetwork(service.endpoint, ({ method, url }) =>
      method === "GET" && url === "/test-bucket/differs"
        ? (answer) => {
            const isThird = String(answer.headers["content-range"]).startsWith(`bytes ${2 * PART}-`);
            answer.body[5] = (answer.body[5] ?? 0) ^ (isThird ? 1 : 0);
            return answer;
          }
        : "pass",
    );

    await rejects(bucketAt(network.endpoint).upload("differs", path, { ...inParts, verify: "readback" }), {
      code: "checksum-mismatch",
      partNumber: 3,
      message: `object differs, read back, differs from what was sent in part 3 (bytes ${2 * PART} to ${3 * PART - 1}); nothing was deleted: upload it again`,
    });
    equal((await service.bucket.headObject("differs")).crc64, crc64(bytes));
  });

  it('"readback" looks at an object in one piece and at an empty one', async () => {
    const { bytes } = await service.newFile(PART);

    const small = await service.bucket.upload("small back", bytes, { verify: "readback" });
    const empty = await service.bucket.upload("empty back", new Uint8Array(0), { verify: "readback" });

    deepEqual([small.crc64, empty.crc64], [crc64(bytes), 0n]);
  });

  const withWrongSum = ({ method, url }: { readonly method: string; readonly url: string }) =>
    isCompletion(`${method} ${url}`)
      ? (answer: Answer) => ({ ...answer, headers: { ...answer.headers, "x-oss-hash-crc64ecma": "1" } })
      : ("pass" as const);

  it("compares the whole, and when the service's sum differs says whether its bytes do", async () => {
    await using network = await startNetwork(service.endpoint, withWrongSum);
    const { path } = await service.newFile(3 * PART);

    await rejects(bucketAt(network.endpoint).upload("wrong sum", path, inParts), {
      code: "checksum-mismatch",
      message: /read back, every byte is as it was sent/,
    });
    equal((await service.bucket.headObject("wrong sum")).sizeBytes, 3 * PART);
  });

  it('"none" takes the whole as it is', async () => {
    await using network = await startNetwork(service.endpoint, withWrongSum);
    const { path, bytes } = await service.newFile(3 * PART);

    const result = await bucketAt(network.endpoint).upload("unchecked", path, { ...inParts, verify: "none" });

    equal(result.crc64, crc64(bytes));
  });

  it("refuses what it does not know", async () => {
    const options = { verify: "md5" as "none" };

    await rejects(service.bucket.upload("k", new Uint8Array(1), options), TypeError);
  });
});

describe("an upload that the service loses", () => {
  it("begins anew, once, and says so", async () => {
    const { path, bytes } = await service.newFile(6 * PART);
    const events: UploadEvent[] = [];
    let removed: Promise<void> | undefined;

    const result = await service.bucket.upload("lost", path, {
      ...inParts,
      concurrency: 1,
      onEvent: (told) => {
        events.push(told);
        if (told.type === "part-done" && removed === undefined) {
          removed = service.bucket.abortMultipartUpload("lost", handleUploadId(events));
        }
      },
    });

    await removed;
    equal(result.crc64, crc64(bytes));
    equal(events.filter(({ type }) => type === "restarted").length, 1);
    equal(await uploadsUnderWay("lost"), 0);
  });

  it("does not count a part that arrived while the news of the loss was spread", async () => {
    const { path, bytes } = await service.newFile(4 * PART);
    const events: UploadEvent[] = [];
    let isLost = false;
    let spread = () => {};
    const news = new Promise<void>((resolve) => {
      spread = resolve;
    });
    // Part 1 has arrived; its line is being written when part 2 learns that the upload is gone.
    const journals: UploadJournals = {
      open: async () => ({
        earlier: undefined,
        begin: async () => {},
        addPart: ({ partNumber }) => (partNumber === 1 && !isLost ? news : Promise.resolve()),
        noteRecut: async () => {},
        noteCompleting: async () => {},
        remove: async () => {},
        close: async () => {},
      }),
    };
    await using network = await startNetwork(service.endpoint, ({ partNumber }) => {
      const isLoss = partNumber === 2 && !isLost;
      return isLoss
        ? (answer) => ({ ...answer, status: 404, headers: {}, body: Buffer.from(errorXml("NoSuchUpload")) })
        : "pass";
    });

    const result = await bucketAt(network.endpoint).upload("lost in the middle", path, {
      ...inParts,
      checkpoint: journals,
      concurrency: 2,
      onEvent: (told) => {
        events.push(told);
        if (told.type === "restarted") {
          isLost = true;
          spread();
        }
      },
    });

    equal(result.crc64, crc64(bytes));
    const restart = events.findIndex(({ type }) => type === "restarted");
    const doneSince = events
      .slice(restart)
      .flatMap((told) => (told.type === "part-done" ? [told.partNumber] : []));
    deepEqual(
      doneSince.toSorted((left, right) => left - right),
      [1, 2, 3, 4],
    );
    for (const told of events) {
      ok(told.type !== "progress" || (told.bytesSent <= told.totalBytes && told.partsDone <= told.partCount));
    }
  });
});

function handleUploadId(events: readonly UploadEvent[]): string {
  const progress = events.findLast((told) => told.type === "progress");
  return progress?.type === "progress" ? (progress.uploadId ?? "") : "";
}
