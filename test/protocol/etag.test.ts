import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, it } from "node:test";
import {
  contentEtag,
  isSameEtag,
  multipartEtag,
  oss,
  quoteEtag,
  unquoteEtag,
} from "../../src/protocol/index.ts";

function md5Hex(bytes: Uint8Array): string {
  return createHash("md5").update(bytes).digest("hex");
}

// Published parts and the ETag of the object made of them.
const PUBLISHED = [
  {
    source: "oss2, unittests/test_multipart.py",
    partMd5s: ["4DE8075FB607DF4D13FBC480EA488EFA", "AF947EC157726CEA88ED83B3C989063B"],
    etag: "1C787C506EABFB9B45EAAA8DB039F4B2-2",
  },
  {
    source: "OSS API, CompleteMultipartUpload",
    partMd5s: [
      "3349DC700140D7F86A078484278075A9",
      "8EFDA8BE206636A695359836FE0A0E0A",
      "8C315065167132444177411FDA149B92",
    ],
    etag: "B864DB6A936D376F9F8D3ED3BBE540DD-3",
  },
  {
    source: "our own: 102,400 times A, then 5 times B",
    partMd5s: ["17FEA6E97583648E493E6D8BCD54C8F4", "87C7D4068BE07D390A1FFFD21BF1E944"],
    etag: "F6984C1C53B3980D4E51166AAB72C261-2",
  },
];

describe("multipartEtag()", () => {
  for (const { source, partMd5s, etag } of PUBLISHED) {
    it(`gives the ETag of ${source}`, () => {
      assert.equal(multipartEtag(partMd5s, oss, md5Hex), etag);
    });

    it(`gives the ETag of ${source} from lower-case digests too`, () => {
      assert.equal(
        multipartEtag(
          partMd5s.map((md5) => md5.toLowerCase()),
          oss,
          md5Hex,
        ),
        etag,
      );
    });
  }

  it("hashes raw digests where the dialect says so, as S3 does", () => {
    const s3Like = { ...oss, etagCase: "lower", multipartEtagInput: "raw-bytes" } as const;
    const partMd5s = ["17FEA6E97583648E493E6D8BCD54C8F4", "87C7D4068BE07D390A1FFFD21BF1E944"];
    const expected = md5Hex(Buffer.from(partMd5s.join(""), "hex"));

    assert.equal(multipartEtag(partMd5s, s3Like, md5Hex), `${expected}-2`);
  });

  it("numbers an upload of one part", () => {
    assert.match(multipartEtag(["17FEA6E97583648E493E6D8BCD54C8F4"], oss, md5Hex), /^[0-9A-F]{32}-1$/);
  });
});

describe("contentEtag()", () => {
  it("is upper-case in OSS", () => {
    assert.equal(contentEtag("5d41402abc4b2a76b9719d911017c592", oss), "5D41402ABC4B2A76B9719D911017C592");
  });
});

describe("isSameEtag()", () => {
  it("sees no difference in quotes and case", () => {
    assert.ok(isSameEtag('"ABC"', "abc"));
    assert.ok(isSameEtag(" abc ", '"ABC"'));
    assert.ok(!isSameEtag("abc", "abd"));
  });
});

describe("unquoteEtag()", () => {
  it("undoes quoteEtag()", () => {
    assert.equal(unquoteEtag(quoteEtag("ABC-1")), "ABC-1");
    assert.equal(unquoteEtag("ABC-1"), "ABC-1");
  });
});
