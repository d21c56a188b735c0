// What an upload measures serves the next one, in another process too.
import { deepEqual, doesNotMatch, equal, match, ok } from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { ClientOptions } from "../../../src/client/client-options.ts";
import { systemClock } from "../../../src/client/clock.ts";
import type { Measurements } from "../../../src/client/flow/goodput-memory.ts";
import { formatNote, parseNote } from "../../../src/client/flow/goodput-memory.ts";
import type { UploadEvent } from "../../../src/client/upload/upload-event.ts";
import { fixedCredentials, type RunningServer, startServer } from "../../../src/server/index.ts";
import { openMemoryStore } from "../../../src/storage/memory/open-memory-store.ts";
import type { Store } from "../../../src/storage/store.ts";
import { bucketAt, impatientPlatform } from "../scripted-service.ts";
import { startNetwork } from "../upload-service.ts";

const MIB = 1024 * 1024;

let store: Store;
let server: RunningServer;

before(async () => {
  store = await openMemoryStore();
  const credentials = fixedCredentials([{ accessKeyId: "test-id", accessKeySecret: "test-secret" }]);
  server = await startServer({ store, credentials });
  await bucketAt(server.endpoint).createBucket();
});

after(async () => {
  await server[Symbol.asyncDispose]();
  await store[Symbol.asyncDispose]();
});

/** A client as a new process would make it, whose notes go to `notes`. */
function clientWith(
  notes: Map<string, string>,
  options: ClientOptions = {},
  endpoint: string = server.endpoint,
) {
  const measurements: Measurements = {
    load: async (host) => notes.get(host),
    async save(host, note) {
      notes.set(host, note);
    },
  };
  return bucketAt(endpoint, options, { ...impatientPlatform(), clock: systemClock, measurements });
}

async function uploadWith(
  notes: Map<string, string>,
  sizeBytes: number,
  options: ClientOptions = {},
  endpoint?: string,
): Promise<readonly UploadEvent[]> {
  const events: UploadEvent[] = [];
  const bytes = new Uint8Array(sizeBytes);
  await clientWith(notes, options, endpoint).upload("object", bytes, {
    multipartThreshold: 0,
    onEvent: (event) => events.push(event),
  });
  return events;
}

/** What was lost stays as it was measured; how quick it was, on a machine that is busy or not, becomes always the same. */
function asOnQuickLink(notes: Map<string, string>): void {
  for (const [host, note] of notes) {
    const measured = parseNote(note, Date.now());
    ok(measured !== undefined);
    const quick = { ...measured, connectionGoodput: 1e8, concurrency: 4, partCostMs: 10 };
    notes.set(host, formatNote(quick, Date.now()));
  }
}

function reasonsOf(events: readonly UploadEvent[]): string {
  return events.flatMap((event) => (event.type === "planned" ? event.reasons : [])).join("\n");
}

function partSizeOf(events: readonly UploadEvent[]): number {
  const [planned] = events.flatMap((event) => (event.type === "planned" ? [event.partSizeBytes] : []));
  return planned ?? 0;
}

describe("bucket.upload(), with nothing given", () => {
  it("says why its parts are as they are, and notes what it measured for the next", async () => {
    const notes = new Map<string, string>();

    const first = await uploadWith(notes, 10 * MIB);
    const second = await uploadWith(notes, 10 * MIB);

    match(reasonsOf(first), /^256 KiB parts: enough of them for every connection/);
    deepEqual([...notes.keys()], [new URL(server.endpoint).host]);
    ok(parseNote([...notes.values()][0] ?? "", Date.now()) !== undefined);
    match(reasonsOf(second), /^a connection carried .+\/s, an answer took \d+ ms\n.+ parts: /);
  });

  it("cuts smaller parts after an upload over a network that broke, and no longer after one that held", async () => {
    const notes = new Map<string, string>();
    const broken = new Set<number>();
    let isBad = true;
    await using network = await startNetwork(server.endpoint, ({ partNumber = 0 }) => {
      const breaks = isBad && partNumber % 4 === 3 && !broken.has(partNumber);
      broken.add(partNumber);
      return breaks ? "break" : "pass";
    });
    const upload = () => uploadWith(notes, 48 * MIB, {}, network.endpoint);

    const overBad = await upload();
    asOnQuickLink(notes);
    isBad = false;
    const afterBad = await upload();
    asOnQuickLink(notes);
    const afterGood = await upload();

    const lost = /the network often breaks connections/;
    equal(partSizeOf(overBad), 512 * 1024);
    equal(partSizeOf(afterBad), 256 * 1024);
    match(reasonsOf(afterBad), lost);
    ok(partSizeOf(afterGood) >= partSizeOf(afterBad));
    doesNotMatch(reasonsOf(afterGood), lost);
  });

  it("begins with as many transfers as were good the last time, and says so", async () => {
    const note = { version: 1, measuredAtMs: Date.now(), connectionGoodput: 1e6, concurrency: 3 };
    const text = JSON.stringify({ ...note, partCostMs: 10, lossPerByte: 0 });
    const notes = new Map([[new URL(server.endpoint).host, text]]);

    const events = await uploadWith(notes, MIB);

    const [first] = events.filter((event) => event.type === "window");
    equal(first?.size, 3);
    match(first?.reason ?? "", /as many as were good the last time/);
  });

  for (const concurrency of [2, { max: 2 }]) {
    it(`does not begin with the ${JSON.stringify(concurrency)} that an earlier one was given`, async () => {
      const notes = new Map<string, string>();

      await uploadWith(notes, 10 * MIB, { concurrency });
      const events = await uploadWith(notes, MIB);

      equal(notes.size, 1);
      deepEqual(
        events.filter((event) => event.type === "window"),
        [],
      );
    });
  }

  it("notes nothing of uploads whose parts have a size that the user chose", async () => {
    const notes = new Map<string, string>();

    await clientWith(notes).upload("object", new Uint8Array(10 * MIB), { partSize: 100 * 1024 });

    equal(notes.size, 0);
  });

  it("notes nothing of uploads that are held back", async () => {
    const notes = new Map<string, string>();

    await uploadWith(notes, 10 * MIB, { maxBandwidth: 1_000 * MIB });

    equal(notes.size, 0);
  });

  it("notes nothing of uploads that end before they show anything", async () => {
    const notes = new Map<string, string>();

    await uploadWith(notes, MIB);

    equal(notes.size, 0);
  });
});
