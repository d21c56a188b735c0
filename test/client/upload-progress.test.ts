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
});
