import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  decodeTaggingHeader,
  encodeTaggingHeader,
  OBJECT_TAG_RULES,
  requestTags,
  taggingElement,
  tagsOf,
} from "../../src/protocol/fields/tagging.ts";
import { oss } from "../../src/protocol/index.ts";
import { readXml } from "../../src/protocol/xml/read-xml.ts";
import { writeXml } from "../../src/protocol/xml/write-xml.ts";
import { aRequest, serviceError } from "./request-builder.ts";

// Source: OSS API, PutObjectTagging.
const DOCUMENT =
  "<Tagging><TagSet><Tag><Key>age</Key><Value>18</Value></Tag><Tag><Key>a:b</Key><Value></Value></Tag></TagSet></Tagging>";

function decodeDocument(text: string): unknown {
  return requestTags(aRequest({ method: "PUT", text }), OBJECT_TAG_RULES);
}

function documentOf(rows: readonly (readonly [key: string, value: string])[]): string {
  const tags = rows.map(([key, value]) => `<Tag><Key>${key}</Key><Value>${value}</Value></Tag>`);
  return `<Tagging><TagSet>${tags.join("")}</TagSet></Tagging>`;
}

function numbered(count: number): readonly (readonly [string, string])[] {
  return Array.from({ length: count }, (_, index) => [`key${index}`, ""] as const);
}

describe("taggingElement()", () => {
  it("writes the document of OSS's page", () => {
    assert.equal(
      writeXml(taggingElement({ age: "18", "a:b": "" })),
      `<?xml version="1.0" encoding="UTF-8"?>\n${DOCUMENT}`,
    );
  });

  it("writes an empty set for an object without tags", () => {
    assert.match(writeXml(taggingElement({})), /<Tagging><TagSet><\/TagSet><\/Tagging>$/);
  });
});

describe("tagsOf()", () => {
  it("reads what a service sends, whatever its rules are", () => {
    assert.deepEqual(tagsOf(readXml(documentOf([["中文", "!"]]))), { 中文: "!" });
  });
});

describe("requestTags()", () => {
  it("reads keys and values, empty values too", () => {
    assert.deepEqual(decodeDocument(DOCUMENT), { age: "18", "a:b": "" });
  });

  it("takes ten tags with keys of 128 and values of 256 characters", () => {
    const rows = [...numbered(9), ["a".repeat(128), "b".repeat(256)] as const];

    assert.deepEqual(decodeDocument(documentOf(rows)), Object.fromEntries(rows));
  });

  it("keeps a key that objects of JavaScript have by themselves", () => {
    assert.deepEqual(Object.entries(decodeDocument(documentOf([["__proto__", "x"]])) as object), [
      ["__proto__", "x"],
    ]);
  });

  for (const [what, rows] of [
    ["eleven tags", numbered(11)],
    ["an empty key", [["", "v"]]],
    ["a key of 129 characters", [["a".repeat(129), "v"]]],
    ["a value of 257 characters", [["k", "v".repeat(257)]]],
    ["a key with another character", [["my!key", "v"]]],
    ["a value with another character", [["k", "a@b"]]],
  ] as const) {
    it(`refuses ${what}`, () => {
      assert.throws(() => decodeDocument(documentOf(rows)), serviceError("InvalidTag"));
    });
  }

  // Source: the page of EC 0010-00000210.
  it("refuses one key twice", () => {
    const document = documentOf([
      ["A", "Value"],
      ["A", "Value"],
    ]);

    assert.throws(() => decodeDocument(document), serviceError("InvalidTag", { ec: "0010-00000210" }));
  });

  for (const document of ["", "<TagSet/>", "<Tagging/>", "<Tagging><TagSet><Tag/></TagSet></Tagging>"]) {
    it(`refuses the document "${document}"`, () => {
      assert.throws(() => decodeDocument(document), serviceError("MalformedXML"));
    });
  }
});

describe("x-oss-tagging", () => {
  function decode(text: string): unknown {
    return decodeTaggingHeader({ "x-oss-tagging": text }, oss);
  }

  it("is pairs as in a query", () => {
    assert.deepEqual(encodeTaggingHeader({ "a b": "c=d", e: "" }, oss), { "x-oss-tagging": "a%20b=c%3Dd&e" });
  });

  it("is absent for an object about whose tags nothing is said", () => {
    assert.deepEqual(encodeTaggingHeader(undefined, oss), {});
    assert.equal(decodeTaggingHeader({}, oss), undefined);
  });

  // oss2's tests expect these characters to arrive.
  it("reads what oss2 writes: an empty value without an equals sign, a plus as %2B", () => {
    assert.deepEqual(decode("key1&%2B-/=%3A%2B%3A"), { key1: "", "+-/": ":+:" });
  });

  it("reads a plus as a blank, as Java writes it", () => {
    assert.deepEqual(decode("a+b=c+d"), { "a b": "c d" });
  });

  // Source: the page of EC 0010-00000219.
  for (const text of ["aa=bb=cc", "a=%ZZ", "a=%FF", "a=1&a=2"]) {
    it(`refuses ${text}`, () => {
      assert.throws(
        () => decode(text),
        serviceError("InvalidArgument", {
          fields: { ArgumentName: "x-oss-tagging", ArgumentValue: text },
          ec: "0010-00000219",
        }),
      );
    });
  }

  for (const text of ["=v", "a=1&", `${"k".repeat(129)}=v`, `k=${"v".repeat(257)}`, "k=%E4%B8%AD"]) {
    it(`refuses the tags ${text.slice(0, 12)}`, () => {
      assert.throws(() => decode(text), serviceError("InvalidTag"));
    });
  }
});
