// The tests that Debian ships with Alibaba Cloud's first Go client: what it uploads, copies and downloads in parts.
import { debianGoPath, unpackDebianSources } from "../client-tests/debian-sources.ts";
import { runGocheckSuites } from "../client-tests/gocheck-suites.ts";
import { buildGoTests, downloadGoModules, goProgramFile } from "../go-toolchain.ts";
import type { Suite } from "../suite.ts";

const TIMEOUT_MS = 120_000;
const program = {
  module: "go-client-tests",
  packagePath: "github.com/aliyun/aliyun-oss-go-sdk/oss",
  name: "go-sdk-v1-tests",
  goPath: debianGoPath,
};
const packages = [
  "golang-github-aliyun-aliyun-oss-go-sdk-dev=1.5.0+dfsg1-2",
  "golang-golang-x-time-dev",
  "golang-gopkg-check.v1-dev",
  "golang-github-kr-pretty-dev",
  "golang-github-kr-text-dev",
  "golang-github-rogpeppe-go-internal-dev",
  "golang-github-pkg-diff-dev",
];

export const goSdkV1: Suite = {
  name: "go-sdk-v1",
  client: "aliyun-oss-go-sdk, as Debian packages it",
  version: "1.5.0",
  signatures: ["V1"],
  describes:
    "The client's own tests, unchanged: its suites for multipart uploads, and for files uploaded, copied and downloaded in parts. The client knows V1 alone.",
  async prepare(signal) {
    await unpackDebianSources(packages, signal);
    // The newer client's module has the photograph that the tests upload; Debian left it out.
    await downloadGoModules(program.module, signal);
    await buildGoTests(program, signal);
  },
  async run(server, signal) {
    return runGocheckSuites(
      {
        programFile: goProgramFile(program),
        log: "go-sdk-v1",
        suites: ["OssBucketMultipartSuite", "OssUploadSuite", "OssCopySuite", "OssDownloadSuite"],
        exclusions: [],
        timeoutMs: TIMEOUT_MS,
      },
      server,
      signal,
    );
  },
};
