import { deepEqual, equal, rejects } from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { credentialProcess } from "../../src/cli/credential-process.ts";

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "partwise-credentials-"));
});
after(() => rm(folder, { recursive: true }));

async function printing(text: string): Promise<string> {
  const path = join(folder, "key.json");
  await writeFile(path, text);
  return `echo asked >> "${join(folder, "asked")}"; cat "${path}"`;
}

describe("credentialProcess()", () => {
  it("reads what STS answers, with its end", async () => {
    const command = await printing(
      '{"AccessKeyId":"STS.id","AccessKeySecret":"s","SecurityToken":"t","Expiration":"2030-01-02T03:04:05Z"}',
    );

    deepEqual(await credentialProcess(command)(), {
      accessKeyId: "STS.id",
      accessKeySecret: "s",
      securityToken: "t",
      expiration: new Date("2030-01-02T03:04:05Z"),
    });
    equal(await readFile(join(folder, "asked"), "utf8"), "asked\n");
  });

  it("reads the names of Alibaba Cloud's CLI too", async () => {
    const command = await printing(
      '{"mode":"StsToken","access_key_id":"i","access_key_secret":"s","sts_token":"t"}',
    );

    deepEqual(await credentialProcess(command)(), {
      accessKeyId: "i",
      accessKeySecret: "s",
      securityToken: "t",
    });
  });

  it("says what is wrong with the command or what it prints, and quotes no key", async () => {
    await rejects(credentialProcess("echo no; echo it broke >&2; exit 3")(), {
      message: "the command of --credential-process failed: it broke",
    });
    await rejects(credentialProcess("exit 3")(), {
      message: "the command of --credential-process failed: it ended with status 3",
    });
    for (const text of ["", "no JSON", '{"AccessKeyId":"i"}', "[]", "null"]) {
      await rejects(credentialProcess(await printing(text))(), {
        message: "the command of --credential-process must print JSON with AccessKeyId and AccessKeySecret",
      });
    }
    await rejects(
      credentialProcess(await printing('{"AccessKeyId":"i","AccessKeySecret":"s","Expiration":"soon"}'))(),
      { message: "the command of --credential-process printed an Expiration that is no time: soon" },
    );
  });
});
