// Alibaba Cloud's Python client, version 2, by a program of our own.
import { join } from "node:path";
import { conformanceFolder } from "../build-folder.ts";
import { clientSettings } from "../client-settings.ts";
import { installPythonClient, pythonFile, pythonSettings } from "../python-environment.ts";
import { runCommand } from "../run-command.ts";
import { scenarioResults } from "../scenario-lines.ts";
import { type ScenarioResult, type Suite, signatureVersions } from "../suite.ts";

export const PYTHON_SDK_V2_VERSION = "1.4.1";
const TIMEOUT_MS = 120_000;

export const pythonSdkV2: Suite = {
  name: "python-sdk-v2",
  client: "alibabacloud-oss-v2 for Python",
  version: PYTHON_SDK_V2_VERSION,
  describes:
    "Scenarios of our own over the client's public calls: objects, paginators, multipart uploads, the uploader with its checkpoint, the downloader and copier, presigned URLs, bucket names in the host.",
  prepare: (signal) => installPythonClient(`alibabacloud-oss-v2==${PYTHON_SDK_V2_VERSION}`, signal),
  async run(server, signal) {
    const results: ScenarioResult[] = [];
    for (const signature of signatureVersions) {
      const outcome = await runCommand({
        file: pythonFile,
        arguments: [join(conformanceFolder, "python-sdk-v2/scenarios.py")],
        environment: { ...pythonSettings, ...clientSettings(server, signature) },
        timeoutMs: TIMEOUT_MS,
        signal,
        log: "python-sdk-v2",
      });
      results.push(...scenarioResults(outcome, signature));
    }
    return results;
  },
};
