import { deepEqual, equal, ok, rejects } from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { FileJournals } from "../../../src/client/node/file-journals.ts";
import { crc64 } from "../../../src/protocol/crc64/crc64.ts";
import { bucketAt } from "../scripted-service.ts";
import { PART, startNetwork, startUploadService, type UploadService } from "../upload-service.ts";

const inParts = { partSize: PART, multipartThreshold: 0, checkpoint: false } as const;

let service: UploadService;
let journals: FileJournals;
let folder: string;

before(async () => {
  service = await startUploadService();
  folder = await mkdtemp(join(tmpdir(), "partwise-copy-"));
  journals = new FileJournals({ folder });
});
after(async () => {
  await service[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

async function newObject(key: string, sizeBytes: number): Promise<Buffer> {
  const bytes = randomBytes(sizeBytes);
  await service.bucket.putObject(key, bytes, {
    objectHeaders: { contentType: "text/x-test", userMetadata: { origin: "here" } },
    tags: { color: "red" },
  });
  return bytes;
}

async function assertSame(key: string, bytes: Buffer): Promise<void> {
  const copied = await (await service.bucket.getObject(key)).bytes();
  equal(copied.length, bytes.length);
  equal(Buffer.compare(copied, bytes), 0);
}

describe("Bucket.copy()", () => {
  for (const [way, options] of [
    ["in one call", {}],
    ["in parts", inParts],
  ] as const) {
    it(`copies bytes, headers and tags ${way}`, async () => {
      const bytes = await newObject("source", 5 * PART + 17);

      const result = await service.bucket.copy(`copy ${way}`, { key: "source" }, options);

      await assertSame(`copy ${way}`, bytes);
      equal(result.crc64, crc64(bytes));
      deepEqual([result.method, result.partCount], way === "in parts" ? ["multipart", 6] : ["copy", 1]);
      const head = await service.bucket.headObject(`copy ${way}`);
      deepEqual(head.objectHeaders.userMetadata, { origin: "here" });
      deepEqual([head.objectHeaders.contentType, head.taggingCount], ["text/x-test", 1]);
    });

    it(`gives the copy other headers ${way}, and refuses to overwrite when told to`, async () => {
      await newObject("source", 2 * PART);
      const key = `other ${way}`;
      const objectHeaders = { contentType: "text/plain" };

      await service.bucket.copy(key, { key: "source" }, { ...options, objectHeaders, tags: {} });

      const head = await service.bucket.headObject(key);
      equal(head.objectHeaders.contentType, "text/plain");
      deepEqual([head.objectHeaders.userMetadata, head.taggingCount], [undefined, undefined]);
      await rejects(service.bucket.copy(key, { key: "source" }, { ...options, forbidOverwrite: true }), {
        code: "FileAlreadyExists",
      });
    });
  }

  it("goes on with the parts of an earlier run, and not with those of another object", async () => {
    const options = { ...inParts, checkpoint: journals, concurrency: 1 };
    const bytes = await newObject("long", 8 * PART);
    const interrupted = async () => {
      const controller = new AbortController();
      const copying = service.bucket.copy(
        "long copy",
        { key: "long" },
        {
          ...options,
          signal: controller.signal,
          onEvent: (event) => {
            if (event.type === "part-done" && event.partNumber === 3) {
              controller.abort();
            }
          },
        },
      );
      await rejects(copying, { name: "AbortError" });
    };

    await interrupted();
    const result = await service.bucket.copy("long copy", { key: "long" }, options);

    ok((result.resumed?.keptPartCount ?? 0) >= 3, `kept ${result.resumed?.keptPartCount}`);
    await assertSame("long copy", bytes);

    await interrupted();
    const others = await newObject("long", 8 * PART);
    const anew = await service.bucket.copy("long copy", { key: "long" }, options);
    equal(anew.resumed, undefined);
    await assertSame("long copy", others);
    deepEqual((await service.bucket.listMultipartUploads({ prefix: "copy" })).uploads, []);
  });

  it("never mixes two objects: a source that is replaced meanwhile is an error", async () => {
    await newObject("moving", 8 * PART);
    let replacing: Promise<unknown> | undefined;

    const copying = service.bucket.copy(
      "mixed",
      { key: "moving" },
      {
        ...inParts,
        concurrency: 1,
        onEvent: (event) => {
          if (event.type === "part-done") {
            replacing ??= newObject("moving", 8 * PART);
          }
        },
      },
    );

    await rejects(copying, { code: "object-changed" });
    await replacing;
    await rejects(service.bucket.headObject("mixed"), { code: "NoSuchKey" });
  });

  it("refuses a part whose CRC-64 the service does not tell, for the copy could not be checked", async () => {
    await newObject("unchecked", 3 * PART);
    await using network = await startNetwork(service.endpoint, ({ partNumber }) =>
      partNumber === undefined
        ? "pass"
        : ({ headers: { "x-oss-hash-crc64ecma": _, ...headers }, ...answer }) => ({ ...answer, headers }),
    );

    const copying = bucketAt(network.endpoint).copy(
      "copy",
      { key: "unchecked" },
      { ...inParts, leavePartsOnError: false },
    );

    await rejects(copying, {
      code: "answer-unusable",
      message: /does not tell the CRC-64 of part \d of copy/,
    });
    deepEqual((await service.bucket.listMultipartUploads({ prefix: "copy" })).uploads, []);
  });

  it("says that there is nothing to copy", async () => {
    await rejects(service.bucket.copy("copy", { key: "nowhere" }), { code: "NoSuchKey" });
    await rejects(service.bucket.copy("", { key: "nowhere" }), TypeError);
  });
});
