// XML 1.0 knows no control characters but tab, line feed and carriage return, and no strict parser lets the others
// pass. Keys may contain them, and clients put them into documents as they are: oss2's tests delete keys with a form
// feed by DeleteMultipleObjects, and the service takes them. So they are hidden from the parser, and come back after it.

/** Stands in front of every character that was hidden, and of itself. A noncharacter: XML allows it, no text needs it. */
const MARK = "\uFDD0";
/** A hidden character is written as the one so much above it, which is a letter. */
const DISTANCE = 0x100;

// U+0000 stays where it is, and is refused: no text has it.
// biome-ignore lint/suspicious/noControlCharactersInRegex: exactly the characters that are hidden
const HIDDEN = /[\u0001-\u0008\u000B\u000C\u000E-\u001F\uFDD0]/g;
/** To exactly these, for documents are full of references to quotes. */
const HIDDEN_REFERENCE = /&#(?:x0*(?<hex>[1-8bcef]|1[0-9a-f])|0*(?<decimal>[1-8]|1[124-9]|2[0-9]|3[01]));/gi;
const REVEALED = /\uFDD0(?<character>[\u0101-\u011F\uFDD0])/g;

/** Makes a document with control characters, as such or as references, one that a strict parser reads. */
export function hideControlCharacters(text: string): string {
  const hidden = text.replace(HIDDEN, hide);
  // What looks like a reference in a CDATA section is none.
  if (hidden.includes("<![CDATA[")) {
    return hidden;
  }
  return hidden.replace(HIDDEN_REFERENCE, (_reference, hex?: string, decimal?: string) =>
    hide(String.fromCharCode(hex ? Number.parseInt(hex, 16) : Number(decimal))),
  );
}

/** The text that was meant, from one that went through the parser. */
export function revealControlCharacters(text: string): string {
  return text.replace(REVEALED, (_hidden, character: string) =>
    character === MARK ? MARK : String.fromCharCode(character.charCodeAt(0) - DISTANCE),
  );
}

function hide(character: string): string {
  return MARK + (character === MARK ? MARK : String.fromCharCode(character.charCodeAt(0) + DISTANCE));
}
