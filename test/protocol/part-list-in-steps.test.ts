import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { type CompletedPart, readCompletedParts } from "../../src/protocol/fields/part-list.ts";
import { readCompletedPartsInSteps } from "../../src/protocol/fields/part-list-in-steps.ts";
import { ServiceError } from "../../src/protocol/index.ts";
import { aRequest, serviceError } from "./request-builder.ts";

const ETAG = "4de8075fb607df4d13fbc480ea488efa";
/** Long enough to be read in several steps. */
const PART_COUNT = 1_200;

function aPart(number: number | string, quote = '"'): string {
  return `<Part><PartNumber>${number}</PartNumber><ETag>${quote}${ETAG}${quote}</ETag></Part>`;
}

function aDocument(parts: readonly string[]): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<CompleteMultipartUpload>${parts.join("")}</CompleteMultipartUpload>`;
}

const numbers = Array.from({ length: PART_COUNT }, (_, index) => index + 1);
const listed: readonly CompletedPart[] = numbers.map((partNumber) => ({ partNumber, etag: ETAG }));

function readInSteps(text: string): {
  readonly parts: readonly CompletedPart[];
  readonly pauseCount: number;
} {
  const steps = readCompletedPartsInSteps(aRequest({ text }));
  for (let pauseCount = 0; ; pauseCount += 1) {
    const step = steps.next();
    if (step.done) {
      return { parts: step.value, pauseCount };
    }
  }
}

/** What is read, or why nothing is. */
function outcomeOf(read: () => readonly CompletedPart[]): unknown {
  try {
    return read();
  } catch (failure) {
    assert.ok(failure instanceof ServiceError);
    return { code: failure.code, fields: failure.fields };
  }
}

describe("readCompletedPartsInSteps()", () => {
  const forms: Record<string, string> = {
    "the usual form": aDocument(numbers.map((number) => aPart(number))),
    "quotes as references": aDocument(numbers.map((number) => aPart(number, "&quot;"))),
    "ETags without quotes": aDocument(numbers.map((number) => aPart(number, ""))),
    "elements that nobody asked for": aDocument(
      numbers.map((number) => aPart(number).replace("<ETag>", "<Size>5</Size><ETag>")),
    ),
    "white space and line ends of any kind": aDocument(
      numbers.map((number) => `\r\n\t${aPart(number).replaceAll("><", ">\r\n <")}`),
    ),
    "a namespace": aDocument(numbers.map((number) => aPart(number))).replace(
      "<CompleteMultipartUpload>",
      '<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">',
    ),
  };
  for (const [what, text] of Object.entries(forms)) {
    it(`pauses while it reads a long list with ${what}`, () => {
      const { parts, pauseCount } = readInSteps(text);

      assert.deepEqual(parts, listed);
      assert.equal(pauseCount, 2);
    });
  }

  it("reads parts that are commented out as no parts", () => {
    const text = aDocument(numbers.map((number) => (number === 7 ? `<!--${aPart(7)}-->` : aPart(number))));

    assert.deepEqual(
      readInSteps(text).parts,
      listed.filter(({ partNumber }) => partNumber !== 7),
    );
  });

  it("refuses 10,001 parts", () => {
    const text = aDocument(Array.from({ length: 10_001 }, () => aPart(1)));

    assert.throws(() => readInSteps(text), serviceError("MalformedXML", { ec: "0042-00000205" }));
  });

  for (const [what, text] of Object.entries({
    "no part": aDocument([]),
    "an empty root": "<CompleteMultipartUpload/>",
    "one part": aDocument([aPart(1)]),
    "a declaration that no parser takes": aDocument([aPart(1)]).replace("version", "VERSION"),
    "what is no white space to XML behind the declaration": aDocument([aPart(1)]).replace("\n", "\u00a0"),
    "what is no white space to XML behind the last tag": `${aDocument([aPart(1)])}\u00a0`,
    "white space behind the last tag": `${aDocument([aPart(1)])}\r\n\t `,
    "more white space behind the last tag than is looked at": aDocument([aPart(1)]) + " ".repeat(40_000),
    "another root": aDocument([aPart(1)]).replaceAll("Complete", "complete"),
    "a root that begins twice": aDocument([aPart(1)]).replace("<Part>", "<CompleteMultipartUpload><Part>"),
    "text of all kinds": aDocument([`a\f\u00a0${aPart(1)}b`]),
  })) {
    it(`says of a list with ${what} what is said when it is read at once`, () => {
      assert.deepEqual(
        outcomeOf(() => readInSteps(text).parts),
        outcomeOf(() => readCompletedParts(aRequest({ text }))),
      );
    });
  }

  it("says of any document what is said when it is read at once", () => {
    const texts = [numbers, [1, 2, 3]].map((some) => aDocument(some.map((number) => aPart(number))));
    const snippets = fc.constantFrom(
      ...[
        "",
        "<",
        ">",
        "</Part>",
        "<Part>",
        '"',
        "&amp;",
        "&quot;",
        "<!-- ",
        "-->",
        "<?x?>",
        "<![CDATA[",
        "]]>",
      ],
      ...[
        aPart(1),
        aPart(10_001),
        aPart("x"),
        "</CompleteMultipartUpload><CompleteMultipartUpload>",
        "\u0001",
        "0",
      ],
      ...["<ETag>a</ETag>", "<Part/>", "<PartNumber>1</PartNumber>", " ", "text", "<Other></Other>"],
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...texts),
        fc.nat(),
        fc.constantFrom(0, 1, 5, 30, 200),
        snippets,
        (text, anyPosition, removed, snippet) => {
          const position = anyPosition % (text.length + 1);
          const changed = text.slice(0, position) + snippet + text.slice(position + removed);

          assert.deepEqual(
            outcomeOf(() => readInSteps(changed).parts),
            outcomeOf(() => readCompletedParts(aRequest({ text: changed }))),
          );
        },
      ),
      { numRuns: 120 },
    );
  });
});
