import { deepEqual, equal, match, ok, rejects } from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync } from "node:fs";
import { appendFile, open, rename, rm, truncate, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { pathToFileURL } from "node:url";
import type { Bucket } from "../../src/client/bucket.ts";
import type { UploadSource } from "../../src/client/node/open-source.ts";
import type { UploadProgress } from "../../src/client/upload/upload-progress.ts";
import { crc64 } from "../../src/protocol/crc64/crc64.ts";
import { bucketAt } from "./scripted-service.ts";
import {
  inParts,
  isCompletion,
  PART,
  startNetwork,
  startUploadService,
  type UploadService,
} from "./upload-service.ts";

/** The server keeps idle connections for longer than this. */
const IDLE_MIN_MS = 30_000;

let service: UploadService;
let bucket: Bucket<UploadSource>;
let folder: string;

before(async () => {
  service = await startUploadService();
  ({ bucket, folder } = service);
});

after(async () => {
  await service[Symbol.asyncDispose]();
});

async function uploadsUnderWay(key: string): Promise<number> {
  return (await bucket.listMultipartUploads({ prefix: key })).uploads.length;
}

async function assertNothingThere(key: string): Promise<void> {
  equal(await uploadsUnderWay(key), 0);
  await rejects(bucket.headObject(key), { code: "NoSuchKey" });
}

/** Acts once, when the first part is done, while others are under way. */
function onFirstPart(act: () => Promise<void> | void) {
  let hasActed = false;
  return ({ partsDone }: UploadProgress) => {
    if (partsDone > 0 && !hasActed) {
      hasActed = true;
      void act();
    }
  };
}

describe("bucket.upload()", () => {
  const sizes = [
    { name: "an empty file", sizeBytes: 0, partCount: 1, method: "put" },
    { name: "one byte", sizeBytes: 1, partCount: 1, method: "multipart" },
    { name: "exactly one part", sizeBytes: PART, partCount: 1, method: "multipart" },
    { name: "exactly five parts", sizeBytes: 5 * PART, partCount: 5, method: "multipart" },
    { name: "five parts and a byte", sizeBytes: 5 * PART + 1, partCount: 6, method: "multipart" },
  ];
  for (const { name, sizeBytes, partCount, method } of sizes) {
    it(`uploads ${name}`, async () => {
      const { path, bytes } = await service.newFile(sizeBytes);

      const result = await bucket.upload(name, path, inParts);

      const object = await bucket.getObject(name);
      deepEqual(Buffer.from(await object.bytes()), bytes);
      equal(result.crc64, crc64(bytes));
      deepEqual([result.partCount, result.method, result.etag], [partCount, method, object.etag]);
      equal(await uploadsUnderWay(name), 0);
    });
  }

  it("uploads bytes, a Blob, a URL and an open file alike", async () => {
    const { path, bytes } = await service.newFile(3 * PART + 7);
    await using handle = await open(path);

    for (const source of [bytes, new Blob([new Uint8Array(bytes)]), pathToFileURL(path), handle]) {
      equal((await bucket.upload("alike", source, inParts)).crc64, crc64(bytes));
    }
    equal((await handle.stat()).size, bytes.length);
  });

  it("sends a file below the threshold in one piece", async () => {
    const { path } = await service.newFile(2 * PART);

    const result = await bucket.upload("small", path);

    deepEqual([result.method, result.partCount, result.uploadId], ["put", 1, undefined]);
  });

  it("stores metadata and a file name that are not ASCII, and gives them back as they were", async () => {
    const objectHeaders = {
      contentDisposition: 'attachment; filename="报告 é.pdf"',
      userMetadata: { title: "报告 é" },
    };

    await bucket.upload("not-ascii", new Uint8Array(1), { objectHeaders });

    const stored = (await bucket.headObject("not-ascii")).objectHeaders;
    const got = (await bucket.getObject("not-ascii")).objectHeaders;
    equal(stored.userMetadata?.title, "报告 é");
    equal(stored.contentDisposition, objectHeaders.contentDisposition);
    equal(got.contentDisposition, objectHeaders.contentDisposition);
  });

  it("gives the object its headers, and its content type by its key", async () => {
    const { path } = await service.newFile(PART);
    const objectHeaders = { cacheControl: "no-cache", userMetadata: { origin: "test" } };

    await bucket.upload("page.html", path, { ...inParts, objectHeaders });

    const { objectHeaders: stored } = await bucket.headObject("page.html");
    equal(stored.contentType, "text/html");
    equal(stored.cacheControl, "no-cache");
    equal(stored.userMetadata?.origin, "test");
  });

  it("reports progress that never exceeds the total, and is done only at the end", async () => {
    const { path, bytes } = await service.newFile(5 * PART + 1);
    const events: UploadProgress[] = [];

    await bucket.upload("progress", path, {
      ...inParts,
      concurrency: 4,
      onProgress: (event) => events.push(event),
    });

    ok(events.every(({ bytesSent, totalBytes }) => bytesSent >= 0 && bytesSent <= totalBytes));
    ok(events.every(({ partsInFlight }) => partsInFlight >= 0 && partsInFlight <= 4));
    deepEqual(
      [...new Set(events.map(({ phase }) => phase))],
      ["initiating", "uploading", "completing", "done"],
    );
    const last = events.at(-1);
    deepEqual([last?.phase, last?.bytesSent, last?.partsDone], ["done", bytes.length, 6]);
  });

  it("sends a part again whose connection broke twice", async () => {
    const { path, bytes } = await service.newFile(5 * PART);
    let failureCount = 0;
    await using network = await startNetwork(service.endpoint, ({ partNumber }) => {
      const isBroken = partNumber === 3 && failureCount < 2;
      failureCount += isBroken ? 1 : 0;
      return isBroken ? "break" : "pass";
    });
    const events: UploadProgress[] = [];

    const result = await bucketAt(network.endpoint).upload("again", path, {
      ...inParts,
      onProgress: (event) => events.push(event),
    });

    equal(failureCount, 2);
    equal(result.crc64, crc64(bytes));
    ok(events.every(({ bytesSent, totalBytes }) => bytesSent <= totalBytes));
  });

  it("leaves nothing when a part fails for good, if told to keep nothing", async () => {
    const { path } = await service.newFile(5 * PART);
    await using network = await startNetwork(service.endpoint, ({ partNumber }) =>
      partNumber === 3 ? "break" : "pass",
    );

    const options = { ...inParts, leavePartsOnError: false };
    await rejects(bucketAt(network.endpoint).upload("for good", path, options), { code: "connection-lost" });

    await assertNothingThere("for good");
  });

  it("keeps the parts of a failed upload, and tells its id", async () => {
    const { path } = await service.newFile(5 * PART);
    await using network = await startNetwork(service.endpoint, ({ partNumber }) =>
      partNumber === 5 ? "break" : "pass",
    );
    const events: UploadProgress[] = [];

    await rejects(
      bucketAt(network.endpoint).upload("kept", path, {
        ...inParts,
        concurrency: 1,
        onProgress: (event) => events.push(event),
      }),
    );

    const { phase, uploadId = "", arePartsLeft } = events.at(-1) ?? {};
    deepEqual([phase, arePartsLeft], ["failed", true]);
    equal((await bucket.listParts("kept", uploadId)).parts.length, 4);
    await bucket.abortMultipartUpload("kept", uploadId);
  });

  it("finds the object when the answer to the completion is lost", async () => {
    const { path, bytes } = await service.newFile(3 * PART);
    let completionCount = 0;
    await using network = await startNetwork(service.endpoint, ({ method, url }) => {
      completionCount += isCompletion(`${method} ${url}`) ? 1 : 0;
      return isCompletion(`${method} ${url}`) && completionCount === 1 ? "lose-answer" : "pass";
    });

    const result = await bucketAt(network.endpoint).upload("lost answer", path, inParts);

    equal(completionCount, 2);
    equal(result.crc64, crc64(bytes));
    deepEqual(result.etag, (await bucket.headObject("lost answer")).etag);
  });

  describe("when it is aborted", () => {
    it("rejects with the reason and leaves nothing, if told to keep nothing", async () => {
      const { path } = await service.newFile(50 * PART);
      const controller = new AbortController();
      const reason = new Error("enough");

      const uploading = bucket.upload("aborted", path, {
        ...inParts,
        leavePartsOnError: false,
        signal: controller.signal,
        onProgress: onFirstPart(() => controller.abort(reason)),
      });

      await rejects(uploading, (error) => error === reason);
      await assertNothingThere("aborted");
    });

    it("before it begins, sends nothing", async () => {
      await rejects(bucket.upload("never", new Uint8Array(1), { signal: AbortSignal.abort() }), {
        name: "AbortError",
      });

      await assertNothingThere("never");
    });
  });

  it("fails when the listener throws, and leaves nothing if told to keep nothing", async () => {
    const { path } = await service.newFile(10 * PART);
    const failure = new Error("from the listener");
    const onProgress = ({ partsDone }: UploadProgress) => {
      if (partsDone > 2) {
        throw failure;
      }
    };

    const options = { ...inParts, leavePartsOnError: false, onProgress };
    await rejects(bucket.upload("listener", path, options), (error) => error === failure);

    await assertNothingThere("listener");
  });

  describe("when the file changes under it", () => {
    const changes = [
      {
        name: "shrinks",
        change: (path: string) => truncate(path, PART),
        message: /had 1024000 bytes and now has 102400;/,
      },
      {
        name: "grows",
        change: (path: string) => appendFile(path, "x"),
        // The kernel sets the time of a write before the size.
        message: /had 1024000 bytes and now has 1024001;|was written to, its size still being 1024000 bytes;/,
      },
      {
        name: "is written to",
        change: (path: string) => utimes(path, new Date(), new Date(0)),
        message: /was written to, its size still being 1024000 bytes;/,
      },
      {
        name: "is replaced",
        change: async (path: string) => rename((await service.newFile(10 * PART)).path, path),
        message: /another file has taken its place;/,
      },
      { name: "is removed", change: (path: string) => rm(path), message: /is not there any more;/ },
    ];
    for (const { name, change, message } of changes) {
      it(`fails when it ${name}, and leaves nothing if told to keep nothing`, async () => {
        const { path } = await service.newFile(10 * PART);
        let changed: Promise<void> | undefined;

        const uploading = bucket.upload(name, path, {
          ...inParts,
          leavePartsOnError: false,
          concurrency: 1,
          onProgress: onFirstPart(() => {
            changed = change(path);
          }),
        });

        await rejects(uploading, (error: Error & { code: string }) => {
          equal(error.code, "source-changed");
          match(error.message, message);
          return true;
        });
        await changed;
        await assertNothingThere(name);
      });
    }

    it("in one piece, lets no object appear", async () => {
      const { path } = await service.newFile(3 * 1024 * 1024);
      const onProgress = ({ bytesSent }: UploadProgress) => {
        if (bytesSent > 0) {
          // At once: the rest of so small a file is soon read.
          appendFileSync(path, "x");
        }
      };

      await rejects(bucket.upload("one piece", path, { onProgress }), { code: "source-changed" });

      await assertNothingThere("one piece");
    });
  });

  it("refuses to overwrite when told so", async () => {
    const { path } = await service.newFile(PART);
    await bucket.upload("there", path);

    await rejects(bucket.upload("there", path, { forbidOverwrite: true }), { code: "FileAlreadyExists" });
    await rejects(bucket.upload("there", path, { ...inParts, forbidOverwrite: true }), {
      code: "FileAlreadyExists",
    });
    equal(await uploadsUnderWay("there"), 0);
  });

  it("refuses options outside their range, and what is no file", async () => {
    const source = new Uint8Array(1);

    await rejects(bucket.upload("k", source, { concurrency: 0 }), RangeError);
    await rejects(bucket.upload("k", source, { partSize: PART - 1 }), {
      name: "RangeError",
      message: "partSize must be an integer from 102400 to 5368709120, but is 102399",
    });
    await rejects(bucket.upload("k", source, { multipartThreshold: -1 }), RangeError);
    await rejects(bucket.upload("", source), TypeError);
    await rejects(bucket.upload("k", folder), TypeError);
    await rejects(bucket.upload("k", join(folder, "nowhere")), { code: "source-unreadable" });
  });

  it("refuses a named pipe at once instead of waiting for its writer", { timeout: 5000 }, async () => {
    const pipe = join(folder, "pipe");
    await once(spawn("mkfifo", [pipe]), "exit");

    await rejects(bucket.upload("k", pipe), {
      name: "TypeError",
      message: `${pipe} is not a regular file; only files with a size of their own can be uploaded`,
    });
  });

  it("stops at the next part when the file has changed, not after the last", async () => {
    const path = join(folder, "changing");
    await writeFile(path, new Uint8Array(20 * PART));
    let partsDone = 0;

    const upload = bucket.upload("changing", path, {
      multipartThreshold: 0,
      partSize: PART,
      concurrency: 1,
      onProgress: (progress) => {
        partsDone = progress.partsDone;
        if (partsDone === 2) {
          appendFileSync(path, "more");
        }
      },
    });

    await rejects(upload, { code: "source-changed" });
    ok(partsDone < 5, `${partsDone} parts were sent`);
  });

  it("lets the process end: idle connections do not hold it", async () => {
    const entry = new URL("../../src/client/node/index.ts", import.meta.url).href;
    const script = `
      import { Bucket } from ${JSON.stringify(entry)};
      const auth = { accessKeyId: "test-id", accessKeySecret: "test-secret" };
      const bucket = new Bucket(auth, ${JSON.stringify(service.endpoint)}, "test-bucket", { region: "cn-hangzhou" });
      await bucket.upload("from another process", new Uint8Array(1));`;
    const startedAtMs = performance.now();
    const child = spawn(process.execPath, ["--input-type=module", "-e", script], { stdio: "inherit" });

    const [exitCode] = await once(child, "exit");

    equal(exitCode, 0);
    ok(performance.now() - startedAtMs < IDLE_MIN_MS);
  });
});
