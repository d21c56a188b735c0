// A journal as text: one JSON document a line, each followed by its own CRC-64. The first line is the header; a line
// counts only in the file of its header, because the header's CRC goes into its own. A process may end, and a disk fill
// up, in the middle of any line, so whatever cannot be read is passed over.
import { crc64 } from "../../protocol/crc64/crc64.ts";
import { parseCrc64 } from "../../protocol/fields/crc64-text.ts";
import { isPartNumber } from "../../protocol/fields/part-number.ts";
import { present } from "../../protocol/fields/present.ts";
import type { Recut } from "../upload/recut.ts";
import type { SourceIdentity } from "../upload/source-identity.ts";
import type {
  JournaledPart,
  JournaledUpload,
  JournalHeader,
  JournalTarget,
} from "../upload/upload-journal.ts";

/** Of the lines below. A program of another version leaves the file alone. */
const FORMAT_VERSION = 1;

/** 16 hexadecimal digits behind a space. */
const CHECKSUM = /^(.*) ([0-9a-f]{16})$/s;

const COMPLETING = JSON.stringify({ completing: true });

/** The lines of one journal. Each ends with a line feed and holds none. */
export interface JournalLines {
  readonly header: string;
  part(part: JournaledPart): string;
  recut(recut: Recut): string;
  completing(): string;
}

/** @returns how the journal that begins with `header` writes its lines */
export function journalLines(header: JournalHeader): JournalLines {
  const text = headerText(header);
  const seed = checksumOf(text, 0n);
  const line = (said: string) => lineOf(said, checksumOf(said, seed));
  return {
    header: lineOf(text, seed),
    part: (part) => line(partText(part)),
    recut: ({ fromPartNumber, start, partSizeBytes }) =>
      line(JSON.stringify({ recut: { fromPartNumber, start, partSizeBytes } })),
    completing: () => line(COMPLETING),
  };
}

/** @returns undefined unless the first line is a whole header of this version */
export function readJournal(bytes: Uint8Array): JournaledUpload | undefined {
  // Broken bytes become other characters, and then the CRC of their line is wrong.
  const [first = "", ...lines] = new TextDecoder().decode(bytes).split("\n");
  const firstText = checkedText(first, 0n);
  const header = firstText === undefined ? undefined : headerOf(parseObject(firstText));
  if (firstText === undefined || header === undefined) {
    return undefined;
  }
  const seed = checksumOf(firstText, 0n);
  const parts = new Map<number, JournaledPart>();
  const recuts: Recut[] = [];
  let isCompleting = false;
  for (const line of lines) {
    const text = checkedText(line, seed);
    const fields = text === undefined ? {} : parseObject(text);
    const part = partOf(isFields(fields.part) ? fields.part : fields);
    const recut = recutOf(fields.recut);
    if (recut !== undefined) {
      recuts.push(recut);
    }
    if (part !== undefined) {
      parts.set(part.partNumber, part);
      isCompleting = false;
    }
    isCompleting ||= text === COMPLETING;
  }
  return {
    header,
    parts: [...parts.values()],
    isCompleting,
    ...(recuts.length > 0 && { recuts }),
  };
}

/** Always the same for the same header, because the other lines' checksums begin with its own. */
function headerText({ target, source, uploadId, partSizeBytes, startedAtMs, wishes }: JournalHeader): string {
  const { endpoint, bucket, key } = target;
  const { name, sizeBytes, modifiedNs, inode, device } = source;
  return JSON.stringify({
    version: FORMAT_VERSION,
    target: { endpoint, bucket, key },
    source: { name, sizeBytes, modifiedNs, inode, device },
    uploadId,
    partSizeBytes,
    startedAtMs,
    wishes,
  });
}

/** A part that was cut anew is in a line of its own kind: programs that know none of them pass over it. */
function partText({ partNumber, etag, sizeBytes, crc64: partCrc64, start }: JournaledPart): string {
  const part = { partNumber, etag, sizeBytes, crc64: partCrc64.toString() };
  return JSON.stringify(start === undefined ? part : { part: { ...part, start } });
}

function lineOf(text: string, checksum: bigint): string {
  return `${text} ${checksum.toString(16).padStart(16, "0")}\n`;
}

function checksumOf(text: string, seed: bigint): bigint {
  return crc64(new TextEncoder().encode(text), seed);
}

/** The line without its checksum, if that is right. */
function checkedText(line: string, seed: bigint): string | undefined {
  const [, text, checksum] = CHECKSUM.exec(line) ?? [];
  return text !== undefined && checksumOf(text, seed) === BigInt(`0x${checksum}`) ? text : undefined;
}

type Fields = Readonly<Record<string, unknown>>;

function parseObject(text: string): Fields {
  try {
    const value: unknown = JSON.parse(text);
    return isFields(value) ? value : {};
  } catch {
    // The checksum was right, so this is what another program wrote.
    return {};
  }
}

function headerOf(fields: Fields): JournalHeader | undefined {
  const { version, target: targetFields, source: sourceFields } = fields;
  const { uploadId, partSizeBytes, startedAtMs, wishes } = fields;
  const target = targetOf(targetFields);
  const source = sourceOf(sourceFields);
  const isWhole =
    version === FORMAT_VERSION &&
    isText(uploadId) &&
    isCount(partSizeBytes) &&
    isNumber(startedAtMs) &&
    isText(wishes);
  return isWhole && target !== undefined && source !== undefined
    ? { target, source, uploadId, partSizeBytes, startedAtMs, wishes }
    : undefined;
}

function targetOf(fields: unknown): JournalTarget | undefined {
  const { endpoint, bucket, key } = isFields(fields) ? fields : {};
  return isText(endpoint) && isText(bucket) && isText(key) ? { endpoint, bucket, key } : undefined;
}

function sourceOf(fields: unknown): SourceIdentity | undefined {
  const { name, sizeBytes, modifiedNs, inode, device } = isFields(fields) ? fields : {};
  if (!isText(name) || !isCount(sizeBytes)) {
    return undefined;
  }
  const [modified, node, disk] = [modifiedNs, inode, device].map((value) =>
    isText(value) ? value : undefined,
  );
  return present({ name, sizeBytes, modifiedNs: modified, inode: node, device: disk });
}

function partOf({ partNumber, etag, sizeBytes, crc64: crc64Text, start }: Fields): JournaledPart | undefined {
  const partCrc64 = isText(crc64Text) ? parseCrc64(crc64Text) : undefined;
  const isWhole = isNumber(partNumber) && isPartNumber(partNumber) && isText(etag) && isCount(sizeBytes);
  return isWhole && partCrc64 !== undefined
    ? { partNumber, etag, sizeBytes, crc64: partCrc64, ...(isCount(start) && { start }) }
    : undefined;
}

function recutOf(fields: unknown): Recut | undefined {
  const { fromPartNumber, start, partSizeBytes } = isFields(fields) ? fields : {};
  return isCount(fromPartNumber) && isCount(start) && isCount(partSizeBytes)
    ? { fromPartNumber, start, partSizeBytes }
    : undefined;
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null;
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function isNumber(value: unknown): value is number {
  return typeof value === "number";
}

function isCount(value: unknown): value is number {
  return isNumber(value) && Number.isSafeInteger(value) && value >= 0;
}
