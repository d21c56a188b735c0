import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { readAnswerXml } from "../../src/protocol/xml/read-answer-xml.ts";
import { readXml } from "../../src/protocol/xml/read-xml.ts";
import { writeXml } from "../../src/protocol/xml/write-xml.ts";
import { childText, element } from "../../src/protocol/xml/xml-element.ts";
import { isXmlText } from "../../src/protocol/xml/xml-text.ts";
import { serviceError } from "./request-builder.ts";
import { anyText, xmlText } from "./wire-arbitraries.ts";

const BILLION_LAUGHS =
  '<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]><r>&b;</r>';

const REFUSED = {
  nothing: "",
  "no element": "<?xml version='1.0'?>",
  "plain text": "hello",
  "an open tag": "<a><b></a>",
  "two roots": "<a/><b/>",
  "a bare ampersand": "<a>a & b</a>",
  "an unknown entity": "<a>&nbsp;</a>",
  "the character 0": "<a>\u0000</a>",
  "a reference to the character 0": "<a>&#0;</a>",
  "a control character outside of text": "<a\u0001></a\u0001>",
  "a reference to half a surrogate pair": "<a>&#xD800;</a>",
  "a document type": "<!DOCTYPE a><a/>",
  "a document type in lower case": "<!doctype a><a/>",
  "an external entity": '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
  "a bomb of entities": BILLION_LAUGHS,
  "elements nested 17 deep": "<a>".repeat(17) + "</a>".repeat(17),
  "elements nested a million deep": "<a>".repeat(1_000_000),
  "attributes that hide the depth, nested 100,000 deep":
    '<a b="/>">'.repeat(100_000) + "</a>".repeat(100_000),
  "attributes that hide the end of a tag": '<a b=">">'.repeat(17) + "</a>".repeat(17),
};

describe("readAnswerXml()", () => {
  for (const [what, text] of Object.entries(REFUSED)) {
    it(`refuses ${what}`, () => {
      assert.throws(() => readAnswerXml(text), serviceError("MalformedXML"));
    });
  }

  for (const [what, text] of Object.entries({
    "a declaration, a namespace and white space":
      '\uFEFF<?xml version="1.0" encoding="UTF-8"?>\r\n<a xmlns="urn:x" b=\'"\'>\n <b/>\t<c >x</c >\n</a>\n',
    "references, CDATA and comments":
      "<a>&lt;&#65;&#x4E2D;<![CDATA[&lt;<b>]]>&amp;<!--<c>-->&quot;&apos;&gt;</a>",
    "line ends of all kinds": "<a>1\r\n2\r3\n4&#13;</a>",
    "control characters": "<a>\f-\u0001&#12;\uFDD0</a>",
    "an end of an attribute in another": "<a b='/>' c=\">\"><d/></a>",
  })) {
    it(`reads ${what} as the parser of requests does`, () => {
      assert.deepEqual(readAnswerXml(text), readXml(text));
    });
  }

  it("reads every document that is written as the parser of requests does", () => {
    const leaf = fc
      .tuple(fc.constantFrom("a", "b-c", "é"), xmlText)
      .map(([name, text]) => element(name, text));
    const tree = fc.tuple(leaf, fc.array(leaf)).map(([{ name }, children]) => element(name, children));

    fc.assert(
      fc.property(fc.oneof(leaf, tree), (root) => {
        assert.deepEqual(readAnswerXml(writeXml(root)), readXml(writeXml(root)));
      }),
    );
  });

  it("reads what is left of a document if the parser of requests does, and as that does", () => {
    const whole = '<?xml version="1.0"?><a x="1"><b>1 &amp; 2</b><!--c--><d/><e><![CDATA[<]]></e></a>';

    fc.assert(
      fc.property(
        fc.nat(whole.length),
        fc.nat(8),
        fc.constantFrom("", "<", "&", ">", '"', "/", "]]>"),
        (at, size, put) => {
          const text = whole.slice(0, at) + put + whole.slice(at + size);
          const [outcome, expected] = [readAnswerXml, readXml].map((read) => outcomeOf(() => read(text)));
          assert.deepEqual(outcome, expected === "MalformedXML" ? outcome : expected);
          assert.ok(outcome === "MalformedXML" || typeof outcome === "object");
        },
      ),
      { numRuns: 2000 },
    );
  });
});

describe("readXml()", () => {
  for (const [what, text] of Object.entries(REFUSED)) {
    it(`refuses ${what}`, () => {
      assert.throws(() => readXml(text), serviceError("MalformedXML"));
    });
  }

  for (const [what, text] of Object.entries({
    "attributes that hold the end of an empty element": '<a b="/>">'.repeat(100_000),
    "attributes in single quotes that hold it": "<a b='/>'>".repeat(100_000),
    "a comment that holds ends of elements": `<!--${"</a>".repeat(100_000)}-->${"<a>".repeat(100_000)}`,
    "CDATA that holds ends of elements": `<a><![CDATA[${"</a>".repeat(100_000)}]]>${"<a>".repeat(100_000)}`,
    "an instruction that holds ends of elements": `<?b ${"</a>".repeat(100_000)}?>${"<a>".repeat(100_000)}`,
  })) {
    it(`is not led to believe that elements are not nested by ${what}`, () => {
      const fields = { ErrorDetail: "Elements are nested deeper than 16." };

      assert.throws(() => readXml(text), serviceError("MalformedXML", { fields }));
    });
  }

  // oss2's tests delete keys with a form feed by a document that holds them as they are.
  for (const [what, text] of Object.entries({
    "as they are": "<a>\f-\u0001\u001F\uFDD0</a>",
    "as references": "<a>&#12;-&#x1;&#x1f;&#xFDD0;</a>",
    "as references with zeros in front": "<a>&#0012;-&#x001;&#x01F;\uFDD0</a>",
    "in CDATA": "<a><![CDATA[\f-\u0001\u001F\uFDD0]]></a>",
  })) {
    it(`reads control characters that XML does not have, ${what}`, () => {
      assert.equal(readXml(text).text, "\f-\u0001\u001F\uFDD0");
    });
  }

  it("takes no reference in CDATA for one", () => {
    assert.equal(readXml("<a><![CDATA[&#12;]]></a>").text, "&#12;");
  });

  it("leaves references to other characters to the parser", () => {
    assert.equal(readXml("<a>&#65;&#x9;&#13;&#10;&#x4E2D;</a>").text, "A\t\r\n中");
  });

  it("does not take a comment's text for nested elements", () => {
    assert.equal(readXml(`<a><!--${"<a>".repeat(17)}--></a>`).name, "a");
  });

  it("reads elements nested 16 deep", () => {
    assert.equal(readXml("<a>".repeat(16) + "</a>".repeat(16)).name, "a");
  });

  for (const [what, text] of Object.entries({
    "1 MB of '<a'": "<a".repeat(500_000),
    "1 MB of '<'": "<".repeat(1_000_000),
    "1 MB of '<a '": "<a ".repeat(333_333),
    "1 MB of '<!'": "<!".repeat(500_000),
    "1 MB of '<!--'": "<!--".repeat(250_000),
    "1 MB of '<![CDATA['": "<![CDATA[".repeat(111_111),
    "1 MB of '<?'": "<?".repeat(500_000),
    "1 MB of '<a \"'": '<a "'.repeat(250_000),
    "1 MB of '<a \"\"'": '<a ""'.repeat(200_000),
    "1 MB of quotes": `<a ${'"'.repeat(1_000_000)}`,
    "1 MB of '&'": `<a>${"&".repeat(1_000_000)}</a>`,
    "an attribute of 1 MB that never ends": `<a b="${"c".repeat(1_000_000)}`,
    "a comment of 1 MB that never ends": `<a><!--${"-".repeat(1_000_000)}`,
  })) {
    it(`refuses ${what} in less than a second`, () => {
      const startedAtMs = performance.now();

      assert.throws(() => readXml(text), serviceError("MalformedXML"));

      assert.ok(performance.now() - startedAtMs < 1000);
    });
  }

  it("reads 1 MB of line ends in less than a second", () => {
    const text = `<a>${"\r\n".repeat(500_000)}</a>`;
    const startedAtMs = performance.now();

    assert.equal(readXml(text).text, "\n".repeat(500_000));

    assert.ok(performance.now() - startedAtMs < 1000);
  });

  it("reads a carriage return as a line feed, but not a reference to one", () => {
    const { text } = readXml("<a>x\r\ry\r\n<![CDATA[z\r\n]]>&#13;</a>");

    assert.equal(text, "x\n\ny\nz\n\r");
  });

  it("reads comments, CDATA and references inside a text", () => {
    const root = readXml("<a><b>x<!-- no -->y<![CDATA[<z>]]>&amp;&#34;&#x4e2d;</b></a>");

    assert.equal(childText(root, "b"), 'xy<z>&"中');
  });
});

describe("writeXml()", () => {
  it("begins at byte 0 and writes no namespace", () => {
    assert.equal(
      writeXml(element("A", [element("B", 'x<y>&"\r'), element("C")])),
      '<?xml version="1.0" encoding="UTF-8"?>\n<A><B>x&lt;y&gt;&amp;"&#13;</B><C></C></A>',
    );
  });

  it("writes what readXml() reads back", () => {
    fc.assert(
      fc.property(xmlText, xmlText, (first, second) => {
        const root = element("A", [element("B", first), element("C", second)]);

        assert.deepEqual(readXml(writeXml(root)), root);
      }),
    );
  });

  it("always writes well-formed XML, with U+FFFD for what XML cannot hold", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const read = readXml(writeXml(element("A", text))).text;

        assert.equal(read === text, isXmlText(text));
        assert.equal(read.length, text.length);
      }),
    );
  });
});

function outcomeOf(read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    return (error as { readonly code?: string }).code;
  }
}
