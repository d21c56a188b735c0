// How an upload was cut, told from the parts that the service lists of it. Nothing else tells it: the service knows
// numbers and sizes, and neither the place of a part nor the size that was asked for.
import { PART_COUNT_MAX, PART_SIZE_MAX_BYTES, PART_SIZE_MIN_BYTES } from "../../protocol/limits.ts";
import type { ListedPart } from "../../protocol/operations/list-parts.ts";
import { planContinuation } from "./plan-continuation.ts";
import type { Recut } from "./recut.ts";

/** What parts are compared by. */
export type ComparedPart = Omit<ListedPart, "lastModified">;

export interface FittingPart {
  readonly listed: ComparedPart;
  /** The bytes of the source from `start` up to, but not including, `end`. */
  readonly start: number;
  readonly end: number;
}

/** One way in which the upload may have been cut. */
export interface FittingPlan {
  /** Of every part but the last, and those that were cut anew. */
  readonly partSizeBytes: number;
  readonly recuts: readonly Recut[];
  /** In order. */
  readonly parts: readonly FittingPart[];
  readonly sizeBytes: number;
}

export interface FittingPlansOptions {
  readonly listed: readonly ListedPart[];
  /** Of the whole source. */
  readonly sizeBytes: number;
  /** The least that the service takes of a part that is not the last. */
  readonly partSizeMinBytes: number;
}

type Cut = Pick<FittingPlan, "partSizeBytes" | "recuts">;

/** An upload of ours has a few sizes. One that has many was cut otherwise, and is not looked at for ever. */
const SIZE_COUNT_MAX = 8;

/**
 * The part sizes with which listed parts have a place in the source, and the parts that have one: part n begins at
 * (n − 1) part sizes and is as long as that, the last as long as what is left. Where parts were cut anew, those from the
 * first to the first that is missing tell how.
 *
 * @returns the plan with which most bytes have a place first; none when no part size gives any part a place
 */
export function fittingPlans(options: FittingPlansOptions): readonly FittingPlan[] {
  const { listed, sizeBytes, partSizeMinBytes } = options;
  const isPossible = (partSizeBytes: number) =>
    Number.isSafeInteger(partSizeBytes) &&
    partSizeBytes > 0 &&
    partSizeBytes >= Math.min(partSizeMinBytes, sizeBytes) &&
    partSizeBytes <= PART_SIZE_MAX_BYTES &&
    Math.ceil(sizeBytes / partSizeBytes) <= PART_COUNT_MAX;
  return [...new Set([...commonSizes(listed), ...sizesByLastPart(listed, sizeBytes)])]
    .filter(isPossible)
    .map((partSizeBytes): Cut => ({ partSizeBytes, recuts: [] }))
    .concat(cutByFirstParts(listed, sizeBytes) ?? [])
    .map((cut) => partsWithPlace(listed, sizeBytes, cut))
    .filter(({ parts }) => parts.length > 0)
    .sort((left, right) => right.sizeBytes - left.sizeBytes);
}

/** Those that most parts have, first. */
function commonSizes(listed: readonly ListedPart[]): readonly number[] {
  const counts = new Map<number, number>();
  for (const { sizeBytes } of listed) {
    counts.set(sizeBytes, (counts.get(sizeBytes) ?? 0) + 1);
  }
  return [...counts]
    .sort(([, left], [, right]) => right - left)
    .slice(0, SIZE_COUNT_MAX)
    .map(([sizeBytes]) => sizeBytes);
}

/** If the listed part with the highest number is the last of all, the others have divided what is before it equally. */
function sizesByLastPart(listed: readonly ListedPart[], sizeBytes: number): readonly number[] {
  const last = listed.reduce<ListedPart | undefined>(
    (highest, part) => (highest === undefined || part.partNumber > highest.partNumber ? part : highest),
    undefined,
  );
  return last === undefined || last.partNumber === 1
    ? []
    : [(sizeBytes - last.sizeBytes) / (last.partNumber - 1)];
}

/** Undefined if their sizes do not change, or otherwise than those of an upload of ours. */
function cutByFirstParts(listed: readonly ListedPart[], sizeBytes: number): Cut | undefined {
  const byNumber = new Map(listed.map((part) => [part.partNumber, part.sizeBytes]));
  const partSizeBytes = byNumber.get(1) ?? 0;
  const recuts: Recut[] = [];
  let start = 0;
  let lastSize = partSizeBytes;
  for (let partNumber = 1; partNumber <= PART_COUNT_MAX; partNumber += 1) {
    const size = byNumber.get(partNumber);
    // The last part is shorter without being cut anew.
    if (size === undefined || start + size >= sizeBytes) {
      break;
    }
    if (size < PART_SIZE_MIN_BYTES) {
      return undefined;
    }
    if (size !== lastSize) {
      recuts.push({ fromPartNumber: partNumber, start, partSizeBytes: size });
      lastSize = size;
    }
    start += size;
  }
  return recuts.length === 0 || recuts.length >= SIZE_COUNT_MAX ? undefined : { partSizeBytes, recuts };
}

function partsWithPlace(
  listed: readonly ListedPart[],
  sizeBytes: number,
  { partSizeBytes, recuts }: Cut,
): FittingPlan {
  const planned = planContinuation(sizeBytes, partSizeBytes, recuts)?.parts ?? [];
  const parts = listed.flatMap((part): readonly FittingPart[] => {
    const place = planned[part.partNumber - 1];
    return place !== undefined && place.end - place.start === part.sizeBytes
      ? [{ listed: part, start: place.start, end: place.end }]
      : [];
  });
  return {
    partSizeBytes,
    recuts,
    parts: parts.sort((left, right) => left.start - right.start),
    sizeBytes: parts.reduce((sum, { start, end }) => sum + end - start, 0),
  };
}
