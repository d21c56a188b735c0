// Documents that are small enough to be taken and made to keep a server busy. While one is read, nobody else is served.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { XML_BODY_SIZE_MAX_BYTES } from "../../src/protocol/limits.ts";
import { readXml } from "../../src/protocol/xml/read-xml.ts";
import { serviceError } from "./request-builder.ts";

/** Far above what the slowest of them takes, far below what each took without a bound. */
const TIME_MAX_MS = 4_000;

function filled(piece: string): string {
  return piece.repeat(Math.floor((XML_BODY_SIZE_MAX_BYTES - 100) / piece.length));
}

function timeOf(read: () => unknown): number {
  const startedAtMs = performance.now();
  read();
  return performance.now() - startedAtMs;
}

describe("readXml() of a document of the largest size", () => {
  for (const lineEnd of ["\r\n", "\r"]) {
    it(`reads one of line ends ${JSON.stringify(lineEnd)} as line feeds, and soon`, () => {
      const document = `<a>${filled(lineEnd)}</a>`;
      const expected = filled(lineEnd).replaceAll(lineEnd, "\n");

      const took = timeOf(() => assert.ok(readXml(document).text === expected));

      assert.ok(took < TIME_MAX_MS, `${took} ms`);
    });
  }

  for (const [what, document] of [
    ["elements", `<a>${filled("<b/>")}</a>`],
    ["comments", `<a>${filled("<!---->")}</a>`],
    ["instructions", `<a>${filled("<?b?>")}</a>`],
    [
      "one element's attributes",
      `<a ${Array.from({ length: 300_000 }, (_, index) => `b${index}="c"`).join(" ")}/>`,
    ],
    ["many elements' attributes", `<a>${filled('<b c="" d="" e=""/>')}</a>`],
  ] as const) {
    it(`refuses one of ${what}`, () => {
      assert.throws(() => readXml(document), serviceError("MalformedXML"));
    });
  }
});

describe("readXml()", () => {
  it("reads a completion of 10,000 parts, with quotes as references and a namespace", () => {
    const part =
      "<Part><PartNumber>1</PartNumber><ETag>&#34;0123456789ABCDEF0123456789ABCDEF&#34;</ETag></Part>";

    const root = readXml(`<a xmlns="http://doc.oss-cn-hangzhou.aliyuncs.com">${part.repeat(10_000)}</a>`);

    assert.equal(root.children.length, 10_000);
  });
});
