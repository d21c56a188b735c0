import { deepEqual, equal, match, ok, rejects } from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdir, readdir, readFile, stat, truncate, writeFile } from "node:fs/promises";
import { request as sendRequest } from "node:http";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import type { Bucket } from "../../../src/client/bucket.ts";
import { systemClock } from "../../../src/client/clock.ts";
import {
  type DownloadOptions,
  type DownloadResult,
  downloadObject,
} from "../../../src/client/download/download-object.ts";
import type { DownloadTarget } from "../../../src/client/download/download-target.ts";
import { createFixedWindow } from "../../../src/client/flow/fixed-window.ts";
import type { TransferWindow } from "../../../src/client/flow/transfer-window.ts";
import { fileTarget } from "../../../src/client/node/file-target.ts";
import type { UploadSource } from "../../../src/client/node/open-source.ts";
import { crc64 } from "../../../src/protocol/crc64/crc64.ts";
import { bucketAt, startScriptedService } from "../scripted-service.ts";
import { type Answer, startNetwork, startUploadService, type UploadService } from "../upload-service.ts";

const MIB = 1024 * 1024;

let service: UploadService;
let bucket: Bucket<UploadSource>;
let folder: string;

before(async () => {
  service = await startUploadService();
  ({ bucket, folder } = service);
});
after(() => service[Symbol.asyncDispose]());

function download(
  from: Bucket<UploadSource>,
  key: string,
  path: string,
  {
    window = createFixedWindow(4, systemClock),
    target = fileTarget(path),
    ...options
  }: DownloadOptions & { readonly window?: TransferWindow; readonly target?: DownloadTarget } = {},
): Promise<DownloadResult> {
  const means = { bucket: from, window, clock: systemClock, random: () => 0, attemptCountMax: 3 };
  return downloadObject(means, key, target, { rangeSize: MIB, ...options });
}

async function newObject(key: string, sizeBytes: number): Promise<Buffer> {
  const bytes = randomBytes(sizeBytes);
  await bucket.putObject(key, bytes);
  return bytes;
}

async function assertSameBytes(path: string, bytes: Uint8Array): Promise<void> {
  const read = await readFile(path);
  equal(read.length, bytes.length);
  equal(Buffer.compare(read, bytes), 0);
}

/** What stands in the folder beside whole files. */
async function leftovers(): Promise<readonly string[]> {
  return (await readdir(folder)).filter((name) => name.startsWith(".partwise-"));
}

/** Between client and server; breaks each answer that `isBroken` says, after `afterBytes` of its body. */
function breakingProxy(isBroken: (range: string | undefined, index: number) => boolean, afterBytes: number) {
  return startScriptedService((request, response, index) => {
    const { hostname, port } = new URL(service.endpoint);
    const { method, url: path, headers } = request;
    sendRequest({ hostname, port, method, path, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 0, answer.headers);
      if (!(method === "GET" && isBroken(headers.range, index))) {
        answer.pipe(response);
        return;
      }
      if (afterBytes === 0) {
        response.flushHeaders();
        request.socket.resetAndDestroy();
        answer.destroy();
        return;
      }
      let passedBytes = 0;
      answer.on("data", (chunk: Buffer) => {
        passedBytes += chunk.length;
        response.write(chunk, () => {
          if (passedBytes >= afterBytes) {
            answer.destroy();
            request.socket.resetAndDestroy();
          }
        });
      });
      answer.on("error", () => {});
    }).end();
  });
}

describe("a download", () => {
  for (const sizeBytes of [0, 1, MIB - 1, MIB, MIB + 1, 4 * MIB, 5 * MIB + 17]) {
    it(`brings an object of ${sizeBytes} bytes, checked, and leaves nothing else behind`, async () => {
      const bytes = await newObject("sized", sizeBytes);
      const path = join(folder, `sized-${sizeBytes}`);

      const result = await download(bucket, "sized", path);

      await assertSameBytes(path, bytes);
      deepEqual(
        [result.sizeBytes, result.crc64, result.isChecked, result.keptBytes],
        [sizeBytes, crc64(bytes), true, 0],
      );
      deepEqual(await leftovers(), []);
    });
  }

  it("refuses a file that another download writes, and takes it when that has ended", async () => {
    const bytes = await newObject("first", 2 * MIB);
    await newObject("second", 2 * MIB);
    const path = join(folder, "wanted-twice");
    const target = fileTarget(path);
    const finish = target.finish.bind(target);
    target.finish = async () => {
      await rejects(download(bucket, "second", path), {
        code: "target-locked",
        message: /wanted-twice is being written by process \d+ \(this one\)/,
      });
      await finish();
    };

    await download(bucket, "first", path, { target });

    await assertSameBytes(path, bytes);
    await download(bucket, "second", path);
    deepEqual(await leftovers(), []);
  });

  it("leaves it to whom the file belonged who may read it", async () => {
    const bytes = await newObject("private", 1_000);
    const path = join(folder, "private");
    await writeFile(path, "", { mode: 0o600 });

    await download(bucket, "private", path);

    await assertSameBytes(path, bytes);
    equal((await stat(path)).mode & 0o777, 0o600);
  });

  it("refuses the name of a folder before anything has come", async () => {
    await newObject("folder", 2 * MIB);
    const path = join(folder, "a-folder");
    await mkdir(path);
    let receivedBytes = 0;

    const downloading = download(bucket, "folder", path, {
      onProgress: (progress) => {
        receivedBytes = progress.receivedBytes;
      },
    });

    await rejects(downloading, { code: "target-unwritable", message: /there is a folder of that name/ });
    equal(receivedBytes, 0);
    deepEqual(await leftovers(), []);
  });

  it("tells how many bytes have come, and never more than there are", async () => {
    await newObject("told", 3 * MIB);
    const counts: number[] = [];

    await download(bucket, "told", join(folder, "told"), {
      onProgress: ({ receivedBytes, totalBytes }) => {
        equal(totalBytes, 3 * MIB);
        counts.push(receivedBytes);
      },
    });

    equal(counts.at(-1), 3 * MIB);
    deepEqual(
      counts,
      counts.toSorted((left, right) => left - right),
    );
  });

  it("goes on where a connection broke, without asking again for what came", async () => {
    const bytes = await newObject("broken", 2 * MIB);
    const ranges: (string | undefined)[] = [];
    await using proxy = await breakingProxy((range) => {
      ranges.push(range);
      return ranges.length === 1;
    }, 600_000);
    const path = join(folder, "broken");

    await download(bucketAt(proxy.endpoint), "broken", path);

    await assertSameBytes(path, bytes);
    equal(ranges.length, 3);
    const goesOnAt = Number(/bytes=(\d+)-/.exec(ranges.at(-1) ?? "")?.[1]) % MIB;
    ok(goesOnAt > 0, `went on at ${ranges.at(-1)}`);
  });

  it("gives up when a connection breaks again and again without a byte, and keeps what came", async () => {
    const bytes = await newObject("dead", 3 * MIB);
    await using proxy = await breakingProxy((range) => range?.startsWith(`bytes=${2 * MIB}-`) === true, 0);
    const path = join(folder, "dead");

    const oneByOne = { window: createFixedWindow(1, systemClock) };
    await rejects(download(bucketAt(proxy.endpoint), "dead", path, oneByOne), { code: "connection-lost" });

    await rejects(readFile(path), { code: "ENOENT" });
    equal((await leftovers()).length, 2);
    const result = await download(bucket, "dead", path);
    await assertSameBytes(path, bytes);
    equal(result.keptBytes, 2 * MIB);
    deepEqual(await leftovers(), []);
  });

  it("goes on after an abort, and fetches again what did not reach the disk", async () => {
    const bytes = await newObject("stopped", 4 * MIB);
    const path = join(folder, "stopped");
    const controller = new AbortController();
    const stopping = download(bucket, "stopped", path, {
      signal: controller.signal,
      onProgress: ({ receivedBytes }) => {
        if (receivedBytes >= 3.5 * MIB) {
          controller.abort();
        }
      },
    });
    await rejects(stopping, { name: "AbortError" });
    const part = (await leftovers()).find((name) => name.endsWith(".part")) ?? "";
    await truncate(join(folder, part), MIB + 5);

    const result = await download(bucket, "stopped", path);

    await assertSameBytes(path, bytes);
    ok(result.keptBytes <= MIB, `${result.keptBytes} bytes were kept`);
    deepEqual(await leftovers(), []);
  });

  it("begins anew when the object is another one than before", async () => {
    await newObject("renewed", 2 * MIB);
    const path = join(folder, "renewed");
    const controller = new AbortController();
    const stopping = download(bucket, "renewed", path, {
      signal: controller.signal,
      onProgress: ({ receivedBytes }) => {
        if (receivedBytes > 1.5 * MIB) {
          controller.abort();
        }
      },
    });
    await rejects(stopping, { name: "AbortError" });
    const bytes = await newObject("renewed", 2 * MIB);

    const result = await download(bucket, "renewed", path);

    await assertSameBytes(path, bytes);
    equal(result.keptBytes, 0);
  });

  it("never mixes two objects: one that is replaced meanwhile is an error", async () => {
    await newObject("replaced", 8 * MIB);
    const path = join(folder, "replaced");
    await writeFile(path, "what was there before");
    let replacing: Promise<unknown> | undefined;

    const downloading = download(bucket, "replaced", path, {
      onProgress: () => {
        replacing ??= bucket.putObject("replaced", randomBytes(8 * MIB));
      },
    });

    // The ranges under way may all have been answered already; then the download ends well, with the old bytes.
    await downloading.then(
      (result) => equal(result.sizeBytes, 8 * MIB),
      async (error) => {
        equal(error.code, "object-changed");
        match(error.message, /replaced or removed/);
        equal(await readFile(path, "utf8"), "what was there before");
      },
    );
    await replacing;
  });

  it("refuses bytes that are not the service's, keeps the old file and trusts none of them later", async () => {
    const bytes = await newObject("damaged", 2 * MIB);
    const path = join(folder, "damaged");
    await writeFile(path, "old");
    await using liar = await startScriptedService((request, response) => {
      const { hostname, port } = new URL(service.endpoint);
      const { method, url, headers } = request;
      sendRequest({ hostname, port, method, path: url, headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 0, answer.headers);
        answer.on("data", (chunk: Buffer) => {
          const changed = Buffer.from(chunk);
          changed[0] = (changed[0] ?? 0) ^ 1;
          response.write(changed);
        });
        answer.on("end", () => response.end());
      }).end();
    });

    await rejects(download(bucketAt(liar.endpoint), "damaged", path), { code: "checksum-mismatch" });

    equal(await readFile(path, "utf8"), "old");
    equal((await download(bucket, "damaged", path)).keptBytes, 0);
    await assertSameBytes(path, bytes);
  });

  it("refuses an answer that is not the range it asked for, and leaves no file", async () => {
    const bytes = await newObject("whole", 2 * MIB);
    await using network = await startNetwork(service.endpoint, ({ method }) =>
      // As by a proxy that does not know ranges.
      method === "GET"
        ? ({ headers }) => ({ status: 200, headers: wholeOf(headers, bytes), body: bytes })
        : "pass",
    );
    const path = join(folder, "whole");

    await rejects(download(bucketAt(network.endpoint), "whole", path), {
      code: "answer-unusable",
      message: /is there a proxy that does not know ranges\?$/,
    });

    equal((await readdir(folder)).includes("whole"), false);
  });

  it("says what is wrong with what it is asked for", async () => {
    await rejects(download(bucket, "nowhere", join(folder, "n")), { code: "NoSuchKey" });
    await newObject("there", 10);
    await rejects(download(bucket, "there", join(folder, "no", "folder", "n")), {
      code: "target-unwritable",
    });
    await rejects(download(bucket, "there", join(folder, "n"), { rangeSize: 1 }), RangeError);
  });
});

function wholeOf(headers: Answer["headers"], bytes: Uint8Array): Answer["headers"] {
  const { "content-range": _, ...others } = headers;
  return { ...others, "content-length": String(bytes.byteLength) };
}
