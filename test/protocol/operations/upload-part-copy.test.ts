import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { oss, uploadPartCopy } from "../../../src/protocol/index.ts";
import { aRequest, serviceError } from "../request-builder.ts";

const query = { partNumber: "1", uploadId: "A1" };

describe("uploadPartCopy.decodeRequest()", () => {
  it("reads what oss2 sends: an escaped slash and an open-ended range", () => {
    const headers = {
      "x-oss-copy-source": "/srcb/s%2Fx%20y.bin",
      "x-oss-copy-source-range": "bytes=100-",
    };

    assert.deepEqual(uploadPartCopy.decodeRequest(aRequest({ method: "PUT", query, headers }), oss), {
      bucket: "examplebucket",
      key: "dir/a.txt",
      uploadId: "A1",
      partNumber: 1,
      source: { bucket: "srcb", key: "s/x y.bin" },
      sourceRange: { start: 100 },
    });
  });

  it("reads a range that breaks the rules as none: the whole source is copied", () => {
    const headers = { "x-oss-copy-source": "/srcb/k", "x-oss-copy-source-range": "bytes=9-3" };

    const input = uploadPartCopy.decodeRequest(aRequest({ method: "PUT", query, headers }), oss);

    assert.equal(input.sourceRange, undefined);
  });

  for (const source of ["", "/", "/srcb", "/srcb/", "//k", "/SRC/k", "/srcb/%ff"]) {
    it(`refuses the source ${JSON.stringify(source)}`, () => {
      const request = aRequest({ method: "PUT", query, headers: { "x-oss-copy-source": source } });

      assert.throws(
        () => uploadPartCopy.decodeRequest(request, oss),
        serviceError("InvalidArgument", {
          message: "Copy Source must mention the source bucket and key: /sourcebucket/sourcekey.",
        }),
      );
    });
  }
});

describe("uploadPartCopy.encodeResponse()", () => {
  it("sends the ETag in header and document, and the range that was copied", () => {
    const response = uploadPartCopy.encodeResponse(
      {
        etag: "4DE8075FB607DF4D13FBC480EA488EFA",
        lastModified: new Date("2015-12-12T00:36:26.000Z"),
        contentRange: { start: 0, endExclusive: 102_400, totalSizeBytes: 204_800 },
      },
      oss,
    );

    assert.deepEqual(response, {
      status: 200,
      headers: {
        "content-type": "application/xml",
        etag: '"4DE8075FB607DF4D13FBC480EA488EFA"',
        "content-range": "bytes 0-102399/204800",
      },
      text:
        '<?xml version="1.0" encoding="UTF-8"?>\n<CopyPartResult>' +
        "<LastModified>2015-12-12T00:36:26.000Z</LastModified>" +
        '<ETag>"4DE8075FB607DF4D13FBC480EA488EFA"</ETag></CopyPartResult>',
    });
  });
});
