import { deepEqual, equal, ok } from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, describe, it } from "node:test";
import { FileJournals } from "../../src/client/node/file-journals.ts";
import type { UploadOptions } from "../../src/client/upload/upload-options.ts";
import { crc64 } from "../../src/protocol/crc64/crc64.ts";
import { bucketAt } from "./scripted-service.ts";
import { startUnsteadyService, type UnsteadyService } from "./unsteady-service.ts";
import type { Fate, PartRequest } from "./upload-service.ts";

/** Cut into 256 KiB when nothing is said. */
const SIZE_BYTES: number = 20 * 256 * 1024;
const SMALL = 100 * 1024;

let service: UnsteadyService;

before(async () => {
  service = await startUnsteadyService();
});

after(async () => {
  await service[Symbol.asyncDispose]();
});

/** The first three parts break twice each. */
function breaksTwice(): (request: PartRequest) => Fate {
  const counts = new Map<number, number>();
  return ({ partNumber = Number.POSITIVE_INFINITY }) => {
    const count = (counts.get(partNumber) ?? 0) + 1;
    counts.set(partNumber, count);
    return partNumber <= 3 && count <= 2 ? "break" : "pass";
  };
}

async function run(
  key: string,
  path: string,
  options: UploadOptions,
  fateOf: (request: PartRequest) => Fate = () => "pass",
) {
  service.fateOf = fateOf;
  const bucket = bucketAt(service.network.endpoint);
  const uploading = bucket.upload(key, path, { multipartThreshold: 0, concurrency: 2, ...options });
  const { result, events, sent } = await service.outcomeOf(uploading);
  return {
    result,
    recuts: events.flatMap((event) => (event.type === "recut" ? [event] : [])),
    progress: events.flatMap((event) => (event.type === "progress" ? [event] : [])),
    sent,
  };
}

async function storedCrc64(key: string): Promise<bigint | undefined> {
  return (await service.bucket.headObject(key)).crc64;
}

describe("an upload whose parts keep breaking", () => {
  it("cuts what is not there into smaller parts, and says so", async () => {
    const { path, bytes } = await service.newFile(SIZE_BYTES);

    const { result, recuts, progress } = await run("recut", path, { checkpoint: false }, breaksTwice());

    const [recut] = recuts;
    const first = recut?.fromPartNumber ?? 0;
    equal(recuts.length, 1);
    equal(recut?.partSizeBytes, SMALL);
    equal(result?.crc64, crc64(bytes));
    equal(await storedCrc64("recut"), crc64(bytes));
    const left = SIZE_BYTES - (first - 1) * 256 * 1024;
    equal(result?.partCount, first - 1 + Math.ceil(left / SMALL));
    equal(result?.parts.length, result?.partCount);
    ok(result?.reasons.some((reason) => reason.startsWith(`100 KiB parts from part ${first} on`)));
    deepEqual(
      [progress.at(-1)?.partsDone, progress.at(-1)?.partCount, progress.at(-1)?.bytesSent],
      [result?.partCount, result?.partCount, SIZE_BYTES],
    );
  });

  for (const concurrency of [1, 8]) {
    it(`arrives where no part of its first size ever does, with ${concurrency} at a time`, async () => {
      const { path, bytes } = await service.newFile(1.5 * SIZE_BYTES);
      const key = `never ${concurrency}`;

      const { result, recuts } = await run(key, path, { checkpoint: false, concurrency }, ({ sizeBytes }) =>
        sizeBytes > 2 * SMALL ? "break" : "pass",
      );

      // What holds grows as far as it holds.
      deepEqual(
        recuts.map(({ partSizeBytes }) => partSizeBytes),
        [SMALL, 2 * SMALL],
      );
      equal(recuts[0]?.fromPartNumber, 1);
      equal(result?.partCount, recuts[1]?.partCount);
      equal(await storedCrc64(key), crc64(bytes));
    });
  }

  it("cuts what it has yet to begin into larger parts again when they hold, up to those planned", async () => {
    const { path, bytes } = await service.newFile(2 * SIZE_BYTES);

    const { result, recuts, progress } = await run("grown", path, { checkpoint: false }, breaksTwice());

    deepEqual(
      recuts.map(({ partSizeBytes }) => partSizeBytes),
      [SMALL, 2 * SMALL, 256 * 1024],
    );
    equal(result?.crc64, crc64(bytes));
    equal(await storedCrc64("grown"), crc64(bytes));
    equal(result?.partCount, recuts.at(-1)?.partCount);
    equal(result?.reasons.filter((reason) => reason.endsWith("arrived without a break")).length, 2);
    deepEqual(
      [progress.at(-1)?.partsDone, progress.at(-1)?.partCount, progress.at(-1)?.bytesSent],
      [result?.partCount, result?.partCount, 2 * SIZE_BYTES],
    );
  });

  it("goes on with its larger parts in a later run, by its journal or by what the service lists", async () => {
    const { path, bytes } = await service.newFile(2 * SIZE_BYTES);
    for (const hasJournal of [true, false]) {
      const key = `grown, then ended, ${hasJournal}`;
      const checkpoint = await service.newJournals();
      const breaks = breaksTwice();
      // One at a time, so that those that are there are the first ones.
      const options = { concurrency: 1, leavePartsOnError: true, checkpoint: hasJournal && checkpoint };
      const first = await run(key, path, options, (request) =>
        (request.partNumber ?? 0) >= 45 ? "break" : breaks(request),
      );
      equal(first.result, undefined);
      deepEqual(
        first.recuts.map(({ partSizeBytes }) => partSizeBytes),
        [SMALL, 2 * SMALL, 256 * 1024, SMALL],
      );

      const second = await run(key, path, { checkpoint });

      equal(second.result?.resumed?.found, hasJournal ? "journal" : "service");
      equal(second.result?.resumed?.keptPartCount, 44);
      // Of the last cut no part has arrived: only the journal tells it.
      equal(second.result?.partCount, first.recuts.at(hasJournal ? -1 : -2)?.partCount);
      equal(await storedCrc64(key), crc64(bytes));
    }
  });

  it("is read back part by part as it was cut", async () => {
    const { path } = await service.newFile(SIZE_BYTES);

    const { result } = await run("read back", path, { checkpoint: false, verify: "readback" }, breaksTwice());

    ok((result?.partCount ?? 0) > 20);
  });

  it("keeps the parts of the size that its user has said", async () => {
    const { path } = await service.newFile(SIZE_BYTES);
    const options = { checkpoint: false, partSize: 256 * 1024 };

    const { result, recuts } = await run("fixed", path, options, breaksTwice());

    deepEqual([recuts.length, result?.partCount], [0, 20]);
  });

  it("goes on with its smaller parts in a later run", async () => {
    const { path, bytes } = await service.newFile(SIZE_BYTES);
    const checkpoint = await service.newJournals();
    const breaks = breaksTwice();
    const first = await run("later", path, { checkpoint }, (request) =>
      (request.partNumber ?? 0) >= 16 ? "break" : breaks(request),
    );
    const [recut] = first.recuts;
    ok(first.result === undefined && recut !== undefined);

    const second = await run("later", path, { checkpoint });

    equal(second.result?.crc64, crc64(bytes));
    equal(await storedCrc64("later"), crc64(bytes));
    equal(second.result?.partCount, recut.partCount);
    // What was lost is 16 and what was under way beside it.
    ok((second.result?.resumed?.keptPartCount ?? 0) >= 14);
    deepEqual(
      second.sent.filter((partNumber) => partNumber < 15),
      [],
    );
  });

  it("goes on with them after its process was killed", async () => {
    const { path, bytes } = await service.newFile(SIZE_BYTES);
    const journals = await mkdtemp(join(service.folder, "journals-"));
    service.fateOf = breaksTwice();
    const program = new URL("recutting-process.ts", import.meta.url).pathname;
    const child = spawn(process.execPath, [program, service.network.endpoint, "killed", path, journals], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [said] = await once(createInterface({ input: child.stdout }), "line");
    child.kill("SIGKILL");
    await once(child, "exit");
    const [fromPartNumber, partCount] = String(said).split(" ").map(Number);

    const second = await run("killed", path, { checkpoint: new FileJournals({ folder: journals }) });

    equal(second.result?.crc64, crc64(bytes));
    equal(await storedCrc64("killed"), crc64(bytes));
    equal(second.result?.partCount, partCount);
    equal(second.result?.resumed?.found, "journal");
    ok((second.result?.resumed?.keptPartCount ?? 0) > (fromPartNumber ?? 0));
  });

  it("goes on without a journal, with all that tells its place", async () => {
    const { path, bytes } = await service.newFile(SIZE_BYTES);
    const checkpoint = await service.newJournals();
    const breaks = breaksTwice();
    const options = { concurrency: 1, leavePartsOnError: true };
    await run("listed", path, { ...options, checkpoint: false }, (request) =>
      (request.partNumber ?? 0) >= 16 ? "break" : breaks(request),
    );

    const second = await run("listed", path, { checkpoint }, (request) =>
      (request.partNumber ?? 0) >= 30 ? "break" : "pass",
    );
    const third = await run("listed", path, { checkpoint });

    equal(second.sent[0], 16);
    ok((third.result?.resumed?.keptPartCount ?? 0) >= 28);
    equal(third.result?.crc64, crc64(bytes));
    equal(await storedCrc64("listed"), crc64(bytes));
  });

  it("goes on after the upload was lost with all its parts", async () => {
    const { path, bytes } = await service.newFile(SIZE_BYTES);
    const breaks = breaksTwice();
    let isLost = false;

    const { result } = await run("gone", path, {}, (request) => {
      if (request.partNumber === 20 && !isLost) {
        isLost = true;
        return (answer) => ({ ...answer, status: 404, headers: {}, body: Buffer.from(GONE) });
      }
      return breaks(request);
    });

    equal(result?.crc64, crc64(bytes));
    equal(await storedCrc64("gone"), crc64(bytes));
  });
});

const GONE = "<Error><Code>NoSuchUpload</Code><Message>gone</Message><RequestId>R</RequestId></Error>";
