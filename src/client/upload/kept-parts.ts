// Which parts of an earlier run need not be sent again. Pure.

import { isSameEtag } from "../../protocol/etag.ts";
import type { ListedPart } from "../../protocol/operations/list-parts.ts";
import type { PlannedPart } from "./part-plan.ts";
import type { JournaledPart } from "./upload-journal.ts";

/**
 * The journal's parts that the service has too, as they were sent: of the planned size, with the same ETag and, where
 * the service tells it, the same CRC-64. All others are sent again, which replaces them.
 */
export function keptParts(options: {
  readonly plan: readonly PlannedPart[];
  readonly journaled: readonly JournaledPart[];
  readonly listed: readonly ListedPart[];
}): readonly JournaledPart[] {
  const listed = new Map(options.listed.map((part) => [part.partNumber, part]));
  return options.journaled.filter((part) => {
    const planned = options.plan[part.partNumber - 1];
    const there = listed.get(part.partNumber);
    return (
      planned !== undefined &&
      there !== undefined &&
      part.sizeBytes === planned.end - planned.start &&
      there.sizeBytes === part.sizeBytes &&
      isSameEtag(there.etag, part.etag) &&
      (there.crc64 === undefined || there.crc64 === part.crc64)
    );
  });
}
