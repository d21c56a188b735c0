// Alibaba Cloud's Go client, version 2, by a program of our own.
import { clientSettings } from "../client-settings.ts";
import { buildGoProgram, goProgramFile } from "../go-toolchain.ts";
import { runCommand } from "../run-command.ts";
import { scenarioResults } from "../scenario-lines.ts";
import { type ScenarioResult, type Suite, signatureVersions } from "../suite.ts";

const TIMEOUT_MS = 120_000;
const program = { module: "go-sdk-v2", packagePath: "." };

export const goSdkV2: Suite = {
  name: "go-sdk-v2",
  client: "alibabacloud-oss-go-sdk-v2",
  // As in go.mod.
  version: "1.6.1",
  describes:
    "Scenarios of our own over the client's public calls: objects, paginators, multipart uploads, the uploader, downloader and copier with checkpoints, presigned URLs, bucket names in the host.",
  prepare: (signal) => buildGoProgram(program, signal),
  async run(server, signal) {
    const results: ScenarioResult[] = [];
    for (const signature of signatureVersions) {
      const outcome = await runCommand({
        file: goProgramFile(program),
        arguments: [],
        environment: clientSettings(server, signature),
        timeoutMs: TIMEOUT_MS,
        signal,
        log: "go-sdk-v2",
      });
      results.push(...scenarioResults(outcome, signature));
    }
    return results;
  },
};
