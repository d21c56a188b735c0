// What becomes of parts that nobody wants any more and that the service will not remove: they cost space, so it is told.
import { deepEqual, equal, match } from "node:assert/strict";
import { appendFile, mkdtemp, readdir } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { FileJournals } from "../../src/client/node/file-journals.ts";
import type { UploadEvent } from "../../src/client/upload/upload-event.ts";
import type { UploadHandle } from "../../src/client/upload/upload-handle.ts";
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
/** One for all runs: another endpoint would be another target. */
let network: ScriptedService;
let fate: (request: PartRequest) => Fate = () => "pass";

before(async () => {
  service = await startUploadService();
  network = await startNetwork(service.endpoint, (request) => fate(request));
});

after(async () => {
  await network[Symbol.asyncDispose]();
  await service[Symbol.asyncDispose]();
});

describe("parts that cannot be removed", () => {
  it("are told of after a cancel while the earlier run's are looked for, and a later run goes on with them", async () => {
    const { upload, uploadId, journalCount } = await interrupted("looked for");
    let cancel = () => {};
    fate = ({ method }) => {
      cancel();
      return method === "DELETE" ? "deny" : "hold";
    };

    const cancelled = await outcomeOf(upload(), (handle) => {
      cancel = () => void handle.cancel();
    });
    const journalCountAfter = await journalCount();
    fate = () => "pass";
    const third = await outcomeOf(upload());

    equal(cancelled.error.code, "cancelled");
    equal(cancelled.error.uploadId, uploadId);
    deepEqual(cancelled.warnings, [
      `parts-left: the parts of upload ${uploadId} of looked for could not be removed: scripted`,
    ]);
    deepEqual(cancelled.lastProgress, { phase: "failed", uploadId, arePartsLeft: true });
    equal(journalCountAfter, 1);
    deepEqual(third.sent, [3, 4]);
    equal(third.uploadId, uploadId);
  });

  it("are not told of where a cancel at that moment removes them", async () => {
    const { upload, uploadId, journalCount } = await interrupted("removed");
    let cancel = () => {};
    fate = ({ method }) => {
      cancel();
      return method === "DELETE" ? "pass" : "hold";
    };

    const cancelled = await outcomeOf(upload(), (handle) => {
      cancel = () => void handle.cancel();
    });

    equal(cancelled.error.code, "cancelled");
    equal(cancelled.error.uploadId, undefined);
    deepEqual(cancelled.warnings, []);
    deepEqual(cancelled.lastProgress, { phase: "failed", uploadId, arePartsLeft: false });
    equal(await journalCount(), 0);
  });

  it("are told of after a cancel while parts are sent", async () => {
    const { path } = await service.newFile(4 * PART);
    fate = ({ method }) => (method === "DELETE" ? "deny" : "pass");
    const handle = bucketAt(network.endpoint).upload("sent", path, { ...inParts, checkpoint: false });

    const { error, warnings, lastProgress } = await outcomeOf(handle, (uploading) => {
      void cancelAtFirstPart(uploading);
    });

    const { uploadId } = error;
    deepEqual(warnings, [
      `parts-left: the parts of upload ${uploadId} of sent could not be removed: scripted`,
    ]);
    deepEqual(lastProgress, { phase: "failed", uploadId, arePartsLeft: true });
  });

  it("are told of when the upload begins anew because the file has changed", async () => {
    const { upload, uploadId, path } = await interrupted("begun anew");
    await appendFile(path, "more");
    fate = ({ method }) => (method === "DELETE" ? "deny" : "pass");

    const { sent, warnings, restarts } = await outcomeOf(upload());

    deepEqual(sent, [1, 2, 3, 4, 5]);
    match(restarts[0] ?? "", /it had 409600 bytes and now has 409604; its parts could not be removed$/);
    deepEqual(warnings, [
      `parts-left: the parts of upload ${uploadId} of begun anew could not be removed: scripted`,
    ]);
  });
});

/** Two parts of four are there, and a journal tells of them. */
async function interrupted(key: string) {
  const checkpoint = new FileJournals({ folder: await mkdtemp(join(service.folder, "journals-")) });
  const { path } = await service.newFile(4 * PART);
  const upload = () =>
    bucketAt(network.endpoint).upload(key, path, { ...inParts, concurrency: 1, checkpoint });
  fate = ({ partNumber }) => (partNumber === 3 ? "deny" : "pass");
  const { error } = await outcomeOf(upload());
  return {
    path,
    upload,
    uploadId: error.uploadId,
    journalCount: async () =>
      (await readdir(checkpoint.folder)).filter((name) => !name.endsWith(".lock")).length,
  };
}

async function cancelAtFirstPart(handle: UploadHandle): Promise<void> {
  for await (const event of handle) {
    if (event.type === "part-done") {
      await handle.cancel();
    }
  }
}

/** @param during  called when the upload has begun */
async function outcomeOf(handle: UploadHandle, during: (handle: UploadHandle) => void = () => {}) {
  const requestCountBefore = network.requests.length;
  const told = eventsOf(handle);
  during(handle);
  const [outcome] = await Promise.allSettled([handle]);
  const events = await told;
  const { phase, uploadId, arePartsLeft } = handle.progress;
  return {
    error: outcome.status === "rejected" ? outcome.reason : undefined,
    uploadId: outcome.status === "fulfilled" ? outcome.value.uploadId : undefined,
    sent: partsSent({ requests: network.requests.slice(requestCountBefore) }),
    lastProgress: { phase, uploadId, arePartsLeft },
    warnings: events.flatMap((event) =>
      event.type === "warning" ? [`${event.code}: ${event.message}`] : [],
    ),
    restarts: events.flatMap((event) => (event.type === "restarted" ? [event.reason] : [])),
  };
}

async function eventsOf(handle: UploadHandle): Promise<readonly UploadEvent[]> {
  const events: UploadEvent[] = [];
  for await (const event of handle) {
    events.push(event);
  }
  return events;
}
