// A list of parts, read in steps: 10,000 parts take a strict parser 0.1 s, in which a server would serve nobody else, and
// 250 take it 20 ms when they are the first that a process reads, for its code has never run before.
// The document is cut behind parts. Without comments, sections and instructions, none of which such a list needs, every
// "<" begins a tag, so the pieces are well-formed exactly if the whole is. Most pieces are as every known client writes
// them and take one expression; the others go through the parser. Whatever is wrong is said by reading the whole.
import { ServiceError } from "../errors/service-error.ts";
import type { RequestMessage } from "../http-message.ts";
import { readXml } from "../xml/read-xml.ts";
import { assertPartList, type CompletedPart, completedPartsOf, readCompletedParts } from "./part-list.ts";
import { isPartNumber } from "./part-number.ts";

const PARTS_PER_STEP = 500;
const ROOT = "CompleteMultipartUpload";
const PART_END = "</Part>";

const HEAD = /^\uFEFF?(?:<\?xml[^<>]*\?>)?\s*<CompleteMultipartUpload(?:\s[^<>]*)?>/;
const TAIL = /<\/CompleteMultipartUpload[ \t\r\n]*>[ \t\r\n]*$/;
/** White space behind the last tag is looked for in these, so that no document makes it long. */
const TAIL_CHARACTERS_MAX = 32 * 1024;
/** As clients write it, without anything that a parser could object to. */
const PLAIN_HEAD =
  /^(?:<\?xml version="1\.0"(?: encoding="(?:UTF|utf)-8")?\?>[ \t\r\n]*)?<CompleteMultipartUpload(?: xmlns="[\w:/.-]*")?>$/;
/** One part in the usual form. */
const PART =
  /\s*<Part>\s*<PartNumber>\s*(\d{1,5})\s*<\/PartNumber>\s*<ETag>\s*("|&quot;|&#34;|)([\da-f]{32})\2\s*<\/ETag>\s*<\/Part>\s*/giy;

/**
 * What `readCompletedParts()` reads, with a pause between every few hundred parts.
 *
 * @throws {ServiceError} as `readCompletedParts()` does
 */
export function* readCompletedPartsInSteps(
  request: RequestMessage,
): Generator<void, readonly CompletedPart[], void> {
  const content = contentOf(request.text ?? "");
  if (content === undefined) {
    return readCompletedParts(request);
  }
  const parts: CompletedPart[] = [];
  for (let start = 0; start < content.length; ) {
    if (start > 0) {
      yield;
    }
    const end = endOfStep(content, start);
    const read = readPiece(content.slice(start, end));
    if (read === undefined) {
      return readCompletedParts(request);
    }
    parts.push(...read);
    start = end;
  }
  assertPartList(parts);
  return parts;
}

/** What stands between the root's tags, if the document can be cut. */
function contentOf(text: string): string | undefined {
  const head = HEAD.exec(text)?.[0];
  if (head === undefined || head.endsWith("/>") || !isHeadWellFormed(head)) {
    return undefined;
  }
  const tail = TAIL.exec(text.slice(Math.max(head.length, text.length - TAIL_CHARACTERS_MAX)))?.[0];
  if (tail === undefined) {
    return undefined;
  }
  const content = text.slice(head.length, text.length - tail.length);
  return content.includes("<!") || content.includes("<?") ? undefined : content;
}

function isHeadWellFormed(head: string): boolean {
  if (PLAIN_HEAD.test(head)) {
    return true;
  }
  try {
    readXml(`${head}</${ROOT}>`);
    return true;
  } catch (failure) {
    if (failure instanceof ServiceError) {
      return false;
    }
    throw failure;
  }
}

/** Behind some hundred parts from `start` on, or where the content ends. */
function endOfStep(content: string, start: number): number {
  let end = start;
  for (let count = 0; count < PARTS_PER_STEP; count += 1) {
    const found = content.indexOf(PART_END, end);
    if (found === -1) {
      return content.length;
    }
    end = found + PART_END.length;
  }
  return end;
}

/** @returns undefined when there is something wrong with it */
function readPiece(piece: string): readonly CompletedPart[] | undefined {
  const usual = readUsualPiece(piece);
  if (usual !== undefined) {
    return usual;
  }
  try {
    return completedPartsOf(readXml(`<${ROOT}>${piece}</${ROOT}>`));
  } catch (failure) {
    if (failure instanceof ServiceError) {
      return undefined;
    }
    throw failure;
  }
}

/** @returns undefined when it has anything but parts in the usual form */
function readUsualPiece(piece: string): readonly CompletedPart[] | undefined {
  const parts: CompletedPart[] = [];
  let readLength = 0;
  for (const [part, number, , etag = ""] of piece.matchAll(PART)) {
    const partNumber = Number(number);
    if (!isPartNumber(partNumber)) {
      return undefined;
    }
    parts.push({ partNumber, etag });
    readLength += part.length;
  }
  return readLength === piece.length ? parts : undefined;
}
