import { deepEqual, equal, match, rejects } from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { FileJournals } from "../../../src/client/node/file-journals.ts";
import type { ProcessTable } from "../../../src/client/node/process-identity.ts";
import type { JournalHeader, JournalTarget } from "../../../src/client/upload/upload-journal.ts";
import { type JournalWorld, journaledPart, journalLaws } from "../../contract/upload-journal-contract.ts";

let root: string;

before(async () => {
  root = await mkdtemp(join(tmpdir(), "partwise-journals-"));
});

after(async () => {
  await rm(root, { recursive: true });
});

function newFolder(): string {
  return join(root, randomUUID(), "uploads");
}

/** Processes of one machine, each by its number, until it crashes. */
function journalWorld(folder: string): JournalWorld {
  const running = new Set<number>();
  let lastPid = 0;
  return {
    start() {
      lastPid += 1;
      const pid = lastPid;
      running.add(pid);
      const processes: ProcessTable = {
        self: async () => ({ pid, place: "here" }),
        stateOf: async (owner) => (running.has(owner.pid) ? "running" : "dead"),
      };
      return { journals: new FileJournals({ folder, processes }), crash: () => void running.delete(pid) };
    },
  };
}

function headerFor(target: JournalTarget): JournalHeader {
  const source = { name: "/file", sizeBytes: 300 };
  return { target, source, uploadId: "ID", partSizeBytes: 100, startedAtMs: 5, wishes: "" };
}

function targetOf(key: string): JournalTarget {
  return { endpoint: "http://oss.example", bucket: "bucket", key };
}

describe("An adapter of UploadJournals with files", () => {
  for (const { name, check } of journalLaws) {
    it(name, () => check(journalWorld(newFolder())));
  }
});

describe("FileJournals", () => {
  it("keeps what it writes from other users, and leaves nothing else behind", async () => {
    const folder = newFolder();
    const journal = await new FileJournals({ folder }).open(targetOf("private"));
    await journal.begin(headerFor(targetOf("private")));

    const names = await readdir(folder);

    equal((await stat(folder)).mode & 0o777, 0o700);
    equal(names.length, 2);
    for (const name of names) {
      equal((await stat(join(folder, name))).mode & 0o777, 0o600);
    }
    await journal.remove();
    deepEqual(await readdir(folder), []);
  });

  it("says which process has the target, and what to do", async () => {
    const journals = new FileJournals({ folder: newFolder() });
    const journal = await journals.open(targetOf("busy"));

    await rejects(journals.open(targetOf("busy")), {
      code: "upload-locked",
      message: new RegExp(
        `busy in bucket bucket .* process ${process.pid} \\(this one\\); wait until it ends`,
      ),
    });
    await journal.close();
  });

  it("does not take over from another machine, of which it knows nothing, and says which file to remove", async () => {
    const folder = newFolder();
    const elsewhere: ProcessTable = {
      self: async () => ({ pid: process.pid, place: "another machine" }),
      stateOf: async () => "running",
    };
    await new FileJournals({ folder, processes: elsewhere }).open(targetOf("shared"));

    await rejects(new FileJournals({ folder }).open(targetOf("shared")), {
      code: "upload-locked",
      message: /another machine.* remove .*\.lock$/,
    });
  });

  it("takes over a lock that a power cut has emptied", async () => {
    const folder = newFolder();
    const world = journalWorld(folder);
    const { journals } = await world.start();
    await journals.open(targetOf("emptied"));
    const [name = ""] = await readdir(folder);
    await writeFile(join(folder, name), "");

    const journal = await journals.open(targetOf("emptied"));

    await rejects(journals.open(targetOf("emptied")), { code: "upload-locked" });
    await journal.close();
    deepEqual(await readdir(folder), []);
  });

  for (const { what, text } of [
    { what: "of a later version", text: '{"version":2} 0123456789abcdef\n' },
    { what: "that nobody can read", text: "\0\0\0" },
  ]) {
    it(`sets a journal aside ${what}, and does not lose it`, async () => {
      const folder = newFolder();
      const journals = new FileJournals({ folder });
      const first = await journals.open(targetOf("strange"));
      await first.begin(headerFor(targetOf("strange")));
      await first.close();
      const [name = ""] = await readdir(folder);
      await writeFile(join(folder, name), text);

      const second = await journals.open(targetOf("strange"));
      equal(second.earlier, undefined);
      await second.remove();

      const [left = "", ...others] = await readdir(folder);
      match(left, /\.set-aside$/);
      deepEqual([others, await readFile(join(folder, left), "utf8")], [[], text]);
    });
  }

  it("goes on behind a line that a killed process has torn", async () => {
    const folder = newFolder();
    const journals = new FileJournals({ folder });
    const first = await journals.open(targetOf("torn"));
    await first.begin(headerFor(targetOf("torn")));
    await first.addPart(journaledPart(1));
    await first.close();
    const [name = ""] = await readdir(folder);
    const path = join(folder, name);
    await writeFile(path, `${await readFile(path, "utf8")}{"partNumber":2,"et`);

    const second = await journals.open(targetOf("torn"));
    await second.addPart(journaledPart(3));
    await second.close();

    const third = await journals.open(targetOf("torn"));
    deepEqual(third.earlier?.parts, [journaledPart(1), journaledPart(3)]);
    await third.close();
  });

  it("says journal-unwritable where no folder can be made", async () => {
    const file = join(root, "a-file");
    await writeFile(file, "");

    await rejects(new FileJournals({ folder: join(file, "uploads") }).open(targetOf("nowhere")), {
      code: "journal-unwritable",
    });
    await rejects(new FileJournals({ folder: "/proc/partwise" }).open(targetOf("nowhere")), {
      code: "journal-unwritable",
    });
  });

  it("says journal-unwritable for a part when its file is gone, and the lock is given back all the same", async () => {
    const folder = newFolder();
    const journals = new FileJournals({ folder });
    const journal = await journals.open(targetOf("gone"));
    await journal.begin(headerFor(targetOf("gone")));
    for (const name of (await readdir(folder)).filter((each) => each.endsWith(".journal"))) {
      await rm(join(folder, name));
    }

    await rejects(journal.addPart(journaledPart(1)), {
      code: "journal-unwritable",
      message: /it or its folder is not there/,
    });

    await journal.close();
    await (await journals.open(targetOf("gone"))).close();
  });
});

describe("FileJournals.list()", () => {
  it("is empty where there never was a journal", async () => {
    deepEqual(await new FileJournals({ folder: newFolder() }).list(), []);
  });

  it("tells of each upload what is known, the latest first, and who sends it now", async () => {
    const folder = newFolder();
    const journals = new FileJournals({ folder });
    const old = await journals.open(targetOf("old"));
    await old.begin(headerFor(targetOf("old")));
    await old.addPart(journaledPart(2));
    await old.close();
    const [oldName = ""] = await readdir(folder);
    await utimes(join(folder, oldName), 1, 1);
    const busy = await journals.open(targetOf("busy"));
    await busy.begin(headerFor(targetOf("busy")));

    const uploads = await journals.list();

    deepEqual(
      uploads.map(({ header, parts, pid }) => [header.target.key, parts.length, pid]),
      [
        ["busy", 0, process.pid],
        ["old", 1, undefined],
      ],
    );
    equal(uploads[1]?.notedAtMs, 1_000);
    await busy.close();
  });
});

describe("FileJournals.removeOlderThan()", () => {
  it("forgets old uploads that nobody sends, with what else is left of old runs, and nothing later", async () => {
    const folder = newFolder();
    const journals = new FileJournals({ folder });
    for (const key of ["old", "old-and-busy", "young"]) {
      const journal = await journals.open(targetOf(key));
      await journal.begin(headerFor(targetOf(key)));
      await journal.close();
    }
    await writeFile(join(folder, "a.journal.0.new"), "");
    await writeFile(join(folder, "a.set-aside"), "");
    await writeFile(join(folder, "notes.txt"), "");
    for (const name of await readdir(folder)) {
      await utimes(join(folder, name), 1, 1);
    }
    const young = await journals.open(targetOf("young"));
    await young.addPart(journaledPart(1));
    await young.close();
    const busy = await journals.open(targetOf("old-and-busy"));

    const removed = await journals.removeOlderThan(2_000);

    deepEqual(
      removed.map(({ header }) => header.target.key),
      ["old"],
    );
    await busy.close();
    const left = (await journals.list()).map(({ header }) => header.target.key);
    deepEqual(left.sort(), ["old-and-busy", "young"]);
    equal((await readdir(folder)).length, 3);
  });
});
