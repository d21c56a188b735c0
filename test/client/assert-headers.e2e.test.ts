import { deepEqual, equal, ok, rejects } from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { startUploadService, type UploadService } from "./upload-service.ts";

let service: UploadService;

before(async () => {
  service = await startUploadService();
});

after(async () => {
  await service[Symbol.asyncDispose]();
});

function put(userMetadata: Readonly<Record<string, string>>) {
  return service.bucket.putObject("k", "x", { objectHeaders: { userMetadata } });
}

async function stored() {
  return (await service.bucket.headObject("k")).objectHeaders.userMetadata;
}

describe("user metadata", () => {
  for (const name of ["größe", "a b", "a_b", "a:b", "a\nb", "名"]) {
    it(`says of the name ${JSON.stringify(name)} what names may be`, async () => {
      await rejects(put({ [name]: "1" }), (error) => {
        ok(error instanceof Error && "code" in error && "retryable" in error);
        deepEqual([error.name, error.code, error.retryable], ["ClientError", "header-unusable", false]);
        ok(error.message.includes("letters from a to z, digits and hyphens"));
        return true;
      });
    });
  }

  for (const value of ["a\nb", "a\r\nx-oss-acl: public-read", "\u0000", "\u007f"]) {
    it(`says of the value ${JSON.stringify(value)} that it has a control character`, async () => {
      await rejects(put({ a: value }), { name: "ClientError", code: "header-unusable" });
    });
  }

  it("may have any other text as a value", async () => {
    for (const value of ["größe", "名前", "😀", "a\tb", ""]) {
      await put({ a: value });

      equal((await stored())?.a, value);
    }
  });

  it("may have capital letters in its names, which the service keeps as small ones", async () => {
    await put({ Name: "x" });

    deepEqual(await stored(), { name: "x" });
  });

  it("is looked at in uploads and copies as well", async () => {
    const objectHeaders = { userMetadata: { größe: "1" } };
    const { bucket } = service;

    await bucket.putObject("source", "x");
    await rejects(bucket.upload("k", Buffer.alloc(300_000), { objectHeaders, multipartThreshold: 0 }), {
      code: "header-unusable",
    });
    await rejects(bucket.copy("k", { key: "source" }, { objectHeaders }), { code: "header-unusable" });
  });
});
