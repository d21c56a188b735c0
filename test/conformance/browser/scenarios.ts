// What a page must be able to do, each scenario in a world of its own.
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { appendFile, utimes } from "node:fs/promises";
import { setTimeout as wait } from "node:timers/promises";
import type { ResumedFrom, UploadStatistics } from "../../../src/client/upload/upload-result.ts";
import { crc64 } from "../../../src/protocol/crc64/crc64.ts";
import { journalLaws } from "../../contract/upload-journal-contract.ts";
import { repeatableBytes } from "../repeatable-bytes.ts";
import type { Outcome, World } from "./world.ts";

export interface BrowserScenario {
  readonly name: string;
  run(world: World): Promise<void>;
}

const MIB = 1024 * 1024;
const LARGE: Uint8Array = repeatableBytes(64 * MIB, "a file for a browser");
const MEDIUM: Uint8Array = LARGE.subarray(0, 16 * MIB);
const SMALL: Uint8Array = LARGE.subarray(0, 3 * MIB + 17);
const inParts = { partSize: MIB, multipartThreshold: 0, concurrency: 3 };

const basicScenarios: readonly BrowserScenario[] = [
  {
    name: "uploads a picked file of 64 MiB in parts, with a temporary key from a function",
    async run(world) {
      await world.pick(await world.writeFile("large.bin", LARGE));

      const { result, error } = await world.upload("key", "large.bin", "file", { partSize: 8 * MIB });

      equal(error, undefined);
      equal(result?.partCount, 8);
      equal(world.pages.givenKeyCount, 1);
      await assertStored(world, "large.bin", LARGE);
      const { bytesSent, phase } = (await world.page.evaluate("test.progress")) as Record<string, unknown>;
      deepEqual({ bytesSent, phase }, { bytesSent: LARGE.byteLength, phase: "done" });
    },
  },
  {
    name: "uploads without a key in the page, by URLs that are signed for each request",
    async run(world) {
      await world.pick(await world.writeFile("报告 é+%20.txt", SMALL));

      const { result, error } = await world.upload("urls", "报告 é+%20.txt", "file", inParts);

      equal(error, undefined);
      equal(result?.partCount, 4);
      equal(world.pages.givenKeyCount, 0);
      await assertStored(world, "报告 é+%20.txt", SMALL);
      const { objectHeaders } = await world.bucket.headObject("报告 é+%20.txt");
      equal(objectHeaders.contentType, "text/plain");
    },
  },
  {
    name: "loads no more than its entry for an object in one piece, and for parts what they need",
    async run(world) {
      const later = () =>
        world.pages.askedPaths
          .map((path) => path.replace(/(?:-\w+)?\.js$/, ""))
          .filter((name) => ["/key-signer", "/multipart", "/recovery"].includes(name));
      equal((await world.upload("urls", "piece", { bytes: 1000 }, {})).error, undefined);
      deepEqual(later(), []);
      const anew = { ...inParts, checkpoint: false };
      equal((await world.upload("urls", "bytes", { bytes: 3 * MIB }, anew)).error, undefined);
      deepEqual(later(), ["/multipart"]);

      equal((await world.upload("key", "bytes", { bytes: 3 * MIB }, anew)).error, undefined);
      await world.pick(await world.writeFile("small.bin", SMALL));
      equal((await world.upload("key", "small.bin", "file", inParts)).error, undefined);

      deepEqual(later(), ["/multipart", "/key-signer", "/recovery"]);
    },
  },
  {
    name: "sends a small source in one piece, and what the object carries with it",
    async run(world) {
      const objectHeaders = { contentType: "text/x-plain", userMetadata: { name: "wert ü" } };

      const { result, error } = await world.upload("key", "small", { bytes: 1000 }, { objectHeaders });

      equal(error, undefined);
      equal(result?.method, "put");
      await assertStored(world, "small", new Uint8Array(1000).fill(7));
      const { contentType, userMetadata } = (await world.bucket.headObject("small")).objectHeaders;
      deepEqual({ contentType, userMetadata }, objectHeaders);
    },
  },
  {
    name: "sends an empty source",
    async run(world) {
      equal((await world.upload("urls", "empty", { bytes: 0 })).error, undefined);
      await assertStored(world, "empty", new Uint8Array());
    },
  },
  {
    name: "has a URL signed again when the service says that it is over",
    async run(world) {
      await world.pick(await world.writeFile("expired.bin", SMALL));
      world.pages.expireFirstUrls();

      const { result, error } = await world.upload("urls", "expired.bin", "file", inParts);

      equal(error, undefined);
      equal(result?.partCount, 4);
      // One to look for an earlier upload, one to begin, one to complete, and one for each part.
      equal(world.pages.expiredUrlCount, 7);
      await assertStored(world, "expired.bin", SMALL);
    },
  },
  {
    name: "ends when it is aborted, and leaves no parts if so asked",
    async run(world) {
      await world.pick(await world.writeFile("aborted.bin", LARGE));
      world.gate.allow(10 * MIB);
      const options = { ...inParts, leavePartsOnError: false };
      const uploaded = world.upload("key", "aborted.bin", "file", options);
      await world.page.waitForFunction("test.progress?.partsDone >= 3");

      await world.page.evaluate("void test.controller.abort(new Error('enough'))");
      world.gate.allow(Number.POSITIVE_INFINITY);
      const { error } = await uploaded;

      equal(error?.message, "enough");
      equal(await world.ask("openUploads", world.settings("key"), "aborted.bin"), 0);
    },
  },
  {
    name: "goes on after the page was reloaded in the middle and the file was picked again",
    async run(world) {
      const path = await world.writeFile("reloaded.bin", LARGE);
      await world.pick(path);
      world.gate.allow(20 * MIB);
      world.upload("key", "reloaded.bin", "file", inParts).catch(() => {});
      await world.page.waitForFunction("test.progress?.partsDone >= 12");

      await world.page.reload();
      world.gate.allow(Number.POSITIVE_INFINITY);
      await world.pick(path);
      const { result, error } = await world.upload("key", "reloaded.bin", "file", inParts);

      equal(error, undefined);
      const { found, keptPartCount } = (result?.resumed ?? {}) as Partial<ResumedFrom>;
      equal(found, "journal");
      ok(keptPartCount !== undefined && keptPartCount >= 12, `only ${keptPartCount} parts were kept`);
      const sentBytesMax = LARGE.byteLength - keptPartCount * MIB + MIB;
      ok(world.gate.passedBytes <= sentBytesMax, `${world.gate.passedBytes} bytes were sent`);
      await assertStored(world, "reloaded.bin", LARGE);
      equal(await world.ask("openUploads", world.settings("key"), "reloaded.bin"), 0);
    },
  },
  {
    name: "begins anew, and says so, when another file of the name was picked",
    async run(world) {
      await world.pick(await world.writeFile("other.bin", LARGE));
      world.gate.allow(10 * MIB);
      world.upload("urls", "other.bin", "file", inParts).catch(() => {});
      await world.page.waitForFunction("test.progress?.partsDone >= 3");

      await world.page.reload();
      world.gate.allow(Number.POSITIVE_INFINITY);
      await world.pick(await world.writeFile("other.bin", SMALL));
      const { result, error } = await world.upload("urls", "other.bin", "file", inParts);

      equal(error, undefined);
      equal(result?.resumed, undefined);
      deepEqual(await world.page.evaluate("test.events.filter((type) => type === 'restarted')"), [
        "restarted",
      ]);
      await assertStored(world, "other.bin", SMALL);
      equal(await world.ask("openUploads", world.settings("key"), "other.bin"), 0);
    },
  },
  {
    name: "keeps two pages from uploading to one key at a time",
    async run(world) {
      await world.pick(await world.writeFile("twice.bin", SMALL));
      world.gate.allow(MIB);
      const first = world.upload("key", "twice.bin", "file", inParts);
      await world.page.waitForFunction("test.progress?.bytesSent > 0");

      const { error } = await world.upload("key", "twice.bin", "file", inParts);
      world.gate.allow(Number.POSITIVE_INFINITY);

      equal(error?.code, "upload-locked");
      equal((await first).error, undefined);
    },
  },
  {
    name: "says that a file has changed since it was picked",
    async run(world) {
      const path = await world.writeFile("changed.bin", SMALL);
      await world.pick(path);
      await appendFile(path, "more");
      await utimes(path, new Date(), new Date(Date.now() - 3_600_000));

      const { error } = await world.upload("key", "changed.bin", "file", inParts);

      equal(error?.code, "source-changed");
      match(error?.message ?? "", /^changed\.bin .*pick the file again/);
    },
  },
  {
    name: "sends a part again when no byte of it has moved for a while",
    async run(world) {
      await world.pick(await world.writeFile("slow.bin", SMALL));
      world.gate.allow(MIB);
      const settings = { ...world.settings("key"), timeoutMs: 500 };
      const uploaded = world.ask("upload", settings, "slow.bin", "file", inParts) as Promise<Outcome>;
      await world.page.waitForFunction("test.events.includes('retry')");

      world.gate.allow(Number.POSITIVE_INFINITY);

      equal((await uploaded).error, undefined);
      await assertStored(world, "slow.bin", SMALL);
    },
  },
  {
    name: "waits without the network, however long, and goes on as soon as it is back",
    async run(world) {
      await world.pick(await world.writeFile("offline.bin", MEDIUM));
      // One attempt: whatever counts as one and fails ends the upload. Slow enough to be still under way.
      const settings = { ...world.settings("urls"), attempts: 1, maxBandwidth: 4 * MIB };
      const uploaded = world.ask("upload", settings, "offline.bin", "file", inParts) as Promise<Outcome>;
      await world.page.waitForFunction("test.progress?.partsDone >= 3");

      await world.setOffline(true);
      // Until what was under way has failed, and nothing else has begun.
      const before = await passedBytesAtRest(world);
      equal(await world.page.evaluate("test.progress.phase"), "uploading");
      ok(before < MEDIUM.byteLength);
      await world.setOffline(false);

      const { error, result } = await uploaded;
      equal(error, undefined);
      equal(statisticsOf(result).retryCount, 0);
      await assertStored(world, "offline.bin", MEDIUM);
    },
  },
  {
    name: "holds back what it sends to the bandwidth that it may use, over several parts",
    async run(world) {
      const settings = { ...world.settings("urls"), maxBandwidth: 2 * MIB };
      const startedAtMs = performance.now();

      const { error } = (await world.ask(
        "upload",
        settings,
        "paced",
        { bytes: 4 * MIB },
        inParts,
      )) as Outcome;

      equal(error, undefined);
      const tookMs = performance.now() - startedAtMs;
      ok(tookMs >= 1_700, `4 MiB took ${tookMs} ms at 2 MiB/s`);
      await assertStored(world, "paced", new Uint8Array(4 * MIB).fill(7));
    },
  },
  {
    name: "sends the slowest of its last parts a second time",
    async run(world) {
      await world.pick(await world.writeFile("tail.bin", MEDIUM));
      world.gate.holdOne(8 * MIB);

      const { error, result } = await world.upload("urls", "tail.bin", "file", {
        ...inParts,
        partSize: MIB / 2,
        concurrency: 4,
      });

      equal(error, undefined);
      equal(statisticsOf(result).duplicateCount, 1);
      await assertStored(world, "tail.bin", MEDIUM);
    },
  },
  {
    name: "refuses keys that the browser's URL would rewrite",
    async run(world) {
      for (const key of ["a/../b", "..", "./a", "a/%2E%2e", "a/.%2e/b"]) {
        for (const auth of ["key", "urls"] as const) {
          const { error } = await world.upload(auth, key, { bytes: 1 });
          equal(error?.name, "TypeError");
          match(error?.message ?? "", /segment/);
        }
      }
    },
  },
  {
    name: "says what to look at when the bucket has no CORS rule for the page",
    async run(world) {
      const settings = { ...world.settings("key"), bucket: world.closedBucketName, attempts: 1 };

      const { error } = (await world.ask("failureOf", settings, "x")) as { error: { message: string } };

      match(error.message, /CORS rule/);
      ok(error.message.includes(world.pages.origin));
    },
  },
  {
    name: "says which rule to change when it may not see an answer's ETag, and goes on once it may",
    async run(world) {
      const settings = { ...world.settings("key"), bucket: world.hidingBucket.name };
      const upload = (options: object) =>
        world.ask("upload", settings, "hidden", { bytes: 3 * MIB }, options) as Promise<Outcome>;

      const inOnePiece = await upload({});
      const parts = await upload({ ...inParts, concurrency: 1 });
      const { uploads } = await world.hidingBucket.listMultipartUploads();
      await world.showHeaders();
      const again = await upload({ ...inParts, concurrency: 1, checkpoint: true });

      for (const { error } of [inOnePiece, parts]) {
        equal(error?.code, "answer-hidden");
        match(error?.message ?? "", /may not see their ETag; add ETag, .* to ExposeHeader in a CORS rule/);
      }
      equal(uploads.length, 1);
      equal(again.error, undefined);
      deepEqual(again.result?.resumed, { found: "service", keptPartCount: 1, keptBytes: MIB });
    },
  },
];

const journalScenarios: readonly BrowserScenario[] = journalLaws.map(({ name }, index) => ({
  name: `a journal in IndexedDB ${name}`,
  async run({ ask }) {
    await ask("checkJournalLaw", index);
  },
}));

export const browserScenarios: readonly BrowserScenario[] = [...basicScenarios, ...journalScenarios];

function statisticsOf(result: Outcome["result"]): Partial<UploadStatistics> {
  return (result?.statistics ?? {}) as Partial<UploadStatistics>;
}

/** How many bytes have passed when none has for a while. */
async function passedBytesAtRest({ gate }: World): Promise<number> {
  for (;;) {
    const before = gate.passedBytes;
    await wait(1_500);
    if (gate.passedBytes === before) {
      return before;
    }
  }
}

async function assertStored({ bucket }: World, key: string, bytes: Uint8Array): Promise<void> {
  const { sizeBytes, crc64: stored } = await bucket.headObject(key);
  deepEqual({ sizeBytes, crc64: stored }, { sizeBytes: bytes.byteLength, crc64: crc64(bytes) });
}
