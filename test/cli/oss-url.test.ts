import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseOssUrl } from "../../src/cli/oss-url.ts";

describe("parseOssUrl()", () => {
  it("gives the bucket, and the key as it is written", () => {
    assert.deepEqual(parseOssUrl("oss://photos"), { bucket: "photos", key: "" });
    assert.deepEqual(parseOssUrl("oss://photos/a b/%20//c"), { bucket: "photos", key: "a b/%20//c" });
  });

  it("says what a bucket's name may be when it is none", () => {
    for (const name of ["ab", "Photos", "-photos", "photos-", "my_photos", "a".repeat(64)]) {
      assert.throws(() => parseOssUrl(`oss://${name}/key`), {
        message: `"${name}" is not a bucket name: use 3 to 63 lowercase letters, digits and hyphens, no hyphen first or last`,
      });
    }
  });

  it("says how to write a place when it is none", () => {
    for (const text of ["photos", "s3://photos/key", "oss:/photos", "oss://", "oss:///key", ""]) {
      assert.throws(() => parseOssUrl(text), {
        message: `"${text}" does not name a bucket; write oss://BUCKET or oss://BUCKET/KEY`,
      });
    }
  });
});
