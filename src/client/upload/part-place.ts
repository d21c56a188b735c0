// Where a part begins, as a journal notes it.
import type { JournaledPart } from "./upload-journal.ts";

/** The part as a journal keeps it: with its place, if that does not follow from its number and the size of the first. */
export function withPlace(part: JournaledPart, start: number, firstPartSizeBytes: number): JournaledPart {
  return start === (part.partNumber - 1) * firstPartSizeBytes ? part : { ...part, start };
}
