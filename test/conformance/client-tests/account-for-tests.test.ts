import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { accountForTests } from "./account-for-tests.ts";
import { gocheckTests, goTests } from "./reported-tests.ts";

function outcomeOf(output: string, isTimedOut = false) {
  return { exitCode: isTimedOut ? undefined : 1, isTimedOut, standardOutput: output, output };
}

function verdicts(results: readonly { name: string; verdict: string; reason?: string }[]): string[] {
  return results.map(({ name, verdict, reason = "" }) => `${name} ${verdict} ${reason}`.trim());
}

const gocheckOutput = `
PASS: download_test.go:307: OssDownloadSuite.TestDownloadNegative\t1.060s

----------------------------------------------------------------------
FAIL: /home/somebody/oss/upload_test.go:724: OssUploadSuite.TestUploadFile

/home/somebody/oss/upload_test.go:795:
    c.Assert(err, IsNil)
... value oss.ServiceError = "NoSuchKey"
SKIP: upload_test.go:9: OssUploadSuite.TestArchive (no archive)
`;

describe("accountForTests()", () => {
  it("reads what gocheck prints, without the machine's folders", () => {
    const names = ["OssDownloadSuite.TestDownloadNegative", "OssUploadSuite.TestUploadFile"];

    const results = accountForTests(names, gocheckTests(gocheckOutput), outcomeOf(gocheckOutput), "V1");

    assert.deepEqual(verdicts(results), [
      "OssDownloadSuite.TestDownloadNegative passed",
      'OssUploadSuite.TestUploadFile failed upload_test.go:795: c.Assert(err, IsNil) ... value oss.ServiceError = "NoSuchKey"',
    ]);
  });

  it("does not let a test that skipped itself pass", () => {
    const reported = gocheckTests(gocheckOutput);

    const results = accountForTests(["OssUploadSuite.TestArchive"], reported, outcomeOf(""), "V1");

    assert.match(verdicts(results)[0] ?? "", /^OssUploadSuite.TestArchive failed the test skipped itself/);
  });

  it("reads what Go's own runner prints, with the first reason for a failure", () => {
    const output =
      "=== RUN   TestA\n    a_test.go:5: \n\tError Trace: a_test.go:5\n\tError: Not equal\n--- FAIL: TestA (0.1s)\n";

    const results = accountForTests(["TestA"], goTests(output), outcomeOf(output), "V4");

    assert.match(verdicts(results)[0] ?? "", /^TestA failed Error Trace: a_test.go:5 Error: Not equal/);
  });

  it("fails a test of which nothing was heard, with the end of what its program printed", () => {
    const output = "panic: runtime error\n";

    const results = accountForTests(["TestA", "TestB"], goTests(output), outcomeOf(output), "V4");

    assert.deepEqual(verdicts(results), [
      "TestA failed there is no result of it; its program ended with 1: panic: runtime error",
      "TestB failed there is no result of it; its program ended with 1: panic: runtime error",
    ]);
  });

  it("says so when the time limit ended the program", () => {
    const results = accountForTests(["TestA"], [], outcomeOf("", true), "V4");

    assert.deepEqual(verdicts(results), ["TestA failed the time limit ended it"]);
  });
});
