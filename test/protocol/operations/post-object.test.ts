import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Form, oss, postObject } from "../../../src/protocol/index.ts";
import { aForm, EXAMPLE_BUCKET, serviceError } from "../request-builder.ts";

function decode(form: Form | undefined) {
  const request = { method: "POST", resource: EXAMPLE_BUCKET, query: [], headers: {} } as const;
  return postObject.decodeRequest(form === undefined ? request : { ...request, form }, oss);
}

describe("postObject.decodeRequest()", () => {
  it("reads the fields in any case and leaves those of the signature alone", () => {
    const form = aForm(
      {
        KEY: "dir/$" + "{filename}",
        policy: "p",
        Signature: "s",
        "Cache-Control": "no-cache",
        "X-Oss-Meta-Color": "red",
        "x-oss-storage-class": "IA",
        "x-oss-forbid-overwrite": "true",
        "x-oss-object-acl": "public-read",
        success_action_status: "201",
        submit: "Upload",
      },
      { name: "a$&b.txt", contentType: "text/plain; charset=utf-8" },
    );

    assert.deepEqual(decode(form), {
      bucket: "examplebucket",
      key: "dir/a$&b.txt",
      objectHeaders: {
        cacheControl: "no-cache",
        contentType: "text/plain; charset=utf-8",
        storageClass: "IA",
        userMetadata: { color: "red" },
      },
      objectAcl: "public-read",
      forbidOverwrite: true,
      successActionStatus: 201,
    });
  });

  it("prefers the form's own type to that of the file", () => {
    const form = aForm({ key: "k", "x-oss-content-type": "image/png" }, { contentType: "text/plain" });

    assert.equal(decode(form).objectHeaders?.contentType, "image/png");
  });

  it("takes an unknown status for none, as OSS does", () => {
    assert.deepEqual(decode(aForm({ key: "k", success_action_status: "302" })), {
      bucket: "examplebucket",
      key: "k",
    });
  });

  it("refuses a request that is no form, and a form without a key", () => {
    assert.throws(
      () => decode(undefined),
      serviceError("RequestIsNotMultiPartContent", {
        message: "Bucket POST must be of the enclosure-type multipart/form-data.",
      }),
    );
    for (const fields of [{}, { key: "" }]) {
      assert.throws(
        () => decode(aForm(fields)),
        serviceError("InvalidArgument", { fields: { ArgumentName: "key" } }),
      );
    }
    assert.throws(() => decode(aForm({ key: "$" + "{filename}" })), serviceError("InvalidObjectName"));
    assert.throws(() => decode(aForm({ key: "/a" })), serviceError("InvalidObjectName"));
  });

  for (const [name, value] of [
    ["x-oss-object-acl", "everybody"],
    ["x-oss-storage-class", "Fast"],
    ["x-oss-forbid-overwrite", "maybe"],
    ["x-oss-meta-a", "line\r\nset-cookie: x"],
    ["x-oss-meta-a b", "blank in the name"],
    ["Cache-Control", "nul\u0000"],
    ["x-oss-content-type", "text/html\nx"],
    ["success_action_redirect", "javascript:alert(1)"],
    ["success_action_redirect", "//example.com"],
    ["success_action_redirect", "https://example.com/\r\nset-cookie: x"],
  ] as const) {
    it(`refuses ${JSON.stringify(value)} in ${name}`, () => {
      assert.throws(() => decode(aForm({ key: "k", [name]: value })), serviceError("InvalidArgument"));
    });
  }
});

describe("postObject.encodeResponse()", () => {
  const stored = { etag: "0CC175B9C0F1B6A831C399E269772661", crc64: 3n };

  it("writes the document of OSS for 201", () => {
    const { status, headers, text } = postObject.encodeResponse(
      { ...stored, status: 201, bucket: "b", key: "a&b", location: "http://b.example.com/a%26b" },
      oss,
    );

    assert.equal(status, 201);
    assert.equal(headers.etag, '"0CC175B9C0F1B6A831C399E269772661"');
    assert.equal(
      text,
      '<?xml version="1.0" encoding="UTF-8"?>\n<PostResponse><Bucket>b</Bucket><ETag>"0CC175B9C0F1B6A831C399E269772661"</ETag><Key>a&amp;b</Key><Location>http://b.example.com/a%26b</Location></PostResponse>',
    );
  });

  it("answers with a status or a redirect alone otherwise", () => {
    const headers = { etag: '"0CC175B9C0F1B6A831C399E269772661"', "x-oss-hash-crc64ecma": "3" };

    assert.deepEqual(postObject.encodeResponse({ ...stored, status: 204 }, oss), { status: 204, headers });
    assert.deepEqual(postObject.encodeResponse({ ...stored, status: 303, location: "http://a/" }, oss), {
      status: 303,
      headers: { ...headers, location: "http://a/" },
    });
  });
});
