// XML in, from anybody who sends a request. The parser resolves no DTD, so there are no entities to expand and no bomb
// to go off; a document with a DOCTYPE is refused all the same, because no message of the wire has one.
import { XmlElement as ParsedElement, parseXml, XmlText } from "@rgrove/parse-xml";
import { hideControlCharacters, revealControlCharacters } from "./control-characters.ts";
import { malformedXml } from "./malformed-xml.ts";
import type { XmlElement } from "./xml-element.ts";

/** Deeper than any message; shallower than the parser's stack. */
const DEPTH_MAX = 16;
/** Tags, comments and the like. A completion of 10,000 parts has 60,000. */
const MARKUP_COUNT_MAX = 200_000;
/** Of all elements together. No message of the wire has an attribute, but some clients name a namespace. */
const ATTRIBUTE_COUNT_MAX = 1000;

/** @throws {ServiceError} MalformedXML, with the parser's reason as ErrorDetail */
export function readXml(text: string): XmlElement {
  if (/<!DOCTYPE/i.test(text)) {
    throw malformedXml("A document type declaration is not allowed.");
  }
  assertBounds(text);
  let root: ParsedElement | null;
  try {
    root = parseXml(hideControlCharacters(normalizeLineEnds(text))).root;
  } catch (cause) {
    throw malformedXml(cause instanceof Error ? (cause.message.split("\n", 1)[0] ?? "") : "", cause);
  }
  if (root === null) {
    throw malformedXml("The document has no element.");
  }
  return toElement(root);
}

/**
 * Every line end as a line feed, as XML asks for before anything is parsed (XML 1.0, 2.11). The parser would do it too,
 * but copies the text for each carriage return: a document of 1 MB of them would keep it busy for minutes.
 */
function normalizeLineEnds(text: string): string {
  return text.replaceAll(/\r\n?/g, "\n");
}

// Comments and the like, whose text may look like tags; else a tag, whose attributes may hold ">". What does not end
// runs to the end of the text, so that no character is looked at twice.
const MARKUP =
  /<!--(?:[\s\S]*?-->|[\s\S]*)|<!\[CDATA\[(?:[\s\S]*?\]\]>|[\s\S]*)|<\?(?:[\s\S]*?\?>|[\s\S]*)|<(?:[^<>"']|"[^<"]*"|'[^<']*')*>/g;

// The parser recurses into elements, and what it builds of a million of them takes seconds in which nobody else is
// served; so they are counted before it starts.
function assertBounds(text: string): void {
  let depth = 0;
  let markupCount = 0;
  let attributeCount = 0;
  for (const [markup] of text.matchAll(MARKUP)) {
    markupCount += 1;
    attributeCount += /^<[!?]/.test(markup) ? 0 : markup.split("=", ATTRIBUTE_COUNT_MAX + 2).length - 1;
    if (markupCount > MARKUP_COUNT_MAX) {
      throw malformedXml(`The document has more than ${MARKUP_COUNT_MAX} tags.`);
    }
    if (attributeCount > ATTRIBUTE_COUNT_MAX) {
      throw malformedXml(`The document has more than ${ATTRIBUTE_COUNT_MAX} attributes.`);
    }
    if (markup.startsWith("</")) {
      depth -= 1;
    } else if (!/^<[!?]/.test(markup) && !markup.endsWith("/>")) {
      depth += 1;
    }
    if (depth > DEPTH_MAX) {
      throw malformedXml(`Elements are nested deeper than ${DEPTH_MAX}.`);
    }
  }
}

function toElement(parsed: ParsedElement): XmlElement {
  const children: XmlElement[] = [];
  let text = "";
  for (const child of parsed.children) {
    if (child instanceof ParsedElement) {
      children.push(toElement(child));
    } else if (child instanceof XmlText) {
      text += revealControlCharacters(child.text);
    }
  }
  return { name: parsed.name, text: children.length > 0 ? "" : text, children };
}
