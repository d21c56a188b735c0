// What a download notes of its course: one line that says of what, then one for each range that has arrived. Each line
// ends in a checksum of itself; a line that is torn or damaged counts as not written.
import { crc64 } from "../../protocol/crc64/crc64.ts";
import type { ArrivedRange, ObjectIdentity } from "../download/download-target.ts";

const FORMAT_VERSION = 1;
const RANGE_LINE = /^range (\d{1,5}) (\d{1,20})$/;

export function formatNotesHead(identity: ObjectIdentity, rangeSizeBytes: number): string {
  const { etag, sizeBytes, crc64: sum, versionId } = identity;
  const facts = {
    version: FORMAT_VERSION,
    etag,
    sizeBytes,
    crc64: sum?.toString(),
    versionId,
    rangeSizeBytes,
  };
  return withChecksum(`download ${JSON.stringify(facts)}`);
}

export function formatRangeNote({ rangeIndex, crc64: sum }: ArrivedRange): string {
  return withChecksum(`range ${rangeIndex} ${sum}`);
}

/** @returns the latest note on each range; undefined unless the notes are of `head`'s object and ranges */
export function parseNotes(text: string, head: string): readonly ArrivedRange[] | undefined {
  if (!text.startsWith(head)) {
    return undefined;
  }
  const arrived = new Map<number, ArrivedRange>();
  for (const line of text.slice(head.length).split("\n")) {
    const match = RANGE_LINE.exec(checkedLine(line) ?? "");
    if (match) {
      const rangeIndex = Number(match[1]);
      arrived.set(rangeIndex, { rangeIndex, crc64: BigInt(match[2] ?? 0) });
    }
  }
  return [...arrived.values()];
}

function withChecksum(line: string): string {
  return `${line} ${checksum(line)}\n`;
}

function checkedLine(line: string): string | undefined {
  const end = line.lastIndexOf(" ");
  const words = line.slice(0, Math.max(end, 0));
  return line.slice(end + 1) === checksum(words) ? words : undefined;
}

function checksum(line: string): string {
  return crc64(new TextEncoder().encode(line)).toString(16).padStart(16, "0");
}
