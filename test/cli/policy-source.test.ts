// Policies as people name them on the command line.
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { attachedPolicyOf } from "../../src/cli/policy-source.ts";
import { allow, policyText } from "../server/policy/policy-documents.ts";

describe("attachedPolicyOf()", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "partwise-policies-"));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  async function fileOf(name: string, text: string): Promise<string> {
    await writeFile(join(folder, name), text);
    return join(folder, name);
  }

  it("takes the system's by name, and files under theirs or another", async () => {
    const text = policyText(allow("oss:GetObject"));
    const path = await fileOf("reader.json", text);

    assert.deepEqual(await attachedPolicyOf("AliyunOSSFullAccess"), { name: "AliyunOSSFullAccess" });
    assert.deepEqual(await attachedPolicyOf(path), { name: "reader", text });
    assert.deepEqual(await attachedPolicyOf(path, "other"), { name: "other", text });
  });

  it("refuses names that cannot be, and files that are none", async () => {
    const path = await fileOf("reader.json", policyText(allow("oss:GetObject")));

    for (const [source, name, message] of [
      [path, "a b", /^"a b" cannot be the name of a policy; choose another with --name$/],
      [path, "AliyunOSSFullAccess", /cannot be the name of a policy/],
      [
        "AliyunOSSFull",
        undefined,
        /^AliyunOSSFull is neither a file nor a system policy \(AliyunOSSFullAccess, /,
      ],
      [folder, undefined, /^cannot read \S+: EISDIR/],
    ] as const) {
      await assert.rejects(attachedPolicyOf(source, name), { name: "CommandError", message });
    }
  });

  it("refuses a policy that nobody would understand, with all that is wrong", async () => {
    const path = await fileOf(
      "wrong.json",
      policyText({ ...allow("oss:GetObject", "bucket/*"), Efect: "Deny" }),
    );

    await assert.rejects(attachedPolicyOf(path), {
      message:
        /^\S+wrong\.json is no policy:\n {2}statement 1: Efect is no field of a statement\n {2}statement 1: Resource has "bucket\/\*", [^\n]+$/,
    });
  });
});
