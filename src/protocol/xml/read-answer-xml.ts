// XML in, from a service: all that its answers are made of, in little code, for pages load it too. What servers take from
// anybody goes through read-xml.ts, whose parser alone is a quarter of what a page may load. A page's own parser is no
// way around it: workers have none.
//
// A document is a row of tokens; what is none of them is not well-formed. Nothing of a DTD is known, so there are no
// entities to expand.
import { malformedXml } from "./malformed-xml.ts";
import type { XmlElement } from "./xml-element.ts";

interface OpenElement extends XmlElement {
  text: string;
  readonly children: OpenElement[];
}

/** Deeper than any answer. */
const DEPTH_MAX = 16;

/** In order: comment, instruction, CDATA, end of an element, begin of one with attributes that nobody needs, text. */
const TOKEN =
  /<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<!\[CDATA\[([\s\S]*?)\]\]>|<\/([^\s<>"'/=\p{Cc}]+)\s*>|<([^\s<>"'/=!?\p{Cc}]+)(?:\s+[^\s<>"'/=]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*\s*(\/?)>|([^<]+)/guy;

const REFERENCE = /&(?:#x([\da-f]+);|#(\d+);|(\w+);|)/gi;

const entities: Readonly<Record<string, string>> = { amp: "&", apos: "'", gt: ">", lt: "<", quot: '"' };

/** @throws {ServiceError} MalformedXML */
export function readAnswerXml(text: string): XmlElement {
  // XML 1.0, 2.11: every line end is a line feed.
  const document = text.replace(/^\uFEFF/, "").replaceAll(/\r\n?/g, "\n");
  const top: OpenElement = { name: "", text: "", children: [] };
  const open = [top];
  let endsAt = 0;
  for (const [token, cdata, closed, opened, slash, characters = ""] of document.matchAll(TOKEN)) {
    const parent = open.at(-1) ?? top;
    endsAt += token.length;
    if (opened !== undefined) {
      const child = { name: opened, text: "", children: [] };
      parent.children.push(child);
      // Only elements without children have text, and what is around the root is looked at in the end.
      parent.text = parent === top ? top.text : "";
      if (slash === "") {
        open.push(child);
      }
    } else if (closed !== undefined) {
      open.pop();
    } else if (parent.children.length === 0 || parent === top) {
      parent.text += cdata ?? withoutReferences(characters);
    }
    if (open.length > DEPTH_MAX + 1 || (closed !== undefined && closed !== parent.name)) {
      break;
    }
  }
  const [root] = top.children;
  const isWhole = endsAt === document.length && open.length === 1 && top.children.length === 1;
  if (root === undefined || !isWhole || top.text.trim() !== "" || document.includes("\0")) {
    throw malformedXml(`It is not well-formed, or nested too deep, before character ${endsAt}.`);
  }
  return root;
}

function withoutReferences(characters: string): string {
  return characters.replace(REFERENCE, (_, hex?: string, decimal?: string, name?: string) => {
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    const isCharacter = code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
    const character = isCharacter ? String.fromCodePoint(code) : entities[name ?? ""];
    if (character === undefined) {
      throw malformedXml("It has a reference to something that is no character.");
    }
    return character;
  });
}
