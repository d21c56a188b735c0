import { deepEqual, equal } from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, describe, it } from "node:test";
import { FileJournals } from "../../src/client/node/file-journals.ts";
import { crc64 } from "../../src/protocol/crc64/crc64.ts";
import { mountSmallDisk } from "../storage/small-disk.ts";
import { bucketAt, type ScriptedService } from "./scripted-service.ts";
import {
  type Fate,
  inParts,
  PART,
  type PartRequest,
  partsSent,
  startNetwork,
  startUploadService,
  type UploadService,
} from "./upload-service.ts";

let service: UploadService;

before(async () => {
  service = await startUploadService();
});

after(async () => {
  await service[Symbol.asyncDispose]();
});

/** More lines than there is room for on the page that the journal begins with, which is its own whatever else there is. */
const PART_COUNT = 60;
const DISK_SIZE_BYTES: number = 64 * 1024;

describe("an upload whose journal's disk becomes full", () => {
  it("goes on with one warning, and a later run finds every part that had arrived", async (test) => {
    const mounted = await mountSmallDisk("tmpfs", DISK_SIZE_BYTES);
    if (typeof mounted === "string") {
      test.skip(mounted);
      return;
    }
    await using disk = mounted;
    const checkpoint = new FileJournals({ folder: join(disk.path, "journals") });
    const { path, bytes } = await service.newFile(PART_COUNT * PART);
    let fate: (request: PartRequest) => Fate = ({ partNumber }) =>
      partNumber === PART_COUNT ? "break" : "pass";
    await using network: ScriptedService = await startNetwork(service.endpoint, (request) => fate(request));
    const warnings: string[] = [];
    const upload = () =>
      bucketAt(network.endpoint).upload("full disk", path, {
        ...inParts,
        checkpoint,
        concurrency: 1,
        onEvent: (event) => {
          if (event.type === "warning") {
            warnings.push(event.code);
          }
        },
      });
    const first = upload();
    first.pause();
    for await (const { type } of first) {
      if (type === "paused") {
        break;
      }
    }
    await disk.fillUp();
    first.resume();

    const [outcome] = await Promise.allSettled([first]);
    await disk.freeUp();
    fate = () => "pass";
    const requestCountBefore = network.requests.length;
    const result = await upload();

    equal(outcome.status, "rejected");
    deepEqual(warnings, ["journal-unwritable"]);
    deepEqual(partsSent({ requests: network.requests.slice(requestCountBefore) }), [PART_COUNT]);
    equal(result.crc64, crc64(bytes));
  });
});

interface Uploading {
  readonly child: ChildProcess;
  nextLine(): Promise<string | undefined>;
}

function startUpload(key: string, path: string, folder: string): Uploading {
  const program = join(import.meta.dirname, "uploading-process.ts");
  const child = spawn(process.execPath, [program, service.endpoint, key, path, folder], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return { child, nextLine: async () => (await lines.next()).value };
}

describe("processes that send one file to one key", () => {
  it("refuse the second one of a journal folder, and both end well with a folder each", async () => {
    const { path, bytes } = await service.newFile(5 * PART);
    const folders = ["one", "other"].map((name) => join(service.folder, name));
    await Promise.all(folders.map((folder) => mkdir(folder)));
    const [one = "", other = ""] = folders;
    const done = `done ${crc64(bytes)}`;

    const first = startUpload("met", path, one);
    equal(await first.nextLine(), "paused");
    const second = startUpload("met", path, one);
    const third = startUpload("met", path, other);
    const refusal = await second.nextLine();
    equal(await third.nextLine(), "paused");
    third.child.stdin?.write("\n");
    const ofThird = await third.nextLine();
    first.child.stdin?.write("\n");
    const ofFirst = await first.nextLine();
    await Promise.all([first, second, third].map(({ child }) => child.exitCode ?? once(child, "exit")));

    deepEqual([refusal, ofThird, ofFirst], ["upload-locked", done, done]);
    equal((await service.bucket.headObject("met")).crc64, crc64(bytes));
    deepEqual((await service.bucket.listMultipartUploads({ prefix: "met" })).uploads, []);
  });
});
