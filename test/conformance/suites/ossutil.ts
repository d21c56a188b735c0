// Alibaba Cloud's own command, version 1, the last one whose source is published.
import { buildGoProgram, goProgramFile } from "../go-toolchain.ts";
import { type OssutilOptions, openOssutil } from "../ossutil/ossutil.ts";
import { type OssutilScenario, ossutilScenarios } from "../ossutil/scenarios.ts";
import { type ScenarioResult, type Suite, signatureVersions } from "../suite.ts";

// The package that go.mod requires, at the version that stands there.
const program = { module: "ossutil", packagePath: "github.com/aliyun/ossutil" };

export const ossutil: Suite = {
  name: "ossutil",
  client: "ossutil",
  version: "1.7.19",
  describes:
    "The command as people use it, over HTTP by IP address: buckets, transfers in one piece and in parts, checkpoints after a kill, folders, copies, signed URLs, unfinished uploads.",
  prepare: (signal) => buildGoProgram(program, signal),
  async run(server, signal) {
    const results: ScenarioResult[] = [];
    for (const signature of signatureVersions) {
      const options = { programFile: goProgramFile(program), server, signature, signal };
      for (const [index, scenario] of ossutilScenarios.entries()) {
        results.push(await runScenario(scenario, `ossutil-${signature.toLowerCase()}-${index}`, options));
      }
    }
    return results;
  },
};

async function runScenario(
  { name, run }: OssutilScenario,
  bucket: string,
  options: OssutilOptions,
): Promise<ScenarioResult> {
  const { signature, signal } = options;
  await using tool = await openOssutil(options);
  try {
    await tool.run("mb", `oss://${bucket}`);
    await run(tool, bucket);
    return { signature, name, verdict: "passed" };
  } catch (failure) {
    signal.throwIfAborted();
    return {
      signature,
      name,
      verdict: "failed",
      reason: String(failure).replaceAll(/\s+/g, " ").slice(0, 600),
    };
  }
}
