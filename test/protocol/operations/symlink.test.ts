import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { getSymlink, oss, putSymlink } from "../../../src/protocol/index.ts";
import { aRequest, EXAMPLE_OBJECT, serviceError } from "../request-builder.ts";

const LINK = { bucket: "examplebucket", key: "dir/a.txt" };

function decode(headers: Record<string, string>): unknown {
  return putSymlink.decodeRequest(aRequest({ method: "PUT", query: { symlink: "" }, headers }), oss);
}

describe("putSymlink", () => {
  it("names the target percent-encoded, with its slashes", () => {
    assert.deepEqual(putSymlink.encodeRequest({ ...LINK, target: "dir/a b+中.txt" }, oss), {
      method: "PUT",
      resource: EXAMPLE_OBJECT,
      query: [["symlink", ""]],
      headers: { "x-oss-symlink-target": "dir/a%20b%2B%E4%B8%AD.txt" },
    });
  });

  for (const [who, text] of [
    ["oss2", "t%2Fa%20b%2B"],
    ["ali-oss", "t/a%20b%2B"],
    ["the Go SDK v1", "t%2Fa+b%2B"],
  ] as const) {
    it(`reads the target as ${who} writes it`, () => {
      assert.deepEqual(decode({ "x-oss-symlink-target": text }), { ...LINK, target: "t/a b+" });
    });
  }

  // Source: the page of EC 0043-00000001.
  it("needs a target", () => {
    assert.throws(() => decode({}), serviceError("MissingArgument", { ec: "0043-00000001" }));
  });

  for (const text of ["", "/a", "%5Ca", "%ZZ", "%FF", "a".repeat(1024)]) {
    it(`refuses the target "${text.slice(0, 10)}", which is no key`, () => {
      assert.throws(
        () => decode({ "x-oss-symlink-target": text }),
        serviceError("InvalidArgument", {
          fields: { ArgumentName: "x-oss-symlink-target", ArgumentValue: text },
        }),
      );
    });
  }

  it("refuses an unknown ACL", () => {
    assert.throws(
      () => decode({ "x-oss-symlink-target": "a", "x-oss-object-acl": "everyone" }),
      serviceError("InvalidArgument", { fields: { ArgumentName: "x-oss-object-acl" } }),
    );
  });
});

describe("getSymlink", () => {
  // Source: OSS API, GetSymlink.
  it("answers with headers alone", () => {
    const response = getSymlink.encodeResponse(
      {
        target: "example.jpg",
        etag: "A797938C31D59EDD08D86188F6D5B872",
        lastModified: new Date("2012-02-24T06:07:48Z"),
        objectHeaders: {},
      },
      oss,
    );

    assert.deepEqual(response, {
      status: 200,
      headers: {
        etag: '"A797938C31D59EDD08D86188F6D5B872"',
        "last-modified": "Fri, 24 Feb 2012 06:07:48 GMT",
        "x-oss-symlink-target": "example.jpg",
      },
    });
  });
});
