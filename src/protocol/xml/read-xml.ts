// XML in, from either side of the wire. The parser resolves no DTD, so there are no entities to expand and no bomb
// to go off; a document with a DOCTYPE is refused all the same, because no message of the wire has one.
import { XmlElement as ParsedElement, parseXml, XmlText } from "@rgrove/parse-xml";
import { ServiceError } from "../errors/service-error.ts";
import { hideControlCharacters, revealControlCharacters } from "./control-characters.ts";
import type { XmlElement } from "./xml-element.ts";

/** Deeper than any message; shallower than the parser's stack. */
const DEPTH_MAX = 16;

/** @throws {ServiceError} MalformedXML, with the parser's reason as ErrorDetail */
export function readXml(text: string): XmlElement {
  if (/<!DOCTYPE/i.test(text)) {
    throw malformedXml("A document type declaration is not allowed.");
  }
  assertDepth(text);
  let root: ParsedElement | null;
  try {
    root = parseXml(hideControlCharacters(text)).root;
  } catch (cause) {
    throw malformedXml(cause instanceof Error ? (cause.message.split("\n", 1)[0] ?? "") : "", cause);
  }
  if (root === null) {
    throw malformedXml("The document has no element.");
  }
  return toElement(root);
}

export function malformedXml(detail: string, cause?: unknown): ServiceError {
  return new ServiceError("MalformedXML", { fields: { ErrorDetail: detail }, cause });
}

// Comments and the like, whose text may look like tags; else a tag, whose attributes may hold ">". What does not end
// runs to the end of the text, so that no character is looked at twice.
const MARKUP =
  /<!--(?:[\s\S]*?-->|[\s\S]*)|<!\[CDATA\[(?:[\s\S]*?\]\]>|[\s\S]*)|<\?(?:[\s\S]*?\?>|[\s\S]*)|<(?:[^<>"']|"[^<"]*"|'[^<']*')*>/g;

// The parser recurses into elements, so depth is counted before it starts.
function assertDepth(text: string): void {
  let depth = 0;
  for (const [markup] of text.matchAll(MARKUP)) {
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
