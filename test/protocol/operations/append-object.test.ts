import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { appendObject, oss } from "../../../src/protocol/index.ts";
import { aRequest, EXAMPLE_OBJECT, serviceError } from "../request-builder.ts";

describe("appendObject", () => {
  // Source: OSS API, AppendObject.
  it("says where the bytes go", () => {
    const { method, query } = appendObject.encodeRequest(
      { bucket: "examplebucket", key: "dir/a.txt", positionBytes: 65536 },
      oss,
    );

    assert.equal(method, "POST");
    assert.deepEqual(query, [
      ["append", ""],
      ["position", "65536"],
    ]);
  });

  it("answers where the next bytes go, and the sum of all", () => {
    const response = appendObject.encodeResponse(
      {
        etag: "0F7230CAA4BE94CCBDC99C5500000000",
        nextPositionBytes: 1717,
        crc64: 3231342946509354535n,
      },
      oss,
    );

    assert.deepEqual(response, {
      status: 200,
      headers: {
        etag: '"0F7230CAA4BE94CCBDC99C5500000000"',
        "x-oss-next-append-position": "1717",
        "x-oss-hash-crc64ecma": "3231342946509354535",
      },
    });
  });

  for (const position of ["", "-1", "1.5", "x", "99999999999999999999"]) {
    it(`refuses the position "${position}"`, () => {
      const request = aRequest({ method: "POST", resource: EXAMPLE_OBJECT, query: { append: "", position } });

      assert.throws(
        () => appendObject.decodeRequest(request, oss),
        serviceError("InvalidArgument", { fields: { ArgumentName: "position", ArgumentValue: position } }),
      );
    });
  }
});
