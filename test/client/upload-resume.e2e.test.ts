import { deepEqual, equal, match, ok, rejects } from "node:assert/strict";
import { readdir, readFile, rename, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { Bucket } from "../../src/client/node/bucket.ts";
import { FileJournals } from "../../src/client/node/file-journals.ts";
import { readJournal } from "../../src/client/node/journal-format.ts";
import type { UploadEvent } from "../../src/client/upload/upload-event.ts";
import type { UploadJournal, UploadJournals } from "../../src/client/upload/upload-journal.ts";
import type { UploadOptions } from "../../src/client/upload/upload-options.ts";
import { crc64 } from "../../src/protocol/crc64/crc64.ts";
import { occasion } from "./occasion.ts";
import { bucketAt, errorXml } from "./scripted-service.ts";
import { startUnsteadyService, type UnsteadyService } from "./unsteady-service.ts";
import { type Answer, type Fate, inParts, isCompletion, PART, type PartRequest } from "./upload-service.ts";

let service: UnsteadyService;

before(async () => {
  service = await startUnsteadyService();
});

after(async () => {
  await service[Symbol.asyncDispose]();
});

/** One run over a network as bad as `fateOf` says. */
async function run(
  key: string,
  path: string,
  options: UploadOptions,
  fateOf: (request: PartRequest) => Fate = () => "pass",
) {
  service.fateOf = fateOf;
  const uploading = bucketAt(service.network.endpoint).upload(key, path, {
    ...inParts,
    concurrency: 1,
    ...options,
  });
  const outcome = await service.outcomeOf(uploading);
  const { events, requests } = outcome;
  return {
    ...outcome,
    reasons: events.flatMap((event) => (event.type === "restarted" ? [event.reason] : [])),
    warnings: events.flatMap((event) => (event.type === "warning" ? [event.code] : [])),
    completionCount: requests.filter(isCompletion).length,
  };
}

const breaksAtPart = (broken: number) => (request: PartRequest) =>
  request.partNumber === broken ? ("break" as const) : ("pass" as const);

async function uploadsUnderWay(key: string): Promise<readonly string[]> {
  return (await service.bucket.listMultipartUploads({ prefix: key })).uploads.map(({ uploadId }) => uploadId);
}

async function journalFiles({ folder }: FileJournals): Promise<readonly string[]> {
  return (await readdir(folder)).filter((name) => name.endsWith(".journal"));
}

describe("an upload that was interrupted", () => {
  it("goes on with the parts that are missing", async () => {
    const checkpoint = await service.newJournals();
    const { path, bytes } = await service.newFile(6 * PART + 1);

    const first = await run("goes on", path, { checkpoint }, breaksAtPart(4));
    const second = await run("goes on", path, { checkpoint });

    equal(first.error.code, "connection-lost");
    equal(first.error.partNumber, 4);
    deepEqual([first.error.uploadId], await uploadsUnderWayBefore(second));
    deepEqual(second.sent, [4, 5, 6, 7]);
    equal(second.result?.crc64, crc64(bytes));
    deepEqual(second.result?.resumed, { found: "journal", keptPartCount: 3, keptBytes: 3 * PART });
    equal(second.result?.statistics.sentBytes, 3 * PART + 1);
    equal((await service.bucket.headObject("goes on")).crc64, crc64(bytes));
    deepEqual(await journalFiles(checkpoint), []);
    deepEqual(await uploadsUnderWay("goes on"), []);
  });

  it("tells progress that begins where it ended", async () => {
    const checkpoint = await service.newJournals();
    const { path } = await service.newFile(6 * PART);
    await run("progress", path, { checkpoint }, breaksAtPart(4));

    const { events } = await run("progress", path, { checkpoint });

    const uploading = events.find((event) => event.type === "progress" && event.phase === "uploading");
    ok(uploading?.type === "progress");
    deepEqual([uploading.bytesSent, uploading.partsDone, uploading.partCount], [3 * PART, 3, 6]);
    deepEqual(
      events.filter(({ type }) => type === "continued").map((event) => ("found" in event ? event.found : "")),
      ["journal"],
    );
  });

  it("keeps parts that were done out of order", async () => {
    const checkpoint = await service.newJournals();
    const { path, bytes } = await service.newFile(6 * PART);
    await run("out of order", path, { checkpoint, concurrency: 6 }, ({ partNumber }) =>
      partNumber === 1 || partNumber === 3 ? "break" : "pass",
    );
    const missing = await missingParts("out of order", 6);

    const second = await run("out of order", path, { checkpoint });

    ok(missing.includes(1) && missing.includes(3));
    deepEqual(second.sent, missing);
    equal(second.result?.crc64, crc64(bytes));
  });

  it("keeps its part size, whatever the new run would like", async () => {
    const checkpoint = await service.newJournals();
    const { path, bytes } = await service.newFile(6 * PART);
    await run("part size", path, { checkpoint }, breaksAtPart(4));

    const second = await run("part size", path, { checkpoint, partSize: 2 * PART });

    deepEqual(second.sent, [4, 5, 6]);
    equal(second.result?.partSizeBytes, PART);
    equal(second.result?.crc64, crc64(bytes));
  });

  it("goes on after the file was renamed", async () => {
    const checkpoint = await service.newJournals();
    const { path } = await service.newFile(4 * PART);
    await run("renamed", path, { checkpoint }, breaksAtPart(3));
    await rename(path, `${path}-renamed`);

    const second = await run("renamed", `${path}-renamed`, { checkpoint });

    deepEqual(second.sent, [3, 4]);
  });

  it("sends a part again that the service has lost, or has with other bytes", async () => {
    const checkpoint = await service.newJournals();
    const { path, bytes } = await service.newFile(5 * PART);
    const { error } = await run("tampered", path, { checkpoint }, breaksAtPart(4));
    await service.bucket.uploadPart("tampered", error.uploadId, 2, new Uint8Array(PART));

    const second = await run("tampered", path, { checkpoint });

    deepEqual(second.sent, [2, 4, 5]);
    equal(second.result?.crc64, crc64(bytes));
  });

  it("with the end of its journal torn off keeps what the service has of its bytes, and notes it", async () => {
    const checkpoint = await service.newJournals();
    const { path, bytes } = await service.newFile(6 * PART);
    const { error } = await run("torn", path, { checkpoint }, breaksAtPart(5));
    const [name = ""] = await journalFiles(checkpoint);
    const journal = join(checkpoint.folder, name);
    const [header, firstPart, secondPart = ""] = (await readFile(journal, "utf8")).split("\n");
    await writeFile(journal, `${header}\n${firstPart}\n${secondPart.slice(0, 20)}`);
    await service.bucket.uploadPart("torn", error.uploadId, 3, new Uint8Array(PART));

    const second = await run("torn", path, { checkpoint }, breaksAtPart(6));
    const noted = readJournal(await readFile(journal));
    const third = await run("torn", path, { checkpoint });

    deepEqual([...new Set(second.sent)], [3, 5, 6]);
    deepEqual(noted?.parts.map(({ partNumber }) => partNumber).sort(), [1, 2, 3, 4, 5]);
    deepEqual(third.sent, [6]);
    equal(third.result?.crc64, crc64(bytes));
  });

  it("after a cancel that keeps the parts goes on, after any other begins anew", async () => {
    const checkpoint = await service.newJournals();
    const { path } = await service.newFile(4 * PART);
    const cancelAfterTwo = async (keepParts: boolean) => {
      const handle = service.bucket.upload("after cancel", path, { ...inParts, checkpoint, concurrency: 1 });
      for await (const event of handle) {
        if (event.type === "part-done" && event.partNumber === 2) {
          void handle.cancel({ keepParts });
        }
      }
    };

    await cancelAfterTwo(true);
    const keptIds = await uploadsUnderWay("after cancel");
    await cancelAfterTwo(false);

    equal(keptIds.length, 1);
    deepEqual(await uploadsUnderWay("after cancel"), []);
    deepEqual(await journalFiles(checkpoint), []);
  });

  it("leaves nothing when it is cancelled while the earlier run's parts are looked for", async () => {
    const checkpoint = await service.newJournals();
    const { path } = await service.newFile(4 * PART);
    await run("cancelled early", path, { checkpoint }, breaksAtPart(3));
    const listing = occasion();
    service.fateOf = ({ method, url }) => {
      const isListing = method === "GET" && url.includes("uploadId=");
      if (isListing) {
        listing.tell();
      }
      return isListing ? "hold" : "pass";
    };

    const handle = bucketAt(service.network.endpoint).upload("cancelled early", path, {
      ...inParts,
      checkpoint,
    });
    await listing.told;
    await handle.cancel();

    await rejects(handle, { code: "cancelled" });
    deepEqual(await uploadsUnderWay("cancelled early"), []);
    deepEqual(await journalFiles(checkpoint), []);
  });
});

describe("cancel() while what an earlier run left is looked up", () => {
  it("removes that too, unless the parts are to be kept", async () => {
    const checkpoint = await service.newJournals();
    const { path } = await service.newFile(4 * PART);
    await run("looked up", path, { checkpoint }, breaksAtPart(3));
    const cancelWhileListing = async (keepParts: boolean) => {
      const listing = occasion();
      service.fateOf = ({ method }) => {
        if (method === "GET") {
          listing.tell();
          return "hold";
        }
        return "pass";
      };
      const handle = bucketAt(service.network.endpoint).upload("looked up", path, {
        ...inParts,
        checkpoint,
      });
      await listing.told;
      await handle.cancel({ keepParts });
    };

    await cancelWhileListing(true);
    const keptIds = await uploadsUnderWay("looked up");
    await cancelWhileListing(false);

    equal(keptIds.length, 1);
    deepEqual(await uploadsUnderWay("looked up"), []);
    deepEqual(await journalFiles(checkpoint), []);
  });
});

async function uploadsUnderWayBefore({ result }: Awaited<ReturnType<typeof run>>): Promise<unknown[]> {
  return [result?.uploadId];
}

async function missingParts(key: string, partCount: number): Promise<readonly number[]> {
  const [uploadId = ""] = await uploadsUnderWay(key);
  const there = (await service.bucket.listParts(key, uploadId)).parts.map(({ partNumber }) => partNumber);
  const numbers = Array.from({ length: partCount }, (_, index) => index + 1);
  return numbers.filter((partNumber) => !there.includes(partNumber));
}

describe("an upload that was interrupted while it completed", () => {
  it("finds its object when only the answer was lost", async () => {
    const checkpoint = await service.newJournals();
    const { path, bytes } = await service.newFile(3 * PART);
    const first = await run("answer lost", path, { checkpoint }, losesEverythingAfterCompletion());

    const second = await run("answer lost", path, { checkpoint });

    equal(first.error.code, "connection-lost");
    deepEqual([second.sent, second.completionCount], [[], 0]);
    equal(second.result?.crc64, crc64(bytes));
    equal(second.result?.etag, (await service.bucket.headObject("answer lost")).etag);
    deepEqual(second.result?.resumed, { found: "journal", keptPartCount: 3, keptBytes: 3 * PART });
    deepEqual(await journalFiles(checkpoint), []);
  });

  it("completes when the request never arrived", async () => {
    const checkpoint = await service.newJournals();
    const { path, bytes } = await service.newFile(3 * PART);
    await run("never arrived", path, { checkpoint }, ({ method, url }) =>
      isCompletion(`${method} ${url}`) ? "break" : "pass",
    );

    const second = await run("never arrived", path, { checkpoint });

    deepEqual([second.sent, second.completionCount], [[], 1]);
    equal(second.result?.crc64, crc64(bytes));
  });

  it("begins anew when another object has come in its place", async () => {
    const checkpoint = await service.newJournals();
    const { path, bytes } = await service.newFile(3 * PART);
    await run("replaced", path, { checkpoint }, losesEverythingAfterCompletion());
    await service.bucket.putObject("replaced", "something else");

    const second = await run("replaced", path, { checkpoint });

    deepEqual(second.sent, [1, 2, 3]);
    match(second.reasons[0] ?? "", /no such upload any more, nor the object/);
    equal(second.result?.crc64, crc64(bytes));
  });
});

function losesEverythingAfterCompletion(): (request: PartRequest) => Fate {
  let isCompleted = false;
  return ({ method, url }) => {
    const isFirst = isCompletion(`${method} ${url}`) && !isCompleted;
    isCompleted ||= isFirst;
    if (isFirst) {
      return "lose-answer";
    }
    return isCompleted ? "lose-answer" : "pass";
  };
}

describe("an upload of a file that has changed since", () => {
  const changes = [
    {
      name: "grown",
      change: (path: string) => writeFile(path, Buffer.alloc(5 * PART, 1)),
      reason: /it had 409600 bytes and now has 512000; the parts that were sent of it are removed/,
    },
    {
      name: "touched",
      change: (path: string) => utimes(path, new Date(), new Date(1)),
      reason: /was written to, its size still being 409600 bytes; the parts/,
    },
    {
      name: "replaced by a copy",
      change: async (path: string) => rename((await service.newFile(4 * PART)).path, path),
      reason: /another file has taken its place; the parts/,
    },
  ];
  for (const { name, change, reason } of changes) {
    it(`begins anew when it is ${name}, says so, and removes the old parts`, async () => {
      const checkpoint = await service.newJournals();
      const { path } = await service.newFile(4 * PART);
      const first = await run(name, path, { checkpoint }, breaksAtPart(3));
      await change(path);

      const second = await run(name, path, { checkpoint });

      match(second.reasons[0] ?? "", reason);
      equal(second.sent[0], 1);
      ok(second.result !== undefined && second.result.resumed === undefined);
      await rejects(service.bucket.listParts(name, first.error.uploadId), { code: "NoSuchUpload" });
    });
  }

  it("begins anew when the object is to carry other headers", async () => {
    const checkpoint = await service.newJournals();
    const { path } = await service.newFile(4 * PART);
    await run("wishes", path, { checkpoint }, breaksAtPart(3));

    const objectHeaders = { cacheControl: "no-cache" };
    const second = await run("wishes", path, { checkpoint, objectHeaders });

    match(second.reasons[0] ?? "", /other headers/);
    equal((await service.bucket.headObject("wishes")).objectHeaders.cacheControl, "no-cache");
  });

  it("goes on when only the ACL is another, which the completion sets, and carries tags", async () => {
    const checkpoint = await service.newJournals();
    const { path } = await service.newFile(4 * PART);
    const tags = { color: "red" };
    await run("acl", path, { checkpoint, tags }, breaksAtPart(3));

    const second = await run("acl", path, { checkpoint, tags, objectAcl: "public-read" });

    ok(second.result?.resumed !== undefined);
    equal((await service.bucket.headObject("acl")).taggingCount, 1);
    equal((await fetch(`${service.endpoint}/test-bucket/acl`)).status, 200);
  });

  it("begins anew when the service has the upload no more", async () => {
    const checkpoint = await service.newJournals();
    const { path, bytes } = await service.newFile(4 * PART);
    const { error } = await run("aborted", path, { checkpoint }, breaksAtPart(3));
    await service.bucket.abortMultipartUpload("aborted", error.uploadId);

    const second = await run("aborted", path, { checkpoint });

    match(second.reasons[0] ?? "", /no such upload any more/);
    equal(second.result?.crc64, crc64(bytes));
  });
});

describe("an upload by someone who may write and nothing else", () => {
  const mayOnlyWrite = ({ method }: PartRequest) => (method === "GET" || method === "HEAD" ? "deny" : "pass");

  it("goes on with its journal, for the service compares the parts when it completes", async () => {
    const checkpoint = await service.newJournals();
    const { path, bytes } = await service.newFile(4 * PART);
    await run("write-only", path, { checkpoint }, (request) =>
      request.partNumber === 3 ? "break" : mayOnlyWrite(request),
    );

    const second = await run("write-only", path, { checkpoint }, mayOnlyWrite);

    deepEqual(second.sent, [3, 4]);
    equal(second.result?.crc64, crc64(bytes));
    equal((await service.bucket.headObject("write-only")).crc64, crc64(bytes));
    deepEqual(await journalFiles(checkpoint), []);
  });

  it("sends all of it again when a part of the earlier run has become another since", async () => {
    const checkpoint = await service.newJournals();
    const { path, bytes } = await service.newFile(4 * PART);
    const { error } = await run("replaced", path, { checkpoint }, (request) =>
      request.partNumber === 3 ? "break" : mayOnlyWrite(request),
    );
    await service.bucket.uploadPart("replaced", error.uploadId, 1, Buffer.alloc(PART));

    const second = await run("replaced", path, { checkpoint }, mayOnlyWrite);

    match(second.reasons[0] ?? "", /is another now/);
    ok(second.reasons[0]?.includes(error.uploadId));
    equal(second.result?.resumed, undefined);
    equal(second.result?.crc64, crc64(bytes));
    equal((await service.bucket.headObject("replaced")).crc64, crc64(bytes));
    equal((await uploadsUnderWay("replaced")).length, 1);
    deepEqual(await journalFiles(checkpoint), []);
  });

  it("keeps what it sent anew when that too is refused", async () => {
    const checkpoint = await service.newJournals();
    const { path } = await service.newFile(4 * PART);
    const first = await run("refused twice", path, { checkpoint }, (request) =>
      request.partNumber === 3 ? "break" : mayOnlyWrite(request),
    );

    const second = await run("refused twice", path, { checkpoint }, (request) =>
      isCompletion(`${request.method} ${request.url}`)
        ? { status: 400, code: "InvalidPart" }
        : mayOnlyWrite(request),
    );

    equal(second.error.code, "InvalidPart");
    ok(second.error.uploadId !== undefined && second.error.uploadId !== first.error.uploadId);
    equal((await uploadsUnderWay("refused twice")).length, 2);
    equal((await journalFiles(checkpoint)).length, 1);
  });

  it("sends it again when nothing tells whether a completion had its effect", async () => {
    const checkpoint = await service.newJournals();
    const { path, bytes } = await service.newFile(3 * PART);
    let isLost = false;

    const { result, reasons, sent } = await run("unknown", path, { checkpoint }, (request) => {
      if (isCompletion(`${request.method} ${request.url}`) && !isLost) {
        isLost = true;
        return "lose-answer";
      }
      return mayOnlyWrite(request);
    });

    equal(result?.crc64, crc64(bytes));
    equal(reasons.length, 1);
    deepEqual(sent, [1, 2, 3, 1, 2, 3]);
    deepEqual(await uploadsUnderWay("unknown"), []);
  });

  it("begins anew when its journal tells of an upload that is gone", async () => {
    const checkpoint = await service.newJournals();
    const { path, bytes } = await service.newFile(4 * PART);
    const { error } = await run("gone", path, { checkpoint }, breaksAtPart(3));
    await service.bucket.abortMultipartUpload("gone", error.uploadId);

    const { result } = await run("gone", path, { checkpoint }, mayOnlyWrite);

    equal(result?.crc64, crc64(bytes));
    equal((await service.bucket.headObject("gone")).crc64, crc64(bytes));
  });

  it("is told that the object is there, and not that it may not be looked at", async () => {
    let isLost = false;
    const { error } = await service.outcomeOf(
      bucketAt(service.network.endpoint).upload("forbidden", new Uint8Array(10), { forbidOverwrite: true }),
    );
    equal(error, undefined);
    service.fateOf = (request) => {
      if (request.method === "PUT" && !isLost) {
        isLost = true;
        return "lose-answer";
      }
      return mayOnlyWrite(request);
    };
    const second = await service.outcomeOf(
      bucketAt(service.network.endpoint).upload("forbidden", new Uint8Array(10), { forbidOverwrite: true }),
    );

    equal(second.error?.code, "FileAlreadyExists");
  });
});

describe("the journal of an upload", () => {
  it("keeps another upload of the same target away", async () => {
    const checkpoint = await service.newJournals();
    const { path } = await service.newFile(4 * PART);
    const handle = service.bucket.upload("locked", path, { ...inParts, checkpoint });
    handle.pause();
    for await (const { type } of handle) {
      if (type === "paused") {
        break;
      }
    }

    await rejects(service.bucket.upload("locked", path, { ...inParts, checkpoint }), {
      code: "upload-locked",
    });
    handle.resume();

    await handle;
  });

  it("that cannot be opened is worth a warning, not the upload", async () => {
    const file = (await service.newFile(1)).path;
    const checkpoint = new FileJournals({ folder: join(file, "below a file") });
    const { path, bytes } = await service.newFile(4 * PART);

    const { result, warnings } = await run("unopened", path, { checkpoint });

    equal(result?.crc64, crc64(bytes));
    deepEqual(warnings, ["journal-unwritable"]);
  });

  it("that cannot be written any more is worth one warning, and parts are kept all the same", async () => {
    const journals = await service.newJournals();
    const { path } = await service.newFile(6 * PART);
    const checkpoint = failingAfter(2, journals);

    const first = await run("disk full", path, { checkpoint }, breaksAtPart(5));
    const second = await run("disk full", path, { checkpoint: journals });

    deepEqual(first.warnings, ["journal-unwritable"]);
    equal(first.error.code, "connection-lost");
    deepEqual(second.sent, [5, 6]);
  });

  it("is removed with the parts when they are not to be kept", async () => {
    const checkpoint = await service.newJournals();
    const { path } = await service.newFile(4 * PART);

    await run("not kept", path, { checkpoint, leavePartsOnError: false }, breaksAtPart(3));

    deepEqual(await uploadsUnderWay("not kept"), []);
    deepEqual(await journalFiles(checkpoint), []);
  });

  it("is not made when it is not wanted", async () => {
    const { path } = await service.newFile(4 * PART);

    const { error } = await run("no journal", path, { checkpoint: false }, breaksAtPart(3));
    const { sent } = await run("no journal", path, { checkpoint: false });

    deepEqual(sent, [1, 2, 3, 4]);
    deepEqual(await uploadsUnderWay("no journal"), [error.uploadId]);
  });

  it("refuses what are no journals, and a folder where there are none", async () => {
    const { path } = await service.newFile(PART);
    const upload = (checkpoint: unknown) =>
      service.bucket.upload("k", path, { ...inParts, checkpoint: checkpoint as boolean });

    await rejects(upload({}), TypeError);
    await rejects(upload("/tmp"), TypeError);
  });
});

/** Journals whose disk is full after so many parts. */
function failingAfter(partCount: number, journals: UploadJournals): UploadJournals {
  return {
    async open(target) {
      const journal = await journals.open(target);
      let count = 0;
      const failing: UploadJournal = {
        earlier: journal.earlier,
        begin: (header) => journal.begin(header),
        async addPart(part) {
          count += 1;
          if (count > partCount) {
            throw new Error("ENOSPC: no space left on device, write");
          }
          await journal.addPart(part);
        },
        noteRecut: (recut) => journal.noteRecut(recut),
        noteCompleting: () => journal.noteCompleting(),
        remove: () => journal.remove(),
        close: () => journal.close(),
      };
      return failing;
    },
  };
}

describe("an upload without a journal", () => {
  it("goes on with what the service has, if those are its bytes", async () => {
    const { path, bytes } = await service.newFile(5 * PART + 1);
    await run("listed", path, { checkpoint: await service.newJournals() }, breaksAtPart(4));
    const journals = await service.newJournals();

    const second = await run("listed", path, { checkpoint: journals });

    deepEqual(second.sent, [4, 5, 6]);
    equal(second.result?.crc64, crc64(bytes));
    deepEqual(second.result?.resumed, { found: "service", keptPartCount: 3, keptBytes: 3 * PART });
    deepEqual(await journalFiles(journals), []);
  });

  it("writes down what it has found, for a third run", async () => {
    const { path } = await service.newFile(5 * PART);
    await run("twice", path, { checkpoint: await service.newJournals() }, breaksAtPart(3));
    const checkpoint = await service.newJournals();
    await run("twice", path, { checkpoint }, breaksAtPart(5));

    const third = await run("twice", path, { checkpoint });

    deepEqual(third.sent, [5]);
    equal(third.result?.resumed?.found, "journal");
  });

  it("does so for bytes, too", async () => {
    const { path, bytes } = await service.newFile(4 * PART);
    await run("bytes", path, { checkpoint: await service.newJournals() }, breaksAtPart(3));

    const result = await service.bucket.upload("bytes", bytes, { ...inParts, checkpoint: true });

    deepEqual(result.resumed, { found: "service", keptPartCount: 2, keptBytes: 2 * PART });
    equal(result.crc64, crc64(bytes));
  });

  it("warns of what others have left, and of what they wanted the object to carry", async () => {
    const { path } = await service.newFile(4 * PART);
    const foreign = await service.newFile(4 * PART);
    await run("stale", path, { checkpoint: await service.newJournals() }, breaksAtPart(3));
    await run("stale", foreign.path, { checkpoint: false }, breaksAtPart(2));
    const events: UploadEvent[] = [];

    const second = await run("stale", path, {
      checkpoint: await service.newJournals(),
      objectHeaders: { cacheControl: "no-cache", userMetadata: { origin: "test" } },
    });

    events.push(...second.events);
    deepEqual(second.warnings, ["stale-uploads", "headers-differ"]);
    const [stale, headers] = events.flatMap((event) => (event.type === "warning" ? [event.message] : []));
    match(stale ?? "", /unfinished uploads of stale hold 102400 bytes/);
    match(headers ?? "", /cache-control, metadata origin differ/);
    deepEqual(second.sent, [3, 4]);
  });

  for (const { what, status, code } of [
    { what: "a service does not know how to list uploads", status: 501, code: "NotImplemented" },
    { what: "a service refuses to", status: 400, code: "InvalidArgument" },
  ]) {
    it(`begins anew, at once, where ${what}`, async () => {
      const { path, bytes } = await service.newFile(4 * PART);
      const checkpoint = await service.newJournals();

      const { result, requests } = await run(code, path, { checkpoint }, ({ method, url }) =>
        method === "GET" && /[?&]uploads/.test(url) ? { status, code } : "pass",
      );

      equal(result?.crc64, crc64(bytes));
      equal(requests.filter((request) => /^GET .*[?&]uploads/.test(request)).length, 1);
    });
  }

  it("begins anew where nobody gets leave to list uploads, as from a page's server", async () => {
    let askedCount = 0;
    const auth = async () => {
      askedCount += 1;
      if (askedCount === 1) {
        throw new Error("only for your own keys");
      }
      return { accessKeyId: "test-id", accessKeySecret: "test-secret" };
    };
    await using bucket = new Bucket(auth, service.endpoint, "test-bucket", {
      region: "cn-hangzhou",
      attempts: 1,
    });

    const result = await bucket.upload("unsigned", new Uint8Array(2 * PART), {
      ...inParts,
      checkpoint: true,
    });

    equal(result.crc64, crc64(new Uint8Array(2 * PART)));
  });

  it("is not held up where nobody may list uploads", async () => {
    const { path, bytes } = await service.newFile(4 * PART);

    let refusalCount = 0;
    const { result } = await run(
      "unlisted",
      path,
      { checkpoint: await service.newJournals() },
      ({ method, url }) => {
        const isListing = method === "GET" && /[?&]uploads/.test(url);
        refusalCount += isListing ? 1 : 0;
        return isListing ? refusal : "pass";
      },
    );

    equal(refusalCount, 1);
    equal(result?.crc64, crc64(bytes));
  });
});

function refusal(): Answer {
  return { status: 403, headers: {}, body: Buffer.from(errorXml("AccessDenied")) };
}
