import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, it } from "node:test";

const CRASH_POINTS = JSON.stringify(new URL("../../src/storage/crash-points.ts", import.meta.url).pathname);
const PASS_TWICE = `
  const { crashPoint } = await import(${CRASH_POINTS});
  crashPoint("blob.synced");
  crashPoint("blob.named");
  console.log("once");
  crashPoint("blob.synced");
  console.log("twice");
`;

describe("crashPoint()", () => {
  it("does nothing in a process that is not armed", async () => {
    assert.deepEqual(await run({}), { output: "once\ntwice\n", signal: null, exitCode: 0 });
  });

  it("kills the process at the pass that was named", async () => {
    const ended = await run({ PARTWISE_CRASH_AT: "blob.synced:2" });

    assert.deepEqual(ended, { output: "once\n", signal: "SIGKILL", exitCode: null });
  });

  it("does not count before the file that arms it is there", async () => {
    const ended = await run({ PARTWISE_CRASH_AT: "blob.synced", PARTWISE_CRASH_ONCE: "/nowhere/armed" });

    assert.equal(ended.exitCode, 0);
  });

  it("refuses a place that there is not", async () => {
    assert.equal((await run({ PARTWISE_CRASH_AT: "blob.forgotten" })).exitCode, 1);
  });
});

async function run(environment: Record<string, string>) {
  const child = spawn(process.execPath, ["--input-type=module", "--eval", PASS_TWICE], {
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "ignore"],
  });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  const [exitCode, signal] = await once(child, "close");
  return { output, signal, exitCode };
}
