// The tests that come with the last release of Alibaba Cloud's first Go client.
import { runGocheckSuites } from "../client-tests/gocheck-suites.ts";
import { buildGoTests, goProgramFile } from "../go-toolchain.ts";
import type { Suite } from "../suite.ts";
import { goSdkV1CurrentExclusions } from "./go-sdk-v1-current-exclusions.ts";

const TIMEOUT_MS = 150_000;
const TESTS_PER_PROGRAM = 12;
const program = {
  module: "go-client-tests",
  packagePath: "github.com/aliyun/aliyun-oss-go-sdk/oss",
  name: "go-sdk-v1-current-tests",
};

export const goSdkV1Current: Suite = {
  name: "go-sdk-v1-current",
  client: "aliyun-oss-go-sdk",
  // As in go.mod.
  version: "3.0.2",
  signatures: ["V1"],
  describes:
    "The client's own tests, unchanged: its suites for objects, multipart uploads, files in parts, checksums and progress. They sign with V1, but for those about V4. Its suite for buckets is left out, for it waits seconds for every answer; the newer client's tests ask the same calls.",
  prepare: (signal) => buildGoTests(program, signal),
  async run(server, signal) {
    return runGocheckSuites(
      {
        programFile: goProgramFile(program),
        log: "go-sdk-v1-current",
        suites: [
          "OssBucketSuite",
          "OssBucketMultipartSuite",
          "OssUploadSuite",
          "OssCopySuite",
          "OssDownloadSuite",
          "OssCrcSuite",
          "OssProgressSuite",
        ],
        exclusions: goSdkV1CurrentExclusions,
        testsPerProgram: TESTS_PER_PROGRAM,
        timeoutMs: TIMEOUT_MS,
      },
      server,
      signal,
    );
  },
};
