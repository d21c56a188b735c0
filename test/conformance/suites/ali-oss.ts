// Alibaba Cloud's own JavaScript client, scenario by scenario.
import { createRequire } from "node:module";
import { join } from "node:path";
import { conformanceFolder } from "../build-folder.ts";
import { clientSettings } from "../client-settings.ts";
import { runCommand } from "../run-command.ts";
import { scenarioResults } from "../scenario-lines.ts";
import { type ScenarioResult, type Suite, SuiteUnavailable, signatureVersions } from "../suite.ts";

const TIMEOUT_MS = 90_000;
/** Where the client puts the bucket's name when it is given an IP address. */
const addressStyles = ["host", "path"] as const;

export const aliOss: Suite = {
  name: "ali-oss",
  client: "ali-oss for Node.js",
  // As in package.json.
  version: "6.23.0",
  describes:
    "Scenarios of our own over the client's public calls, with the bucket in the host and, by `sldEnable`, in the path: objects, multipart uploads, copies, settings of buckets, signed URLs and forms, security tokens.",
  async prepare() {
    try {
      createRequire(import.meta.url).resolve("ali-oss");
    } catch (cause) {
      throw new SuiteUnavailable("ali-oss is not among the installed packages", { cause });
    }
  },
  async run(server, signal) {
    const results: ScenarioResult[] = [];
    for (const signature of signatureVersions) {
      for (const style of addressStyles) {
        const outcome = await runCommand({
          file: process.execPath,
          // The client calls what Node.js has deprecated.
          arguments: ["--no-deprecation", join(conformanceFolder, "ali-oss/scenarios.mjs")],
          environment: { ...clientSettings(server, signature), PARTWISE_ALI_OSS_STYLE: style },
          timeoutMs: TIMEOUT_MS,
          signal,
          log: "ali-oss",
        });
        results.push(...scenarioResults(outcome, signature));
      }
    }
    return results;
  },
};
