import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { deleteMultipleObjects, oss } from "../../../src/protocol/index.ts";
import { aRequest, EXAMPLE_BUCKET, serviceError } from "../request-builder.ts";

const MD5 = "1B2M2Y8AsgTpgAmY7PhCfg==";

function decode(text: string, headers: Record<string, string> = { "content-md5": MD5 }): unknown {
  const request = aRequest({
    method: "POST",
    resource: EXAMPLE_BUCKET,
    query: { delete: "" },
    headers,
    text,
  });
  return deleteMultipleObjects.decodeRequest(request, oss);
}

function aDocument(keyCount: number): string {
  const objects = Array.from({ length: keyCount }, (_, index) => `<Object><Key>k${index}</Key></Object>`);
  return `<Delete><Quiet>true</Quiet>${objects.join("")}</Delete>`;
}

describe("deleteMultipleObjects.encodeRequest()", () => {
  it("writes the document of OSS's page", () => {
    const request = deleteMultipleObjects.encodeRequest(
      { bucket: "b1b", keys: ["a&b", "c"], quiet: false },
      oss,
    );

    assert.equal(
      request.text,
      '<?xml version="1.0" encoding="UTF-8"?>\n<Delete><Quiet>false</Quiet>' +
        "<Object><Key>a&amp;b</Key></Object><Object><Key>c</Key></Object></Delete>",
    );
  });

  it("refuses a key that XML would change into another", () => {
    assert.throws(
      () => deleteMultipleObjects.encodeRequest({ bucket: "b1b", keys: ["a\u0001"], quiet: false }, oss),
      RangeError,
    );
  });
});

describe("deleteMultipleObjects.decodeRequest()", () => {
  it("accepts 1,000 keys", () => {
    const input = decode(aDocument(1000)) as { readonly keys: readonly string[] };

    assert.equal(input.keys.length, 1000);
  });

  for (const [what, text] of Object.entries({
    "1,001 keys": aDocument(1001),
    "no keys": aDocument(0),
    "another document": "<CompleteMultipartUpload/>",
    "an object without key": "<Delete><Object/></Delete>",
    nothing: "",
  })) {
    it(`refuses ${what}`, () => {
      assert.throws(() => decode(text), serviceError("MalformedXML", { ec: "0016-00000608" }));
    });
  }

  it("refuses a document without Content-MD5", () => {
    assert.throws(() => decode(aDocument(1), {}), serviceError("MissingArgument"));
  });

  it("refuses to delete a version, rather than deleting the current one", () => {
    const text = "<Delete><Object><Key>k</Key><VersionId>CAEQ</VersionId></Object></Delete>";

    assert.throws(() => decode(text), serviceError("NotImplemented"));
  });
});

describe("deleteMultipleObjects.encodeResponse()", () => {
  it("answers a quiet request with nothing", () => {
    assert.deepEqual(deleteMultipleObjects.encodeResponse({ deletedKeys: [] }, oss), {
      status: 200,
      headers: {},
    });
  });

  it("writes the document of OSS's page", () => {
    const { text } = deleteMultipleObjects.encodeResponse(
      { deletedKeys: ["a b\n"], encodingType: "url" },
      oss,
    );

    assert.equal(
      text,
      '<?xml version="1.0" encoding="UTF-8"?>\n<DeleteResult><EncodingType>url</EncodingType>' +
        "<Deleted><Key>a%20b%0A</Key></Deleted></DeleteResult>",
    );
  });
});
