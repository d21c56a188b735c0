import { deepEqual, equal, ok, rejects } from "node:assert/strict";
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { after, before, describe, it } from "node:test";
import type { Bucket } from "../../src/client/bucket.ts";
import type { UploadSource } from "../../src/client/node/open-source.ts";
import type { UploadEvent } from "../../src/client/upload/upload-event.ts";
import { crc64 } from "../../src/protocol/crc64/crc64.ts";
import { bucketAt } from "./scripted-service.ts";
import { inParts, PART, startNetwork, startUploadService, type UploadService } from "./upload-service.ts";

const bytes: Uint8Array = randomBytes(5 * PART + 17);
const keepingNothing = { ...inParts, leavePartsOnError: false };

let service: UploadService;
let bucket: Bucket<UploadSource>;

before(async () => {
  service = await startUploadService();
  ({ bucket } = service);
});

after(async () => {
  await service[Symbol.asyncDispose]();
});

async function* piecesOf(content: Uint8Array, pieceSize = 30_000): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < content.byteLength; start += pieceSize) {
    yield content.subarray(start, start + pieceSize);
  }
}

async function* endingWith(content: Uint8Array, error: Error): AsyncGenerator<Uint8Array> {
  yield* piecesOf(content);
  throw error;
}

/** Gives `content`, and then never anything, until it is destroyed. */
function neverEnding(content: Uint8Array): Readable {
  const stream = new Readable({ read() {} });
  stream.push(content);
  return stream;
}

async function assertStored(key: string, content: Uint8Array): Promise<void> {
  const stored = await (await bucket.getObject(key)).bytes();
  deepEqual([stored.byteLength, crc64(stored)], [content.byteLength, crc64(content)]);
  equal((await bucket.listMultipartUploads({ prefix: key })).uploads.length, 0);
}

async function assertNothingThere(key: string): Promise<void> {
  equal((await bucket.listMultipartUploads({ prefix: key })).uploads.length, 0);
  await rejects(bucket.headObject(key), { code: "NoSuchKey" });
}

/** A network on which the first request for which `isMeant` is answered with an error after its body. */
function failingOnce(
  isMeant: (target: string) => boolean,
  answer = { status: 503, code: "ServiceUnavailable" },
) {
  let hasFailed = false;
  return startNetwork(service.endpoint, ({ url }) => {
    const fails = !hasFailed && isMeant(url);
    hasFailed ||= fails;
    return fails ? answer : "pass";
  });
}

describe("bucket.upload() of a stream", () => {
  const sizes = [
    { name: "nothing", sizeBytes: 0, partCount: 1, method: "put" },
    { name: "one byte", sizeBytes: 1, partCount: 1, method: "multipart" },
    { name: "exactly one part", sizeBytes: PART, partCount: 1, method: "multipart" },
    { name: "exactly five parts", sizeBytes: 5 * PART, partCount: 5, method: "multipart" },
    { name: "five parts and 17 bytes", sizeBytes: 5 * PART + 17, partCount: 6, method: "multipart" },
  ];
  for (const { name, sizeBytes, partCount, method } of sizes) {
    for (const isKnown of [false, true]) {
      it(`uploads ${name} of ${isKnown ? "known" : "unknown"} length`, async () => {
        const key = `${name} ${isKnown}`;
        const content = bytes.subarray(0, sizeBytes);
        const known = isKnown ? { sizeBytes } : {};

        const result = await bucket.upload(key, piecesOf(content), { ...inParts, ...known });

        deepEqual(
          [result.sizeBytes, result.crc64, result.partCount, result.method],
          [sizeBytes, crc64(content), partCount, method],
        );
        await assertStored(key, content);
      });
    }
  }

  it("uploads what a file's stream, a web stream and another process give", async () => {
    const folder = await mkdtemp(join(tmpdir(), "partwise-stream-"));
    const path = join(folder, "file");
    await writeFile(path, bytes);
    const cat = spawn("cat", [path]);
    const web = new Blob([new Uint8Array(bytes)]).stream();

    for (const stream of [createReadStream(path), web, cat.stdout]) {
      await bucket.upload("kinds", stream, inParts);
      await assertStored("kinds", bytes);
    }
    await rm(folder, { recursive: true });
  });

  it("sends a stream that ends within its first part in one request, without a word about parts", async () => {
    await using service = await failingOnce(() => false);

    const result = await bucketAt(service.endpoint).upload("small", piecesOf(bytes));

    deepEqual([result.method, result.partCount, result.uploadId], ["put", 1, undefined]);
    deepEqual(service.requests, ["PUT /test-bucket/small"]);
    await assertStored("small", bytes);
  });

  it("sends a part again that is lost, and the whole when it is one piece", async () => {
    await using parts = await failingOnce((target) => target.includes("partNumber=2"));
    await using whole = await failingOnce((target) => target.includes("retried"));

    const inMany = await bucketAt(parts.endpoint).upload("lost", piecesOf(bytes), inParts);
    await bucketAt(whole.endpoint).upload("retried", piecesOf(bytes));

    equal(inMany.statistics.retryCount, 1);
    await assertStored("lost", bytes);
    await assertStored("retried", bytes);
  });

  it("goes on after a pause with what was read and not sent", async () => {
    const events: UploadEvent["type"][] = [];
    const handle = bucket.upload("paused", piecesOf(bytes), {
      ...inParts,
      concurrency: 2,
      onEvent: ({ type }) => {
        events.push(type);
        if (type === "part-done" && !events.includes("paused")) {
          handle.pause();
        }
        if (type === "paused") {
          queueMicrotask(() => handle.resume());
        }
      },
    });

    await handle;

    ok(events.includes("paused") && events.includes("resumed"));
    await assertStored("paused", bytes);
  });

  it("begins anew whatever an earlier run left, for it cannot be compared", async () => {
    const { uploadId } = await bucket.initMultipartUpload("anew");
    await bucket.uploadPart("anew", uploadId, 1, bytes.subarray(0, PART));

    const result = await bucket.upload("anew", piecesOf(bytes), { ...inParts, checkpoint: true });

    deepEqual([result.resumed, result.uploadId === uploadId], [undefined, false]);
    await bucket.abortMultipartUpload("anew", uploadId);
    await assertStored("anew", bytes);
  });

  it("tells what has come of it, and its length only when that is known", async () => {
    const events: UploadEvent[] = [];
    const onEvent = (event: UploadEvent) => events.push(event);

    await bucket.upload("unknown", piecesOf(bytes), { ...inParts, onEvent });
    await bucket.upload("known", piecesOf(bytes), { ...inParts, sizeBytes: bytes.byteLength, onEvent });

    const planned = events.flatMap((event) =>
      event.type === "planned" ? [[event.sizeBytes, event.partCount]] : [],
    );
    deepEqual(planned, [
      [undefined, undefined],
      [bytes.byteLength, 6],
    ]);
    const progress = events.filter((event) => event.type === "progress");
    ok(progress.every(({ bytesSent, totalBytes }) => bytesSent <= totalBytes));
    deepEqual(progress.at(-1)?.totalBytes, bytes.byteLength);
  });

  it("reads the object back when asked to", async () => {
    const result = await bucket.upload("verified", piecesOf(bytes), { ...inParts, verify: "readback" });

    equal(result.crc64, crc64(bytes));
  });
});

describe("bucket.upload() of a stream that fails", () => {
  for (const { when, sizeBytes } of [
    { when: "before its first part is full", sizeBytes: 50 },
    { when: "in its third part", sizeBytes: 2 * PART + 50 },
  ]) {
    it(`removes its parts when the stream breaks ${when}, if told to keep nothing`, async () => {
      const stream = endingWith(bytes.subarray(0, sizeBytes), new Error("the cable was pulled"));

      await rejects(bucket.upload("broken", stream, keepingNothing), {
        code: "source-unreadable",
        message: /the stream failed after \d+ bytes: the cable was pulled/,
      });

      await assertNothingThere("broken");
    });
  }

  for (const { what, sizeBytes } of [
    { what: "shorter", sizeBytes: bytes.byteLength + 1 },
    { what: "longer", sizeBytes: bytes.byteLength - 1 },
    { what: "longer than all its parts", sizeBytes: 5 * PART },
  ]) {
    it(`makes no object of one that is ${what} than was said`, async () => {
      const upload = bucket.upload("mismatch", piecesOf(bytes), { ...keepingNothing, sizeBytes });

      await rejects(upload, { code: "source-size-mismatch" });

      await assertNothingThere("mismatch");
    });
  }

  it("fails at once, and lets go of the stream, when the service refuses while the stream gives nothing", async () => {
    const refusal = { status: 403, code: "AccessDenied" };
    await using service = await failingOnce((target) => target.includes("partNumber"), refusal);
    const stream = neverEnding(bytes.subarray(0, PART + 5));

    await rejects(bucketAt(service.endpoint).upload("refused", stream, keepingNothing), {
      code: "AccessDenied",
    });

    equal(stream.destroyed, true);
    await assertNothingThere("refused");
  });

  it("ends a stream that gives nothing when it is cancelled before its first part is full", async () => {
    const stream = neverEnding(bytes.subarray(0, 5));
    const handle = bucket.upload("cancelled", stream, inParts);
    const outcome = rejects(handle, { code: "cancelled" });
    await new Promise((resolve) => setImmediate(resolve));

    await handle.cancel();

    await outcome;
    equal(stream.destroyed, true);
    await assertNothingThere("cancelled");
  });

  it("ends a stream that gives nothing when it is cancelled after its first part", async () => {
    const stream = neverEnding(bytes.subarray(0, PART + 5));
    const handle = bucket.upload("cancelled", stream, {
      ...inParts,
      onEvent: ({ type }) => {
        if (type === "part-done") {
          void handle.cancel();
        }
      },
    });

    await rejects(handle, { code: "cancelled" });

    equal(stream.destroyed, true);
    await assertNothingThere("cancelled");
  });

  it("tells why it failed, however strangely the stream ends", async () => {
    for (const end of [
      () => ({ done: true, value: undefined }),
      () => {
        throw new Error("it does not want to end");
      },
    ]) {
      let givenCount = 0;
      const strange = {
        [Symbol.asyncIterator]: () => ({
          next: async () => {
            givenCount += 1;
            return { done: false, value: givenCount === 1 ? new Uint8Array(5) : "text" };
          },
          return: end,
        }),
      };

      await rejects(bucket.upload("strange", strange as unknown as UploadSource, inParts), {
        name: "TypeError",
        message: /pieces of Uint8Array, but gave a string/,
      });
    }
  });

  it("does not begin anew when the service has lost the upload, for the stream is gone", async () => {
    const lost = { status: 404, code: "NoSuchUpload" };
    await using service = await failingOnce((target) => target.includes("partNumber=3"), lost);

    await rejects(bucketAt(service.endpoint).upload("lost", piecesOf(bytes), inParts), {
      code: "NoSuchUpload",
    });
  });
});
