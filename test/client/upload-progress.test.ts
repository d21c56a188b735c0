import { deepEqual } from "node:assert/strict";
import { describe, it } from "node:test";
import { ProgressReporter, type UploadProgress } from "../../src/client/upload/upload-progress.ts";

describe("ProgressReporter", () => {
  it("counts no byte twice when the connection reports one after its part has ended", () => {
    const told: UploadProgress[] = [];
    const reporter = new ProgressReporter({ totalBytes: 100, partCount: 1 }, (progress) =>
      told.push(progress),
    );

    reporter.partStarted(1);
    reporter.partSent(1, 60);
    reporter.partDone(1, 100);
    reporter.partSent(1, 100);

    deepEqual(
      told.map(({ bytesSent }) => bytesSent),
      [0, 60, 100],
    );
  });

  it("stays within the whole when the upload begins anew while parts are under way", () => {
    const told: UploadProgress[] = [];
    const reporter = new ProgressReporter({ totalBytes: 300, partCount: 3 }, (progress) =>
      told.push(progress),
    );
    reporter.partStarted(1);
    reporter.partSent(1, 100);
    reporter.partDone(1, 100);
    reporter.partStarted(2);
    reporter.partSent(2, 60);

    reporter.keep({ partCount: 0, sizeBytes: 0 });
    reporter.partFailed(2);

    deepEqual(
      told.map(({ bytesSent }) => bytesSent),
      [0, 100, 100, 100, 160, 0],
    );
  });

  it("counts on while nobody listens, and leaves the snapshots as they were", () => {
    const told: UploadProgress[] = [];
    let isHeard = false;
    const reporter = new ProgressReporter(
      { totalBytes: 100, partCount: 1 },
      (progress) => told.push(progress),
      () => isHeard,
    );
    reporter.partStarted(1);
    const before = reporter.progress;

    reporter.partSent(1, 60);
    isHeard = true;
    reporter.partSent(1, 80);

    deepEqual(
      told.map(({ bytesSent }) => bytesSent),
      [80],
    );
    deepEqual([before.bytesSent, reporter.progress.bytesSent], [0, 80]);
  });
});
