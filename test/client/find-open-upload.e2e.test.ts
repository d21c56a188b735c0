import { deepEqual, equal, ok, rejects } from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, describe, it } from "node:test";
import type { Bucket } from "../../src/client/bucket.ts";
import { startNodeMd5 } from "../../src/client/node/node-crypto.ts";
import type { UploadSource } from "../../src/client/node/open-source.ts";
import { type FindOpenUploadOptions, findOpenUpload } from "../../src/client/upload/find-open-upload.ts";
import { bytesSource } from "../../src/client/upload/memory-source.ts";
import type { SearchProgress } from "../../src/client/upload/part-comparison.ts";
import { crc64 } from "../../src/protocol/crc64/crc64.ts";
import { bucketAt, errorXml, type ScriptedService, startScriptedService } from "./scripted-service.ts";
import { startNetwork, startUploadService, type UploadService } from "./upload-service.ts";

const PART = 1_000;
const bytes: Uint8Array = randomBytes(5 * PART + 17);

let service: UploadService;
let bucket: Bucket<UploadSource>;

before(async () => {
  service = await startUploadService();
  ({ bucket } = service);
});

after(async () => {
  await service[Symbol.asyncDispose]();
});

function partOf(partNumber: number, partSizeBytes: number = PART): Uint8Array {
  return bytes.subarray((partNumber - 1) * partSizeBytes, partNumber * partSizeBytes);
}

/** An upload with these parts, each its number and, if they are not those of `bytes`, its content. */
async function openUpload(
  key: string,
  parts: readonly (readonly [partNumber: number, content?: Uint8Array])[],
): Promise<string> {
  const { uploadId } = await bucket.initMultipartUpload(key);
  for (const [partNumber, content = partOf(partNumber)] of parts) {
    await bucket.uploadPart(key, uploadId, partNumber, content);
  }
  return uploadId;
}

function find(key: string, options: Partial<FindOpenUploadOptions> = {}) {
  return findOpenUpload({ calls: bucket, key, source: bytesSource(bytes), partSizeMinBytes: 1, ...options });
}

/** A network on which what the server answers goes through `edit`. */
function edited(edit: (text: string) => string): Promise<ScriptedService> {
  return startNetwork(service.endpoint, () => ({ headers, body, ...answer }) => {
    const { "content-length": _, ...rest } = headers;
    return { ...answer, headers: rest, body: Buffer.from(edit(body.toString())) };
  });
}

const withoutCrc64 = (text: string) => text.replaceAll(/<HashCrc64ecma>\d+<\/HashCrc64ecma>/g, "");

describe("findOpenUpload()", () => {
  it("finds nothing where there is nothing, and takes no other key for this one", async () => {
    await openUpload("exact-2", [[1]]);

    deepEqual(await find("exact"), { found: undefined, staleUploads: [] });
  });

  it("keeps parts that were done out of order, with their digests", async () => {
    const uploadId = await openUpload("order", [[6], [2], [4]]);

    const { found, staleUploads } = await find("order");

    equal(found?.uploadId, uploadId);
    deepEqual([found?.partSizeBytes, found?.keptBytes], [PART, 2 * PART + 17]);
    deepEqual(
      found?.parts.map(({ partNumber, crc64: partCrc64, sizeBytes }) => [partNumber, partCrc64, sizeBytes]),
      [2, 4, 6].map((number) => [number, crc64(partOf(number)), partOf(number).byteLength]),
    );
    deepEqual(staleUploads, []);
  });

  it("keeps neither parts with other bytes nor parts of another size", async () => {
    const parts = [[1], [2, randomBytes(PART)], [3], [4, partOf(4).subarray(1)], [7, partOf(1)]] as const;
    await openUpload("wrong", parts);

    const { found } = await find("wrong");

    deepEqual(
      found?.parts.map(({ partNumber }) => partNumber),
      [1, 3],
    );
  });

  it("does not go on with an upload of other bytes", async () => {
    const uploadId = await openUpload("other", [
      [1, randomBytes(PART)],
      [2, randomBytes(PART)],
    ]);

    const { found, staleUploads } = await find("other");

    equal(found, undefined);
    deepEqual(
      staleUploads.map((stale) => [stale.uploadId, stale.heldBytes]),
      [[uploadId, 2 * PART]],
    );
  });

  it("takes the upload of which most bytes can be kept, cut as it was, and tells of the others", async () => {
    const few = await openUpload("several", [[1], [2]]);
    const otherSize = await openUpload("several", [
      [1, partOf(1, 1_500)],
      [3, partOf(3, 1_500)],
    ]);
    const mostlyWrong = await openUpload("several", [
      [1],
      ...[2, 3, 4, 5].map((n) => [n, randomBytes(PART)] as const),
    ]);
    const empty = await openUpload("several", []);

    const { found, staleUploads } = await find("several");

    deepEqual([found?.uploadId, found?.partSizeBytes, found?.keptBytes], [otherSize, 1_500, 3_000]);
    deepEqual(
      new Map(staleUploads.map((stale) => [stale.uploadId, stale.heldBytes])),
      new Map([
        [few, 2_000],
        [mostlyWrong, 5_000],
        [empty, 0],
      ]),
    );
  });

  it("reads all pages of uploads and of parts", async () => {
    const PART_COUNT = 25;
    const many: Uint8Array = randomBytes(PART_COUNT * 4);
    const { uploadId } = await bucket.initMultipartUpload("pages");
    for (let index = 0; index < PART_COUNT; index++) {
      await bucket.uploadPart("pages", uploadId, index + 1, many.subarray(index * 4, index * 4 + 4));
    }
    const calls = {
      listMultipartUploads: (options: object) => bucket.listMultipartUploads({ ...options, maxUploads: 1 }),
      listParts: (key: string, id: string, options: object) =>
        bucket.listParts(key, id, { ...options, maxParts: 10 }),
    };
    const later = await openUpload("pages", []);

    const { found, staleUploads } = await find("pages", { calls, source: bytesSource(many) });

    deepEqual([found?.uploadId, found?.parts.length, found?.keptBytes], [uploadId, PART_COUNT, many.length]);
    deepEqual(
      staleUploads.map((stale) => stale.uploadId),
      [later],
    );
  });

  it("knows a last part by itself, of which the size alone does not tell how long the others are", async () => {
    const uploadId = await openUpload("last", [[6]]);

    const { found } = await find("last");

    deepEqual([found?.uploadId, found?.partSizeBytes, found?.keptBytes], [uploadId, PART, 17]);
  });

  it("goes by the ETag where no CRC-64 is listed, if the platform has MD5", async () => {
    await openUpload("by-etag", [[1], [2, randomBytes(PART)], [3]]);
    await using network = await edited(withoutCrc64);
    const calls = bucketAt(network.endpoint);

    const withMd5 = await find("by-etag", { calls, startMd5: startNodeMd5 });
    const withoutMd5 = await find("by-etag", { calls });

    deepEqual(
      withMd5.found?.parts.map((part) => [part.partNumber, part.crc64]),
      [1, 3].map((number) => [number, crc64(partOf(number))]),
    );
    equal(withoutMd5.found, undefined);
  });

  it("keeps nothing whose ETag is not made of the content", async () => {
    await openUpload("no-md5", [[1]]);
    await using network = await edited((text) =>
      withoutCrc64(text).replaceAll(/[0-9A-F]{32}(?="|&quot;)/g, "opaque-1"),
    );

    const { found } = await find("no-md5", { calls: bucketAt(network.endpoint), startMd5: startNodeMd5 });

    equal(found, undefined);
  });

  it("finds nothing where the key may not list, and says what else the service answers", async () => {
    const refuse = (status: number, code: string) =>
      startScriptedService((_, response) => response.writeHead(status).end(errorXml(code)));
    await using forbidding = await refuse(403, "AccessDenied");
    await using missing = await refuse(404, "NoSuchBucket");

    const search = await find("forbidden", { calls: bucketAt(forbidding.endpoint) });

    deepEqual(search, { found: undefined, staleUploads: [] });
    await rejects(find("missing", { calls: bucketAt(missing.endpoint) }), { code: "NoSuchBucket" });
  });

  it("passes over an upload that ends while it is looked for", async () => {
    const uploadId = await openUpload("ending", [[1]]);
    const calls = {
      listMultipartUploads: bucket.listMultipartUploads.bind(bucket),
      listParts: async (key: string, id: string) => {
        await bucket.abortMultipartUpload(key, id);
        return bucket.listParts(key, id);
      },
    };

    deepEqual(await find("ending", { calls }), { found: undefined, staleUploads: [] });
    await rejects(bucket.listParts("ending", uploadId), { code: "NoSuchUpload" });
  });

  it("reads no byte twice for uploads that were cut alike, tells how far it is, and stops when told", async () => {
    await openUpload("read", [[1, randomBytes(PART)], [2], [3]]);
    await openUpload("read", [[1, randomBytes(PART)], [2], [3], [4, randomBytes(PART)]]);
    const memory = bytesSource(bytes);
    let readBytes = 0;
    const source = {
      ...memory,
      async read(position: number, target: Uint8Array) {
        const count = await memory.read(position, target);
        readBytes += count;
        return count;
      },
    };
    const told: SearchProgress[] = [];

    await find("read", { source, onProgress: (progress) => told.push(progress) });

    equal(readBytes, 4 * PART);
    ok(told.every(({ comparedBytes, totalBytes }) => comparedBytes <= totalBytes));
    equal(told[0]?.totalBytes, 4 * PART);
    const stopper = new AbortController();
    const stop = () => stopper.abort(new Error("stopped"));
    await rejects(find("read", { signal: stopper.signal, onProgress: stop }), { message: "stopped" });
  });
});
