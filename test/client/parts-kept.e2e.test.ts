// Nothing that was sent is thrown away unless somebody asks for it: what a failed upload leaves, how its error tells, and
// how the next upload goes on with it.
import { deepEqual, equal, match } from "node:assert/strict";
import { open, readFile } from "node:fs/promises";
import { after, before, describe, it } from "node:test";
import { inspect } from "node:util";
import { ClientError } from "../../src/client/client-error.ts";
import { Bucket } from "../../src/client/node/bucket.ts";
import type { UploadSource } from "../../src/client/node/open-source.ts";
import type { UploadOptions } from "../../src/client/upload/upload-options.ts";
import { occasion } from "./occasion.ts";
import { startUnsteadyService, type UnsteadyService } from "./unsteady-service.ts";
import { inParts, PART } from "./upload-service.ts";

let service: UnsteadyService;
let bucket: Bucket;

before(async () => {
  service = await startUnsteadyService();
  const auth = { accessKeyId: "test-id", accessKeySecret: "test-secret" };
  bucket = new Bucket(auth, service.network.endpoint, "test-bucket", { region: "cn-hangzhou", attempts: 1 });
});

after(async () => {
  await bucket.close();
  await service[Symbol.asyncDispose]();
});

/** Breaks at part 3 of four when `isBroken`. */
async function run(key: string, source: UploadSource, options: UploadOptions, isBroken: boolean) {
  service.fateOf = ({ partNumber }) => (isBroken && partNumber === 3 ? "break" : "pass");
  return service.outcomeOf(bucket.upload(key, source, { ...inParts, concurrency: 1, ...options }));
}

async function partsOf(key: string): Promise<Readonly<Record<string, readonly number[]>>> {
  const { uploads } = await service.bucket.listMultipartUploads({ prefix: key });
  const listed = uploads.map(async ({ uploadId }) => {
    const { parts } = await service.bucket.listParts(key, uploadId);
    return [uploadId, parts.map(({ partNumber }) => partNumber)] as const;
  });
  return Object.fromEntries(await Promise.all(listed));
}

async function* piecesOf(path: string): AsyncGenerator<Uint8Array> {
  yield await readFile(path);
}

const repeatable: readonly {
  readonly name: string;
  readonly source: (path: string) => Promise<UploadSource>;
  readonly options?: UploadOptions;
}[] = [
  { name: "bytes", source: (path) => readFile(path) },
  { name: "a Blob", source: async (path) => new Blob([await readFile(path)]) },
  { name: "a file", source: async (path) => path, options: { checkpoint: false } },
  { name: "an open file", source: (path) => open(path), options: { checkpoint: false } },
];

describe("an upload without a journal that failed", () => {
  it("of bytes is left alone where nobody asks: an upload of other bytes may still be running", async () => {
    const { bytes } = await service.newFile(4 * PART);
    const failed = await run("untouched", bytes, {}, true);

    const second = await run("untouched", bytes, {}, false);

    deepEqual(second.sent, [1, 2, 3, 4]);
    deepEqual(Object.keys(await partsOf("untouched")), [failed.error.uploadId]);
  });

  for (const { name, source, options = {} } of repeatable) {
    it(`of ${name} is gone on with by the next one`, async () => {
      const { path } = await service.newFile(4 * PART);
      const [first, again] = [await source(path), await source(path)];

      const failed = await run(name, first, options, true);
      const left = await partsOf(name);
      const checkpoint = await service.newJournals();
      const asked = options.checkpoint === false ? checkpoint : true;
      const second = await run(name, again, { checkpoint: asked }, false);

      equal(failed.error.code, "connection-lost");
      deepEqual(left, { [failed.error.uploadId]: [1, 2] });
      deepEqual(second.sent, [3, 4]);
      equal(second.result?.uploadId, failed.error.uploadId);
      deepEqual(second.result?.resumed?.found, "service");
      deepEqual(await partsOf(name), {});
      for (const opened of [first, again]) {
        await (typeof opened === "object" && "close" in opened ? opened.close() : undefined);
      }
    });
  }

  it("of a stream keeps its parts, too, and the error says how to remove them", async () => {
    const { path } = await service.newFile(4 * PART);

    const { error } = await run("a stream", piecesOf(path), {}, true);

    deepEqual(await partsOf("a stream"), { [error.uploadId]: [1, 2] });
    equal(error.resumeCommand, undefined);
    equal(
      error.abortCommand,
      `partwise uploads abort 'oss://test-bucket/a stream' --upload-id ${error.uploadId}`,
    );
    await service.bucket.abortMultipartUpload("a stream", error.uploadId);
  });

  it("shows what is left, and what to type, to whoever prints its error", async () => {
    const { path } = await service.newFile(4 * PART);

    const { error } = await run("printed", path, { checkpoint: false }, true);

    const printed = inspect(error);
    match(printed, new RegExp(`uploadId: '${error.uploadId}'`));
    match(printed, new RegExp(`resumeCommand: 'partwise cp ${path} oss://test-bucket/printed'`));
    match(printed, /abortCommand: 'partwise uploads abort oss:\/\/test-bucket\/printed --upload-id/);
    equal(JSON.parse(JSON.stringify(error)).abortCommand, error.abortCommand);
    await service.bucket.abortMultipartUpload("printed", error.uploadId);
  });

  it("keeps what was there when its signal aborts, and tells of it in its progress", async () => {
    const { path } = await service.newFile(4 * PART);
    const stopper = new AbortController();
    service.fateOf = () => "pass";

    const handle = bucket.upload("aborted", await readFile(path), {
      ...inParts,
      concurrency: 1,
      signal: stopper.signal,
      onEvent: (event) => (event.type === "part-done" ? stopper.abort() : undefined),
    });
    const { error } = await service.outcomeOf(handle);

    const { phase, uploadId = "", arePartsLeft } = handle.progress;
    deepEqual([error.name, phase, arePartsLeft], ["AbortError", "failed", true]);
    deepEqual(Object.keys(await partsOf("aborted")), [uploadId]);
    await service.bucket.abortMultipartUpload("aborted", uploadId);
  });

  for (const { name, source, options } of [
    ...repeatable,
    { name: "a stream", source: async (path: string) => piecesOf(path), options: {} },
  ]) {
    it(`of ${name} keeps nothing when told so`, async () => {
      const { path } = await service.newFile(4 * PART);
      const opened = await source(path);

      const { error } = await run(`not ${name}`, opened, { ...options, leavePartsOnError: false }, true);

      deepEqual([error.uploadId, error.abortCommand], [undefined, undefined]);
      deepEqual(await partsOf(`not ${name}`), {});
      await (typeof opened === "object" && "close" in opened ? opened.close() : undefined);
    });
  }
});

describe("uploads that fail for one reason", () => {
  it("each name their own upload when the access key cannot be had", async () => {
    const { path } = await service.newFile(4 * PART);
    let isFailing = false;
    const enough = occasion();
    const auth = async () => {
      await (isFailing ? enough.told : undefined);
      if (isFailing) {
        throw new Error("no key");
      }
      return { accessKeyId: "test-id", accessKeySecret: "test-secret" };
    };
    await using failing = new Bucket(auth, service.network.endpoint, "test-bucket", {
      region: "cn-hangzhou",
      attempts: 1,
    });
    service.fateOf = () => "pass";
    let waitingCount = 0;
    const upload = async (key: string) => {
      const handle = failing.upload(key, await readFile(path), {
        ...inParts,
        checkpoint: true,
        concurrency: 1,
        onEvent: (event) => {
          if (event.type === "part-done") {
            isFailing = true;
            waitingCount += 1;
          }
          if (waitingCount === 2) {
            setImmediate(() => enough.tell());
          }
        },
      });
      return service.outcomeOf(handle);
    };

    const [left, right] = await Promise.all([upload("left"), upload("right")]);

    deepEqual([left.error.code, right.error.code], ["credentials-unavailable", "credentials-unavailable"]);
    deepEqual(Object.keys(await partsOf("left")), [left.error.uploadId]);
    deepEqual(Object.keys(await partsOf("right")), [right.error.uploadId]);
    await service.bucket.abortMultipartUpload("left", left.error.uploadId);
    await service.bucket.abortMultipartUpload("right", right.error.uploadId);
  });

  it("do not write into the reason of a signal, which is others' too", async () => {
    const { path } = await service.newFile(4 * PART);
    const reason = new ClientError("client-closed", "the page goes away");
    const stopper = new AbortController();
    service.fateOf = () => "pass";

    const handle = bucket.upload("other", await readFile(path), {
      ...inParts,
      concurrency: 1,
      signal: stopper.signal,
      onEvent: (event) => (event.type === "part-done" ? stopper.abort(reason) : undefined),
    });
    const { error } = await service.outcomeOf(handle);

    equal(error, reason);
    deepEqual(
      [reason.uploadId, reason.resumeCommand, reason.abortCommand],
      [undefined, undefined, undefined],
    );
    deepEqual(Object.keys(await partsOf("other")), [handle.progress.uploadId]);
    await service.bucket.abortMultipartUpload("other", handle.progress.uploadId ?? "");
  });
});
