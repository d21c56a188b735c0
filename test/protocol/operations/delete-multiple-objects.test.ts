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
      {
        bucket: "b1b",
        objects: [{ key: "a&b" }, { key: "c", versionId: "CAEQNRiBgIDyz.6C0BYi" }],
        quiet: false,
      },
      oss,
    );

    assert.equal(
      request.text,
      '<?xml version="1.0" encoding="UTF-8"?>\n<Delete><Quiet>false</Quiet>' +
        "<Object><Key>a&amp;b</Key></Object>" +
        "<Object><Key>c</Key><VersionId>CAEQNRiBgIDyz.6C0BYi</VersionId></Object></Delete>",
    );
  });

  it("refuses a key that XML would change into another", () => {
    assert.throws(
      () =>
        deleteMultipleObjects.encodeRequest(
          { bucket: "b1b", objects: [{ key: "a\u0001" }], quiet: false },
          oss,
        ),
      RangeError,
    );
  });
});

describe("deleteMultipleObjects.decodeRequest()", () => {
  it("accepts 1,000 keys", () => {
    const input = decode(aDocument(1000)) as { readonly objects: readonly object[] };

    assert.equal(input.objects.length, 1000);
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

  it("reads which version is meant", () => {
    const text = "<Delete><Object><Key>k</Key><VersionId>null</VersionId></Object></Delete>";

    assert.deepEqual(decode(text), {
      bucket: "examplebucket",
      objects: [{ key: "k", versionId: "null" }],
      quiet: false,
      contentMd5: MD5,
    });
  });

  // "234" is what oss2's tests send.
  for (const versionId of ["234", ""]) {
    it(`refuses the version "${versionId}", rather than deleting the current one`, () => {
      const text = `<Delete><Object><Key>k</Key><VersionId>${versionId}</VersionId></Object></Delete>`;

      assert.throws(
        () => decode(text),
        serviceError("InvalidArgument", { fields: { ArgumentName: "VersionId", ArgumentValue: versionId } }),
      );
    });
  }
});

describe("deleteMultipleObjects.encodeResponse()", () => {
  it("answers a quiet request with nothing", () => {
    assert.deepEqual(deleteMultipleObjects.encodeResponse({ deleted: [] }, oss), {
      status: 200,
      headers: {},
    });
  });

  it("writes the document of OSS's page", () => {
    const { text } = deleteMultipleObjects.encodeResponse(
      { deleted: [{ key: "a b\n" }], encodingType: "url" },
      oss,
    );

    assert.equal(
      text,
      '<?xml version="1.0" encoding="UTF-8"?>\n<DeleteResult><EncodingType>url</EncodingType>' +
        "<Deleted><Key>a%20b%0A</Key></Deleted></DeleteResult>",
    );
  });

  // The three samples of OSS's page for buckets with versions.
  it("names the version that is gone, the delete marker that is new, and the delete marker that is gone", () => {
    const { text } = deleteMultipleObjects.encodeResponse(
      {
        deleted: [
          { key: "test.jpg", versionId: "CAEQNRiBgIDyz.6C0BYi" },
          { key: "multipart.data", deleteMarkerVersionId: "CAEQMhiBgIDXiaaB0BYi" },
          { key: "demo.jpg", versionId: "CAEQNRiBgICEoPiC", deleteMarkerVersionId: "CAEQNRiBgICEoPiC" },
        ],
      },
      oss,
    );

    assert.equal(
      text,
      '<?xml version="1.0" encoding="UTF-8"?>\n<DeleteResult>' +
        "<Deleted><Key>test.jpg</Key><VersionId>CAEQNRiBgIDyz.6C0BYi</VersionId></Deleted>" +
        "<Deleted><Key>multipart.data</Key><DeleteMarker>true</DeleteMarker>" +
        "<DeleteMarkerVersionId>CAEQMhiBgIDXiaaB0BYi</DeleteMarkerVersionId></Deleted>" +
        "<Deleted><Key>demo.jpg</Key><VersionId>CAEQNRiBgICEoPiC</VersionId><DeleteMarker>true</DeleteMarker>" +
        "<DeleteMarkerVersionId>CAEQNRiBgICEoPiC</DeleteMarkerVersionId></Deleted></DeleteResult>",
    );
  });
});
