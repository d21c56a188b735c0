// The tests that come with Alibaba Cloud's second Go client, those that it runs against the service itself.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { buildFolder } from "../build-folder.ts";
import { runGoTests } from "../client-tests/go-tests.ts";
import { buildGoTests, goProgramFile } from "../go-toolchain.ts";
import { type ScenarioResult, type Suite, signatureVersions } from "../suite.ts";
import { goSdkV2TestsExclusions } from "./go-sdk-v2-tests-exclusions.ts";

// As in go.mod.
const VERSION = "1.6.1";
const TIMEOUT_MS = 60_000;
const program = {
  module: "go-client-tests",
  packagePath: "github.com/aliyun/alibabacloud-oss-go-sdk-v2/oss",
  name: "go-sdk-v2-tests",
  tag: "integration",
};
const sourceFolder = join(
  buildFolder,
  `go/pkg/mod/github.com/aliyun/alibabacloud-oss-go-sdk-v2@v${VERSION}/oss`,
);

export const goSdkV2Tests: Suite = {
  name: "go-sdk-v2-tests",
  client: "alibabacloud-oss-go-sdk-v2",
  version: VERSION,
  describes:
    "The client's own tests, unchanged, as its authors run them against the service: all those in files named client_integration_*.",
  prepare: (signal) => buildGoTests(program, signal),
  async run(server, signal) {
    const tests = {
      programFile: goProgramFile(program),
      log: "go-sdk-v2-tests",
      listed: await listIntegrationTests(),
      exclusions: goSdkV2TestsExclusions,
      timeoutMs: TIMEOUT_MS,
    };
    const results: ScenarioResult[] = [];
    for (const signature of signatureVersions) {
      results.push(...(await runGoTests(tests, signature, server, signal)));
    }
    return results;
  },
};

/** The program itself lists them together with hundreds that need no server. */
async function listIntegrationTests(): Promise<string[]> {
  const files = (await readdir(sourceFolder)).filter((name) => /^client_integration_.*_test\.go$/.test(name));
  const texts = await Promise.all(files.sort().map((name) => readFile(join(sourceFolder, name), "utf8")));
  return texts.flatMap((text) => [...text.matchAll(/^func (Test\w+)\(/gm)].map((match) => match[1] ?? ""));
}
