// XML out. The document begins at byte 0 and carries no xmlns: oss2 finds no element in a namespace, and ali-oss
// refuses white space before the first tag.
import type { XmlElement } from "./xml-element.ts";

const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';

// XML 1.0 has no way to write these, so they go as U+FFFD; a caller whose keys have them asks for encoding-type=url.
// biome-ignore lint/suspicious/noControlCharactersInRegex: exactly the characters that XML 1.0 cannot hold
const UNWRITABLE = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g;

export function writeXml(root: XmlElement): string {
  const pieces: string[] = [DECLARATION];
  writeElement(pieces, root);
  return pieces.join("");
}

function writeElement(pieces: string[], { name, text, children }: XmlElement): void {
  pieces.push("<", name, ">");
  if (children.length === 0) {
    pieces.push(escapeText(text));
  }
  for (const child of children) {
    writeElement(pieces, child);
  }
  pieces.push("</", name, ">");
}

function escapeText(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll("\r", "&#13;")
    .replace(UNWRITABLE, "\uFFFD");
}
