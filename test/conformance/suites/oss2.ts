// Alibaba Cloud's own Python client, scenario by scenario.
import { join } from "node:path";
import { conformanceFolder } from "../build-folder.ts";
import { clientSettings } from "../client-settings.ts";
import { installPythonClient, pythonFile, pythonSettings } from "../python-environment.ts";
import { runCommand } from "../run-command.ts";
import { scenarioResults } from "../scenario-lines.ts";
import type { ScenarioResult, SignatureVersion, Suite } from "../suite.ts";

export const OSS2_VERSION = "2.19.1";
const TIMEOUT_MS = 180_000;
/** The client is the one that signs with version 2 too. */
const signatures: readonly SignatureVersion[] = ["V1", "V2", "V4"];

export const oss2: Suite = {
  name: "oss2",
  client: "oss2 for Python",
  version: OSS2_VERSION,
  signatures,
  describes:
    "Scenarios of our own over the client's public calls, each in a bucket of its own: objects, listings, keys, multipart uploads, sequential uploads, resumed transfers, versions, access, settings of buckets, signed URLs, forms, security tokens, refusals.",
  prepare: (signal) => installPythonClient(`oss2==${OSS2_VERSION}`, signal),
  async run(server, signal) {
    const results: ScenarioResult[] = [];
    for (const signature of signatures) {
      const outcome = await runCommand({
        file: pythonFile,
        arguments: [join(conformanceFolder, "oss2/scenarios.py")],
        environment: { ...pythonSettings, ...clientSettings(server, signature) },
        timeoutMs: TIMEOUT_MS,
        signal,
        log: "oss2",
      });
      results.push(...scenarioResults(outcome, signature));
    }
    return results;
  },
};
