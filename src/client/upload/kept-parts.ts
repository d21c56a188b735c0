// Which parts of an earlier run need not be sent again. Pure.

import { isSameEtag } from "../../protocol/etag.ts";
import type { ComparedPart, FittingPart } from "./fitting-plans.ts";
import type { PlannedPart } from "./part-plan.ts";
import type { JournaledPart } from "./upload-journal.ts";

/**
 * The journal's parts that the service has too, as they were sent: of the planned place and size, with the same ETag and,
 * where the service tells it, the same CRC-64. All others have to prove themselves, or are sent again, which replaces them.
 */
export function keptParts(options: {
  readonly plan: readonly PlannedPart[];
  /** With which the upload was begun: where a part begins of which the journal does not tell. */
  readonly partSizeBytes: number;
  readonly journaled: readonly JournaledPart[];
  readonly listed: readonly ComparedPart[];
}): readonly JournaledPart[] {
  const listed = new Map(options.listed.map((part) => [part.partNumber, part]));
  return options.journaled.filter((part) => {
    const planned = options.plan[part.partNumber - 1];
    const there = listed.get(part.partNumber);
    return (
      planned !== undefined &&
      there !== undefined &&
      (part.start ?? (part.partNumber - 1) * options.partSizeBytes) === planned.start &&
      part.sizeBytes === planned.end - planned.start &&
      there.sizeBytes === part.sizeBytes &&
      isSameEtag(there.etag, part.etag) &&
      (there.crc64 === undefined || there.crc64 === part.crc64)
    );
  });
}

/**
 * The parts that the service has with the planned size and that are not kept: their lines may have been lost with the end of
 * a journal, which a killed process or a full disk leaves torn. Only their bytes can tell whether they are ours.
 */
export function unprovenParts(options: {
  readonly plan: readonly PlannedPart[];
  readonly kept: readonly JournaledPart[];
  readonly listed: readonly ComparedPart[];
}): readonly FittingPart[] {
  const kept = new Set(options.kept.map(({ partNumber }) => partNumber));
  return options.listed.flatMap((listed) => {
    const planned = options.plan[listed.partNumber - 1];
    const isOfPlan = planned !== undefined && listed.sizeBytes === planned.end - planned.start;
    return isOfPlan && !kept.has(listed.partNumber)
      ? [{ listed, start: planned.start, end: planned.end }]
      : [];
  });
}
