// Alibaba Cloud's Java client, by a program of our own.
import { clientSettings } from "../client-settings.ts";
import { buildJavaProgram, javaArguments } from "../java-toolchain.ts";
import { runCommand } from "../run-command.ts";
import { scenarioResults } from "../scenario-lines.ts";
import { type ScenarioResult, type Suite, signatureVersions } from "../suite.ts";

const TIMEOUT_MS = 120_000;

export const javaSdk: Suite = {
  name: "java-sdk",
  client: "aliyun-sdk-oss for Java",
  // As in pom.xml.
  version: "3.18.3",
  describes:
    "Scenarios of our own over the client's public calls: objects, listings, multipart uploads with and without a known length, copies of parts, files with checkpoints, presigned URLs.",
  prepare: buildJavaProgram,
  async run(server, signal) {
    const results: ScenarioResult[] = [];
    for (const signature of signatureVersions) {
      const outcome = await runCommand({
        file: "java",
        arguments: await javaArguments(),
        environment: clientSettings(server, signature),
        timeoutMs: TIMEOUT_MS,
        signal,
        log: "java-sdk",
      });
      results.push(...scenarioResults(outcome, signature));
    }
    return results;
  },
};
