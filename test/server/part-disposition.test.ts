import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parsePartDisposition } from "../../src/server/part-disposition.ts";

function parse(disposition: string, type?: string) {
  const binary = (text: string) => Buffer.from(text, "utf8").toString("latin1");
  return parsePartDisposition({
    "content-disposition": [binary(disposition)],
    ...(type === undefined ? {} : { "content-type": [type] }),
  });
}

describe("parsePartDisposition()", () => {
  for (const [disposition, expected] of [
    ['form-data; name="key"', { name: "key" }],
    ["form-data; name=key", { name: "key" }],
    ['FORM-DATA;NAME = "key" ; x=y', { name: "key" }],
    ['form-data; name="a;b=c"; filename="d;e"', { name: "a;b=c", fileName: "d;e" }],
    ['form-data; name="文件"; filename="图 片.png"', { name: "文件", fileName: "图 片.png" }],
    // As curl escapes it, and as a browser does.
    ['form-data; name="a\\"b"; filename="%22.txt"', { name: 'a"b', fileName: "%22.txt" }],
    ['form-data; name="file"; filename="C:\\dir\\a.txt"', { name: "file", fileName: "a.txt" }],
    ['form-data; name="file"; filename="../../a.txt"', { name: "file", fileName: "a.txt" }],
    ['form-data; name="file"; filename=""', { name: "file" }],
    ['form-data; filename="a"; name=""', { name: "", fileName: "a" }],
    ['form-data; name="file"; filename="a"; filename*=UTF-8\'\'b', { name: "file", fileName: "a" }],
  ] as const) {
    it(`reads ${disposition}`, () => {
      assert.deepEqual(parse(disposition), expected);
    });
  }

  it("keeps the parameters of the type", () => {
    assert.deepEqual(parse('form-data; name="file"', " text/plain; Charset=UTF-8 "), {
      name: "file",
      contentType: "text/plain; Charset=UTF-8",
    });
  });

  for (const disposition of [
    "",
    "form-data",
    "attachment; name=a",
    'form-data; name="a',
    "form-datax; name=a",
  ]) {
    it(`does not take "${disposition}" for a field`, () => {
      assert.equal(parse(disposition), undefined);
    });
  }

  it("refuses bytes that are no UTF-8", () => {
    assert.equal(parsePartDisposition({ "content-disposition": ['form-data; name="\xFF"'] }), undefined);
  });
});
