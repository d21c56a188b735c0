import { deepEqual, equal, notEqual } from "node:assert/strict";
import { mkdtemp, readdir, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import fc from "fast-check";
import {
  formatNote,
  GoodputMemory,
  type Measurements,
  NOTE_SIZE_MAX_CHARACTERS,
  parseNote,
} from "../../../src/client/flow/goodput-memory.ts";
import type { LinkMeasurement } from "../../../src/client/flow/link-measurement.ts";
import { measurementFiles } from "../../../src/client/node/measurement-files.ts";

const NOW_MS = Date.UTC(2026, 10, 23);
const DAY_MS = 24 * 60 * 60 * 1_000;
const HOST = "oss-cn-hangzhou.aliyuncs.com";

const measured: LinkMeasurement = {
  connectionGoodput: 1_234_567.8,
  concurrency: 12,
  partCostMs: 45,
  lossPerByte: 1e-9,
};

function memoryOf(measurements: Measurements | undefined, host = HOST): GoodputMemory {
  return new GoodputMemory({ host, measurements, now: () => NOW_MS });
}

let folder: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "partwise-links-"));
});

after(async () => {
  await rm(folder, { recursive: true });
});

describe("a note on a link", () => {
  it("is read as it was written, for a week", () => {
    const note = formatNote(measured, NOW_MS);

    deepEqual(parseNote(note, NOW_MS), measured);
    const given = { ...measured, isConcurrencyGiven: true };
    deepEqual(parseNote(formatNote(given, NOW_MS), NOW_MS), given);
    deepEqual(parseNote(note, NOW_MS + 7 * DAY_MS), measured);
    equal(parseNote(note, NOW_MS + 7 * DAY_MS + 1), undefined);
    equal(parseNote(note, NOW_MS - 1), undefined);
  });

  it("is not believed when it is torn", () => {
    const note = formatNote(measured, NOW_MS);

    for (let length = 0; length < note.length; length += 1) {
      equal(parseNote(note.slice(0, length), NOW_MS), undefined);
    }
  });

  it("never fails, and never gives numbers that no link has", () => {
    const values = fc.oneof(fc.double(), fc.string(), fc.constant(null), fc.integer());
    const notes = fc.record({
      version: fc.constantFrom(1, 2),
      measuredAtMs: fc.constantFrom(NOW_MS, "x"),
      connectionGoodput: values,
      concurrency: values,
      partCostMs: values,
      lossPerByte: values,
    });

    fc.assert(
      fc.property(
        fc.oneof(
          fc.json(),
          fc.string(),
          notes.map((note) => JSON.stringify(note)),
        ),
        (note) => {
          const parsed = parseNote(note, NOW_MS);

          equal(
            Object.values(parsed ?? {}).every((value) => Number.isFinite(value) && value >= 0),
            true,
          );
        },
      ),
    );
  });
});

describe("GoodputMemory", () => {
  it("knows nothing at first, and then the latest", async () => {
    const memory = memoryOf(undefined);
    equal(await memory.recall(), undefined);

    await memory.keep(measured);
    await memory.keep({ ...measured, concurrency: 3 });

    equal((await memory.recall())?.concurrency, 3);
  });

  it("remembers across processes, each host by itself", async () => {
    await memoryOf(measurementFiles(folder)).keep(measured);

    deepEqual(await memoryOf(measurementFiles(folder)).recall(), measured);
    equal(await memoryOf(measurementFiles(folder), "../other:80/").recall(), undefined);
  });

  it("goes on without a memory when there is no place to write", async () => {
    const file = join(folder, "no-folder");
    await writeFile(file, "");
    const memory = memoryOf(measurementFiles(join(file, "links")));

    equal(await memory.recall(), undefined);
    await memory.keep(measured);

    deepEqual(await memory.recall(), measured);
  });
});

describe("measurementFiles()", () => {
  it("replaces the note on a host, and leaves no other file", async () => {
    const own = join(folder, "replaced");
    const files = measurementFiles(own);

    await files.save(HOST, "one");
    await files.save(HOST, "two");

    equal(await files.load(HOST), "two");
    equal((await readdir(own)).length, 1);
  });

  it("reads no file that is larger than a note", async () => {
    const files = measurementFiles(join(folder, "large"));
    await files.save(HOST, "x".repeat(NOTE_SIZE_MAX_CHARACTERS + 1));

    equal(await files.load(HOST), undefined);
  });

  it("forgets the hosts of which nothing was heard for longest", async () => {
    const own = join(folder, "many");
    const files = measurementFiles(own);
    await files.save("oldest", "note");
    const [oldest = ""] = await readdir(own);
    await utimes(join(own, oldest), 1, 1);

    for (let host = 0; host < 64; host += 1) {
      await files.save(`host-${host}`, "note");
    }

    const names = await readdir(own);
    equal(names.length, 64);
    equal(names.includes(oldest), false);
    notEqual(await files.load("host-0"), undefined);
  });
});
