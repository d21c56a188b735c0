// The laws of src/client/upload/upload-journal.ts, for every adapter. They run in a page too, so they use nothing of
// Node's: each is a function that throws, and whoever runs them gives them names and a report.
import type {
  JournaledPart,
  JournaledUpload,
  JournalHeader,
  JournalTarget,
  UploadJournals,
} from "../../src/client/upload/upload-journal.ts";

/** One place for journals, and the processes (or pages) that use it. */
export interface JournalWorld {
  /** What a process that has just begun finds. Several may run at a time. */
  start(): Promise<JournalProcess> | JournalProcess;
}

export interface JournalProcess {
  readonly journals: UploadJournals;
  /** Ends it without a word: what it has opened is neither closed nor removed. */
  crash(): Promise<void> | void;
}

export interface JournalLaw {
  /** Reads on from "An adapter …". */
  readonly name: string;
  /** @param world  with no journals in it */
  check(world: JournalWorld): Promise<void>;
}

const target: JournalTarget = {
  endpoint: "https://oss.example",
  bucket: "bucket",
  key: "folder/报告 \n é.bin",
};

const header: JournalHeader = {
  target,
  source: {
    name: "/home/é/file",
    sizeBytes: 7_000_001,
    modifiedNs: "1764000000123456789",
    inode: "18446744073709551615",
    device: "64768",
  },
  uploadId: "0004B9894A22E5B1888A1E29F8236E2D",
  partSizeBytes: 1_000_000,
  startedAtMs: 1_764_000_000_000,
  wishes: '{"acl":"private"}',
};

export function journaledPart(partNumber: number, changes: Partial<JournaledPart> = {}): JournaledPart {
  return {
    partNumber,
    etag: `ETAG${partNumber}`,
    sizeBytes: 1_000_000,
    crc64: BigInt(partNumber),
    ...changes,
  };
}

export const journalLaws: readonly JournalLaw[] = [
  {
    name: "has nothing earlier of a target that was never begun",
    async check(world) {
      const { journals } = await world.start();

      const journal = await journals.open(target);

      assertSame(journal.earlier, undefined);
      await journal.close();
      assertSame(await earlierIn(world), undefined);
    },
  },
  {
    name: "gives back what was begun and noted before it was closed",
    async check(world) {
      const { journals } = await world.start();
      const journal = await journals.open(target);
      await journal.begin(header);
      await journal.addPart(journaledPart(2));
      await journal.addPart(journaledPart(1, { crc64: 2n ** 64n - 1n, etag: 'A"B' }));
      await journal.close();

      const earlier = await earlierIn(world);

      assertSame(earlier?.header, header);
      const parts = [journaledPart(1, { crc64: 2n ** 64n - 1n, etag: 'A"B' }), journaledPart(2)];
      assertSame(partsOf(earlier), parts);
      assertSame(earlier?.isCompleting, false);
    },
  },
  {
    name: "keeps how later parts were cut anew, and where they begin",
    async check(world) {
      const first = await world.start();
      const journal = await first.journals.open(target);
      const recuts = [
        { fromPartNumber: 2, start: 1_000_000, partSizeBytes: 250_000 },
        { fromPartNumber: 3, start: 1_250_000, partSizeBytes: 110_000 },
      ];
      const parts = [journaledPart(1), journaledPart(2, { start: 1_000_000, sizeBytes: 250_000 })];
      await journal.begin(header);
      await Promise.all([
        journal.addPart(journaledPart(1)),
        ...recuts.map((recut) => journal.noteRecut(recut)),
        journal.addPart(journaledPart(2, { start: 1_000_000, sizeBytes: 250_000 })),
      ]);
      await first.crash();

      const earlier = await earlierIn(world);

      assertSame(earlier?.recuts, recuts);
      assertSame(partsOf(earlier), parts);
      const second = await (await world.start()).journals.open(target);
      await second.noteCompleting();
      await second.noteRecut({ fromPartNumber: 4, start: 1_360_000, partSizeBytes: 102_400 });
      await second.close();
      assertSame((await earlierIn(world))?.recuts?.length, 3);
    },
  },
  {
    name: "begins anew without what was cut anew before",
    async check(world) {
      const journal = await begun(world);
      await journal.noteRecut({ fromPartNumber: 2, start: 1_000_000, partSizeBytes: 250_000 });
      await journal.begin(header);
      await journal.close();

      assertSame(await earlierIn(world), { header, parts: [], isCompleting: false });
    },
  },
  {
    name: "keeps through a crash whatever it has said it had noted",
    async check(world) {
      const first = await world.start();
      const journal = await first.journals.open(target);
      await journal.begin(header);
      await Promise.all(partNumbers(30).map((partNumber) => journal.addPart(journaledPart(partNumber))));
      await first.crash();

      assertSame(
        partsOf(await earlierIn(world)),
        partNumbers(30).map((number) => journaledPart(number)),
      );
    },
  },
  {
    name: "goes on with what an earlier run left, over several runs",
    async check(world) {
      for (const partNumber of partNumbers(4)) {
        const process = await world.start();
        const journal = await process.journals.open(target);
        if (journal.earlier === undefined) {
          await journal.begin(header);
        }
        await journal.addPart(journaledPart(partNumber));
        await process.crash();
      }

      assertSame(
        partsOf(await earlierIn(world)),
        partNumbers(4).map((number) => journaledPart(number)),
      );
    },
  },
  {
    name: "has the latest word on a part that was noted twice",
    async check(world) {
      const journal = await begun(world);
      await journal.addPart(journaledPart(1));
      await journal.addPart(journaledPart(1, { etag: "LATER", crc64: 9n }));
      await journal.close();

      assertSame(partsOf(await earlierIn(world)), [journaledPart(1, { etag: "LATER", crc64: 9n })]);
    },
  },
  {
    name: "tells that completing had begun, until another part is sent",
    async check(world) {
      const journal = await begun(world);
      await journal.addPart(journaledPart(1));
      await journal.noteCompleting();
      await journal.close();
      const { journals } = await world.start();
      const second = await journals.open(target);
      assertSame(second.earlier?.isCompleting, true);

      await second.addPart(journaledPart(2));
      await second.close();

      assertSame((await earlierIn(world))?.isCompleting, false);
    },
  },
  {
    name: "forgets what was there when it begins anew",
    async check(world) {
      const journal = await begun(world);
      await journal.addPart(journaledPart(1));
      await journal.noteCompleting();
      const { name, sizeBytes } = header.source;
      const another = { ...header, uploadId: "ANOTHER", source: { name, sizeBytes } };
      await journal.begin(another);
      await journal.addPart(journaledPart(3));
      await journal.close();

      assertSame(await earlierIn(world), { header: another, parts: [journaledPart(3)], isCompleting: false });
    },
  },
  {
    name: "forgets an upload that is removed",
    async check(world) {
      const journal = await begun(world);
      await journal.addPart(journaledPart(1));

      await journal.remove();

      assertSame(await earlierIn(world), undefined);
    },
  },
  {
    name: "keeps what is there when it is opened and closed",
    async check(world) {
      await (await begun(world)).close();

      await earlierIn(world);

      assertSame((await earlierIn(world))?.header, header);
    },
  },
  {
    name: "keeps the journals of targets that differ in anything apart",
    async check(world) {
      const { journals } = await world.start();
      const targets = [
        target,
        { ...target, key: `${target.key}/` },
        { ...target, bucket: "bucket2" },
        { ...target, endpoint: "http://oss.example" },
        { endpoint: "a", bucket: "b-c", key: "d" },
        { endpoint: "a-b", bucket: "c", key: "d" },
      ];
      const opened = await Promise.all(targets.map((each) => journals.open(each)));
      for (const [index, journal] of opened.entries()) {
        await journal.begin({ ...header, target: targets[index] ?? target, uploadId: `ID${index}` });
        await journal.close();
      }

      for (const [index, each] of targets.entries()) {
        assertSame((await earlierIn(world, each))?.header.uploadId, `ID${index}`);
      }
    },
  },
  {
    name: "refuses a target that another process, or the same one, has open",
    async check(world) {
      const first = await world.start();
      const journal = await first.journals.open(target);
      const second = await world.start();

      await assertLocked(() => second.journals.open(target));
      await assertLocked(() => first.journals.open(target));

      await journal.begin(header);
      await journal.close();
      assertSame((await earlierIn(world))?.header, header);
    },
  },
  {
    name: "gives a target back when its journal is removed, and once only",
    async check(world) {
      const journal = await begun(world);
      await journal.remove();
      const { journals } = await world.start();
      const second = await journals.open(target);

      await journal.remove();
      await journal.close();

      await assertLocked(() => journals.open(target));
      await second.close();
    },
  },
  {
    name: "takes over from a process that crashed, for one of those that try at once",
    async check(world) {
      const crashed = await world.start();
      const journal = await crashed.journals.open(target);
      await journal.begin(header);
      await crashed.crash();
      const processes = await Promise.all(partNumbers(8).map(() => world.start()));

      const outcomes = await Promise.allSettled(processes.map(({ journals }) => journals.open(target)));

      const winners = outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value] : []));
      assertSame(winners.length, 1);
      assertSame(winners[0]?.earlier?.header, header);
      for (const outcome of outcomes) {
        await assertLocked(() =>
          outcome.status === "rejected" ? Promise.reject(outcome.reason) : undefined,
        );
      }
      await winners[0]?.close();
    },
  },
  {
    name: "notes nothing before it is begun or after it is closed",
    async check(world) {
      const { journals } = await world.start();
      const journal = await journals.open(target);
      await assertRejects(() => journal.addPart(journaledPart(1)));
      await journal.begin(header);
      await journal.close();

      await assertRejects(() => journal.addPart(journaledPart(1)));
      await assertRejects(() => journal.noteCompleting());
      await assertRejects(() => journal.begin({ ...header, uploadId: "LATE" }));

      assertSame(await earlierIn(world), { header, parts: [], isCompleting: false });
    },
  },
  {
    name: "writes what is under way before it closes",
    async check(world) {
      const journal = await begun(world);

      const noted = partNumbers(5).map((partNumber) => journal.addPart(journaledPart(partNumber)));
      await journal.close();

      await Promise.all(noted);
      assertSame(
        partsOf(await earlierIn(world)),
        partNumbers(5).map((number) => journaledPart(number)),
      );
    },
  },
];

async function begun(world: JournalWorld) {
  const { journals } = await world.start();
  const journal = await journals.open(target);
  await journal.begin(header);
  return journal;
}

/** What a process that begins now finds. */
async function earlierIn(world: JournalWorld, of: JournalTarget = target) {
  const { journals } = await world.start();
  const journal = await journals.open(of);
  await journal.close();
  return journal.earlier;
}

function partsOf(upload: JournaledUpload | undefined): readonly JournaledPart[] {
  return [...(upload?.parts ?? [])].sort((left, right) => left.partNumber - right.partNumber);
}

function partNumbers(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

function assertSame(actual: unknown, expected: unknown): void {
  if (textOf(actual) !== textOf(expected)) {
    throw new Error(`expected ${textOf(expected)}, but got ${textOf(actual)}`);
  }
}

/** With the names of properties in order, and numbers told from big ones. */
function textOf(value: unknown): string {
  const sorted = (_: string, inner: unknown) =>
    typeof inner === "bigint"
      ? `${inner}n`
      : typeof inner === "object" && inner !== null && !Array.isArray(inner)
        ? Object.fromEntries(Object.entries(inner).sort(([left], [right]) => (left < right ? -1 : 1)))
        : inner;
  return JSON.stringify(value, sorted) ?? "undefined";
}

/** @param act  may do nothing */
async function assertLocked(act: () => Promise<unknown> | undefined): Promise<void> {
  const outcome = act();
  if (outcome === undefined) {
    return;
  }
  const error = await rejectionOf(outcome);
  assertSame((error as { readonly code?: string }).code, "upload-locked");
}

async function assertRejects(act: () => Promise<unknown>): Promise<void> {
  await rejectionOf(act());
}

async function rejectionOf(promise: Promise<unknown>): Promise<unknown> {
  const outcome = await promise.then(
    () => undefined,
    (error: unknown) => ({ error }),
  );
  if (outcome === undefined) {
    throw new Error("expected a rejection, but it was fulfilled");
  }
  return outcome.error;
}
