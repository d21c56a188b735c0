import { deepEqual, equal, ok, rejects } from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { pathToFileURL } from "node:url";
import { createContext, runInContext } from "node:vm";
import type * as browserEntry from "../../../src/client/browser/index.ts";
import { createNodeTransport } from "../../../src/client/node/node-transport.ts";
import type { UploadEvent } from "../../../src/client/upload/upload-event.ts";
import { startUploadService, type UploadService } from "../upload-service.ts";
import { type Bundle, bundleForPage, bundleIntoOneFile, gzippedSizeBytes, type Piece } from "./bundle.ts";

/** What a page loads at once: CRC-64, signed URLs, objects in one piece. */
const ENTRY_SIZE_MAX_BYTES = 20_000;
/** With what only uploads in parts or with a journal, or pages with a key, load. */
const WHOLE_SIZE_MAX_BYTES = 42_000;
/** What a page has and Node has not, or has differently, is left out: loading the entry must need none of it. */
const NOTHING_OF_NODE = /\b(?:Buffer|__dirname|__filename|process|require)\b(?!["'`:-])/g;

const MULTIPART = "src/client/browser/multipart.ts";
const RECOVERY = "src/client/browser/recovery.ts";
const KEY_SIGNER = "src/client/browser/key-signer.ts";

describe("the entry for browsers", () => {
  let whole: Bundle;

  before(async () => {
    whole = await bundleForPage();
  });

  it("is small, and so is what is loaded later", () => {
    const { entry, later, files } = whole;
    const wholeSizeBytes = [...files.values()].reduce((sum, text) => sum + gzippedSizeBytes(text), 0);

    ok(entry.gzippedSizeBytes <= ENTRY_SIZE_MAX_BYTES, `${entry.gzippedSizeBytes} bytes: ${largest(entry)}`);
    ok(later.size > 0);
    ok(wholeSizeBytes <= WHOLE_SIZE_MAX_BYTES, `${wholeSizeBytes} bytes`);
  });

  it("leaves for later what parts, earlier runs, lost answers and access keys need", () => {
    const loadedAtOnce = (path: string) => whole.entry.sizeBytesByFile.has(path);

    deepEqual([...whole.later.keys()].sort(), [KEY_SIGNER, MULTIPART, RECOVERY]);
    deepEqual(
      [
        "src/client/browser/indexed-db-journal.ts",
        "src/client/flow/concurrency-controller.ts",
        "src/client/lost-answers.ts",
        "src/client/upload/find-open-upload.ts",
        "src/client/upload/upload-in-parts.ts",
        "src/protocol/operations/list-parts.ts",
        "src/protocol/signing/sign-v4-header.ts",
      ].filter(loadedAtOnce),
      [],
    );
  });

  it("loads where there is nothing but the language, so nothing of Node's either", async () => {
    equal(runInContext(`${await bundleIntoOneFile()}; "loaded"`, createContext({})), "loaded");
  });

  it("names no global of Node", () => {
    deepEqual([...whole.files.values()].join("\n").match(NOTHING_OF_NODE) ?? [], []);
  });

  it("has no package in it, and nothing that only servers and Node need", () => {
    const pieces = [whole.entry, ...whole.later.values()];
    const paths = pieces.flatMap(({ sizeBytesByFile }) => [...sizeBytesByFile.keys()]);

    deepEqual(
      paths.filter((path) => !/^(?:page\.ts|src\/(?:client\/(?!node\/)|protocol\/))/.test(path)),
      [],
    );
    ok(paths.includes("src/protocol/crc64/crc64-wasm.ts"), "the CRC-64 kernel is missing");
    equal(paths.includes("src/protocol/routing/operation-table.ts"), false);
    equal(paths.includes("src/protocol/xml/read-xml.ts"), false);
  });
});

describe("a page that has only the entry", () => {
  let service: UploadService;
  let page: typeof browserEntry;

  before(async () => {
    service = await startUploadService();
    page = await import(
      pathToFileURL(await writePage(service.folder, /^(?:key-signer|multipart|recovery)-/)).href
    );
  });

  after(() => service[Symbol.asyncDispose]());

  it("uploads by signed URLs in one piece", async () => {
    const piece = await bucketBySignedUrls(page, service).upload(
      "piece",
      new Uint8Array(randomBytes(250_000)),
    );

    equal(piece.method, "put");
    equal((await service.bucket.headObject("piece")).crc64, piece.crc64);
  });

  it("cannot send parts, and says what is missing", async () => {
    const inParts = { partSize: 102_400, multipartThreshold: 0 };
    const upload = bucketBySignedUrls(page, service).upload(
      "parts",
      new Blob([randomBytes(250_000)]),
      inParts,
    );

    await rejects(upload, { name: "TransportError", code: "connection-lost" });
  });

  it("cannot sign with a key, and says what is missing", async () => {
    const key = { accessKeyId: "test-id", accessKeySecret: "test-secret" };
    const bucket = new page.Bucket(key, service.endpoint, service.bucket.name, {
      region: "cn-hangzhou",
      attempts: 1,
    });

    await rejects(bucket.putObject("k", "x"), { name: "TransportError", code: "connection-lost" });
  });
});

describe("a page that has the entry and what parts need", () => {
  let service: UploadService;
  let page: typeof browserEntry;

  before(async () => {
    service = await startUploadService();
    page = await import(pathToFileURL(await writePage(service.folder, /^(?:key-signer|recovery)-/)).href);
  });

  after(() => service[Symbol.asyncDispose]());

  it("uploads by signed URLs in parts", async () => {
    const bytes = new Uint8Array(randomBytes(250_000));
    const inParts = { partSize: 102_400, multipartThreshold: 0 };

    const parts = await bucketBySignedUrls(page, service).upload("parts", new Blob([bytes]), inParts);

    deepEqual([parts.method, parts.partCount], ["multipart", 3]);
    equal((await service.bucket.headObject("parts")).crc64, parts.crc64);
  });

  it("uploads a file without a journal, and says so", async () => {
    const events: UploadEvent[] = [];
    const file = new File([randomBytes(250_000)], "a.bin");

    await bucketBySignedUrls(page, service).upload("file", file, {
      partSize: 102_400,
      multipartThreshold: 0,
      onEvent: (event) => events.push(event),
    });

    deepEqual(
      events.flatMap((event) => (event.type === "warning" ? [event.code] : [])),
      ["journal-unwritable"],
    );
    equal((await service.bucket.headObject("file")).sizeBytes, 250_000);
  });
});

function bucketBySignedUrls(page: typeof browserEntry, service: UploadService): browserEntry.Bucket {
  const sign: browserEntry.SignUrl = ({ method, key = "", query, headers }) => {
    const marks = Object.entries(query).map(([name, value]) => [name, value === "" ? true : value]);
    return service.bucket.signUrl(method, key, {
      query: Object.fromEntries(marks),
      headers,
      expiresInSeconds: 60,
    });
  };
  return new page.Bucket({ sign }, service.endpoint, service.bucket.name, {
    transport: createNodeTransport(),
  });
}

/** @param without  names of files that the page cannot have. @returns the entry's path */
async function writePage(folder: string, without: RegExp): Promise<string> {
  const { files } = await bundleForPage();
  const pageFolder = join(folder, "page");
  await mkdir(pageFolder);
  for (const [name, text] of files) {
    if (!without.test(name)) {
      await writeFile(join(pageFolder, name), text);
    }
  }
  await writeFile(join(pageFolder, "package.json"), '{ "type": "module" }');
  return join(pageFolder, "page.js");
}

function largest({ sizeBytesByFile }: Piece): string {
  return [...sizeBytesByFile]
    .sort(([, left], [, right]) => right - left)
    .slice(0, 10)
    .map(([path, sizeBytes]) => `${path} ${sizeBytes}`)
    .join(", ");
}
