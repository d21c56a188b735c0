import { deepEqual, equal, rejects } from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { DurableAppender } from "../../../src/client/node/durable-appender.ts";
import { FileJournal } from "../../../src/client/node/file-journal.ts";
import { readJournal } from "../../../src/client/node/journal-format.ts";
import type { JournalHeader } from "../../../src/client/upload/upload-journal.ts";
import { journaledPart } from "../../contract/upload-journal-contract.ts";

let folder: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "partwise-journal-"));
});

after(async () => {
  await rm(folder, { recursive: true });
});

const header: JournalHeader = {
  target: { endpoint: "http://oss.example", bucket: "bucket", key: "key" },
  source: { name: "/file", sizeBytes: 300 },
  uploadId: "ID",
  partSizeBytes: 100,
  startedAtMs: 5,
  wishes: "",
};

const lock = { release: async () => {} };

describe("FileJournal", () => {
  it("writes the lines of parts that end while it writes together, with one wait for the disk", async () => {
    const path = join(folder, "grouped");
    const lineCounts: number[] = [];
    class CountingAppender extends DurableAppender {
      override append(text: string): Promise<void> {
        lineCounts.push(text.trim().split("\n").length);
        return super.append(text);
      }
    }
    const appendTo = (to: string) => new CountingAppender(to);
    const journal = new FileJournal({ path, lock, earlier: undefined, appendTo });
    await journal.begin(header);

    await Promise.all([1, 2, 3, 4].map((partNumber) => journal.addPart(journaledPart(partNumber))));
    const first = journal.addPart(journaledPart(5));
    await Promise.resolve();
    await Promise.all([first, ...[6, 7, 8].map((partNumber) => journal.addPart(journaledPart(partNumber)))]);

    deepEqual(lineCounts, [4, 1, 3]);
    equal(readJournal(await readFile(path))?.parts.length, 8);
    await journal.close();
  });

  it("says that the disk is full, and notes later parts once there is room", async () => {
    const path = join(folder, "full");
    const journal = new FileJournal({ path, lock, earlier: undefined });
    await journal.begin(header);
    const text = await readFile(path);
    await rm(path);
    await symlink("/dev/full", path);

    await rejects(journal.addPart(journaledPart(1)), {
      code: "journal-unwritable",
      message: /the disk is full/,
    });
    await rm(path);
    // As a disk leaves it that becomes full in the middle of a line.
    await writeFile(path, `${text}{"partN`);
    await journal.addPart(journaledPart(2));

    deepEqual(readJournal(await readFile(path))?.parts, [journaledPart(2)]);
    await journal.close();
    deepEqual(
      (await readdir(folder)).filter((name) => name.startsWith("full")),
      ["full"],
    );
  });

  it("begins anew only when the lines of before are written, and does not mix the two", async () => {
    const path = join(folder, "anew");
    let runningCount = 0;
    const closedWhile: number[] = [];
    class WatchedAppender extends DurableAppender {
      override async append(text: string): Promise<void> {
        runningCount += 1;
        await super.append(text);
        runningCount -= 1;
      }
      override close(): Promise<void> {
        closedWhile.push(runningCount);
        return super.close();
      }
    }
    const appendTo = (to: string) => new WatchedAppender(to);
    const journal = new FileJournal({ path, lock, earlier: undefined, appendTo });
    await journal.begin(header);
    const first = journal.addPart(journaledPart(1));
    await Promise.resolve();
    const second = journal.addPart(journaledPart(2));

    await journal.begin({ ...header, uploadId: "LATER" });
    await Promise.all([first, second]);
    await journal.addPart(journaledPart(3));

    deepEqual(closedWhile, [0, 0]);
    const written = readJournal(await readFile(path));
    equal(written?.header.uploadId, "LATER");
    deepEqual(written?.parts, [journaledPart(3)]);
    await journal.close();
  });

  const ends = ["close", "remove"] as const;
  for (const end of ends) {
    it(`gives its lock back although the disk fails at the end (${end})`, async () => {
      const path = join(folder, `failing-${end}`);
      let releaseCount = 0;
      const counting = {
        release: async () => {
          releaseCount += 1;
        },
      };
      class FailingAppender extends DurableAppender {
        override async close(): Promise<void> {
          await super.close();
          throw new Error("the disk is gone");
        }
      }
      const journal = new FileJournal({
        path,
        lock: counting,
        earlier: { header, parts: [], recuts: [], isCompleting: false },
        appendTo: (to) => new FailingAppender(to),
      });

      await rejects(journal[end](), { code: "journal-unwritable" });

      equal(releaseCount, 1);
    });
  }
});
