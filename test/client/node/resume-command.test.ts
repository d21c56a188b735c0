import { deepEqual, equal, ok } from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { pathToFileURL } from "node:url";
import { Bucket } from "../../../src/client/node/bucket.ts";
import { abortCommand, resumeCommand } from "../../../src/client/node/resume-command.ts";
import { PartwiseError } from "../../../src/protocol/errors/partwise-error.ts";
import { afterBody, errorXml, startScriptedService } from "../scripted-service.ts";

const target = { bucket: "b", key: "it's here" };

describe("resumeCommand()", () => {
  it("names file and object as words of a shell", () => {
    const command = `partwise cp '/a b/c' 'oss://b/it'\\''s here'`;

    equal(resumeCommand("/a b/c", target), command);
    equal(abortCommand(target, "U"), `partwise uploads abort 'oss://b/it'\\''s here' --upload-id U`);
  });

  it("names a file that looks like a flag by its folder", () => {
    equal(resumeCommand("-x.bin", target), `partwise cp ./-x.bin 'oss://b/it'\\''s here'`);
  });

  it("stands in the error of an upload that left its parts", async () => {
    const folder = await mkdtemp(join(tmpdir(), "partwise-resume-"));
    const initiated =
      "<InitiateMultipartUploadResult><Bucket>test-bucket</Bucket><Key>k</Key><UploadId>U</UploadId></InitiateMultipartUploadResult>";
    await using service = await startScriptedService((request, response) =>
      afterBody(request, () => {
        const isBegin = request.method === "POST" && request.url?.includes("uploads") === true;
        response
          .writeHead(isBegin ? 200 : 403, { "x-oss-request-id": "R1" })
          .end(isBegin ? initiated : errorXml("AccessDenied"));
      }),
    );
    const path = join(folder, "file");
    await writeFile(path, "");
    await truncate(path, 300 * 1024);
    const auth = { accessKeyId: "i", accessKeySecret: "s" };
    const bucket = new Bucket(auth, service.endpoint, "test-bucket", { region: "r" });

    const error = await bucket
      .upload("k", pathToFileURL(path), { multipartThreshold: 0, checkpoint: join(folder, "journals") })
      .catch((reason: unknown) => reason);
    await rm(folder, { recursive: true });

    ok(error instanceof PartwiseError);
    deepEqual(
      [error.code, error.uploadId, error.retryable, error.resumeCommand],
      ["AccessDenied", "U", false, `partwise cp ${path} oss://test-bucket/k`],
    );
    ok((error.partNumber ?? 0) >= 1 && error.attempts === 1);
  });
});

describe("an upload that nobody waits for", () => {
  it("is not silent when it fails", async () => {
    const bucketUrl = new URL("../../../src/client/node/bucket.ts", import.meta.url);
    const program = `
      import { Bucket } from ${JSON.stringify(bucketUrl.href)};
      const auth = { accessKeyId: "i", accessKeySecret: "s" };
      new Bucket(auth, "http://127.0.0.1:9", "test-bucket", { region: "r" }).upload("k", "/not/there");
    `;

    const { status, stderr } = spawnSync(process.execPath, ["--input-type=module", "--eval", program], {
      encoding: "utf8",
    });

    equal(status, 1);
    ok(stderr.includes("cannot read /not/there"), stderr);
  });
});
