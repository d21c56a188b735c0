import { deepEqual, equal, rejects } from "node:assert/strict";
import { describe, it } from "node:test";
import { createUrlSigner, type RequestToSign } from "../../../src/client/browser/url-signer.ts";

const request = {
  method: "PUT" as const,
  resource: { bucket: "bucket", key: "a b" },
  query: [
    ["partNumber", "1"],
    ["uploads", ""],
  ] as const,
  headers: { "content-type": "text/plain" },
};

describe("createUrlSigner()", () => {
  it("asks for a URL with all that it has to allow, and sends the request there", async () => {
    const asked: RequestToSign[] = [];
    const signer = createUrlSigner(async (what) => {
      asked.push(what);
      return "https://bucket.example:8443/a%20b?partNumber=1&sig=%2F";
    });

    const signed = await signer.sign(request);

    deepEqual(asked, [
      {
        method: "PUT",
        bucket: "bucket",
        key: "a b",
        query: { partNumber: "1", uploads: "" },
        headers: { "content-type": "text/plain" },
      },
    ]);
    deepEqual(signed.address, {
      scheme: "https",
      hostname: "bucket.example",
      port: 8443,
      host: "bucket.example:8443",
      target: "/a%20b?partNumber=1&sig=%2F",
    });
    equal(signed.message, request);
  });

  it("may ask again when a URL is over, and signs no URLs itself", () => {
    const signer = createUrlSigner(async () => "");

    equal(signer.forgetCredentials(undefined), true);
    equal(signer.presign, undefined);
  });

  it("says that the page's function failed, which is worth another attempt", async () => {
    const signer = createUrlSigner(async () => {
      throw new Error("503");
    });

    await rejects(signer.sign(request), {
      name: "ClientError",
      code: "credentials-unavailable",
      retryable: true,
      message: "the function that signs URLs failed: 503",
    });
  });

  for (const [what, url] of Object.entries({
    "no URL": "nonsense",
    "a relative one": "/a%20b",
    "one of another scheme": "ftp://bucket.example/a",
    "one that a browser would rewrite": "https://bucket.example/a/%2e%2e/b",
  })) {
    it(`refuses ${what}`, async () => {
      await rejects(createUrlSigner(async () => url).sign(request), TypeError);
    });
  }
});
