// What becomes of parts that nobody wants any more and that the service will not remove: they cost space, so it is told.
import { deepEqual, equal, match } from "node:assert/strict";
import { appendFile, readdir } from "node:fs/promises";
import { after, before, describe, it } from "node:test";
import type { UploadHandle } from "../../src/client/upload/upload-handle.ts";
import { bucketAt } from "./scripted-service.ts";
import { startUnsteadyService, type UnsteadyService } from "./unsteady-service.ts";
import { inParts, PART } from "./upload-service.ts";

let service: UnsteadyService;

before(async () => {
  service = await startUnsteadyService();
});

after(async () => {
  await service[Symbol.asyncDispose]();
});

describe("parts that cannot be removed", () => {
  it("are told of after a cancel while the earlier run's are looked for, and a later run goes on with them", async () => {
    const { upload, uploadId, journalCount } = await interrupted("looked for");
    let cancel = () => {};
    service.fateOf = ({ method }) => {
      cancel();
      return method === "DELETE" ? "deny" : "hold";
    };

    const cancelled = await outcomeOf(upload(), (handle) => {
      cancel = () => void handle.cancel();
    });
    const journalCountAfter = await journalCount();
    service.fateOf = () => "pass";
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
    service.fateOf = ({ method }) => {
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
    service.fateOf = ({ method }) => (method === "DELETE" ? "deny" : "pass");
    const handle = bucketAt(service.network.endpoint).upload("sent", path, { ...inParts, checkpoint: false });

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
    service.fateOf = ({ method }) => (method === "DELETE" ? "deny" : "pass");

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
  const checkpoint = await service.newJournals();
  const { path } = await service.newFile(4 * PART);
  const upload = () =>
    bucketAt(service.network.endpoint).upload(key, path, { ...inParts, concurrency: 1, checkpoint });
  service.fateOf = ({ partNumber }) => (partNumber === 3 ? "deny" : "pass");
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
  const ending = service.outcomeOf(handle);
  during(handle);
  const { result, error, events, sent } = await ending;
  const { phase, uploadId, arePartsLeft } = handle.progress;
  return {
    error,
    uploadId: result?.uploadId,
    sent,
    lastProgress: { phase, uploadId, arePartsLeft },
    warnings: events.flatMap((event) =>
      event.type === "warning" ? [`${event.code}: ${event.message}`] : [],
    ),
    restarts: events.flatMap((event) => (event.type === "restarted" ? [event.reason] : [])),
  };
}
