// Parts are sent while the disk is waited for that is to hold the journal's beginning.
import { deepEqual, equal, rejects } from "node:assert/strict";
import { mkdtemp, readdir } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { FileJournals } from "../../src/client/node/file-journals.ts";
import type { UploadEvent } from "../../src/client/upload/upload-event.ts";
import type { UploadJournal, UploadJournals } from "../../src/client/upload/upload-journal.ts";
import { occasion } from "./occasion.ts";
import { bucketAt } from "./scripted-service.ts";
import { inParts, PART, startNetwork, startUploadService, type UploadService } from "./upload-service.ts";

let service: UploadService;

before(async () => {
  service = await startUploadService();
});

after(async () => {
  await service[Symbol.asyncDispose]();
});

/** Journals in files of their own, which begin only when the test lets them. */
async function slowJournals(act: (journal: UploadJournal, begin: () => Promise<void>) => Promise<void>) {
  const folder = await mkdtemp(join(service.folder, "journals-"));
  const files = new FileJournals({ folder });
  const journals: UploadJournals = {
    async open(target) {
      const journal = await files.open(target);
      const slow: UploadJournal = {
        earlier: journal.earlier,
        begin: (header) => act(journal, () => journal.begin(header)),
        addPart: (part) => journal.addPart(part),
        noteRecut: (recut) => journal.noteRecut(recut),
        noteCompleting: () => journal.noteCompleting(),
        remove: () => journal.remove(),
        close: () => journal.close(),
      };
      return slow;
    },
  };
  return { folder, files, journals };
}

/** A network on which the fourth part is read and not answered, and what tells that a part is there. */
async function startHolding() {
  const arrival = occasion();
  let isHolding = true;
  const network = await startNetwork(service.endpoint, ({ partNumber }) => {
    if (partNumber !== undefined) {
      arrival.tell();
    }
    return isHolding && partNumber === 4 ? "hold" : "pass";
  });
  const holdNoMore = () => {
    isHolding = false;
  };
  return { network, arrival: arrival.told, holdNoMore };
}

describe("a journal whose beginning is still being written", () => {
  it("that fails is worth one warning, and the upload goes on", async () => {
    const warnings: string[] = [];
    const onEvent = (event: UploadEvent) => {
      if (event.type === "warning") {
        warnings.push(event.code);
      }
    };
    const { network, arrival } = await startHolding();
    await using _ = network;
    const { folder, journals } = await slowJournals(async () => {
      await arrival;
      throw new Error("ENOSPC: no space left on device, write");
    });
    const { path } = await service.newFile(3 * PART);

    const uploading = bucketAt(network.endpoint).upload("failing", path, {
      ...inParts,
      checkpoint: journals,
      onEvent,
    });

    equal((await uploading).sizeBytes, 3 * PART);
    deepEqual(warnings, ["journal-unwritable"]);
    deepEqual(await readdir(folder), []);
  });

  const ends: readonly { readonly what: string; readonly keepParts: boolean; readonly keptCount: number }[] =
    [
      { what: "is removed with its parts", keepParts: false, keptCount: 0 },
      { what: "is there for a later run when its parts are kept", keepParts: true, keptCount: 1 },
    ];
  for (const { what, keepParts, keptCount } of ends) {
    it(`${what}, when the upload is cancelled meanwhile`, async () => {
      const permission = occasion();
      const { network, arrival, holdNoMore } = await startHolding();
      await using _ = network;
      const { files, journals } = await slowJournals(async (_journal, begin) => {
        await permission.told;
        await begin();
      });
      const { path } = await service.newFile(6 * PART);
      const key = `cancelled ${keepParts}`;
      const uploading = bucketAt(network.endpoint).upload(key, path, { ...inParts, checkpoint: journals });
      const failed = rejects(uploading, { code: "cancelled" });
      await arrival;

      const cancelling = uploading.cancel({ keepParts });
      permission.tell();
      await cancelling;
      await failed;

      equal((await files.list()).length, keptCount);
      // Nobody holds its lock.
      holdNoMore();
      const again = bucketAt(network.endpoint);
      const later = await again.upload(key, path, { ...inParts, checkpoint: files });
      equal(later.sizeBytes, 6 * PART);
      equal((await files.list()).length, 0);
    });
  }
});
