// An upload whose later parts are of another size than its first ones: from which part on, and how the plan comes of it. Numbers
// have only to ascend with the place, so what follows the last part that is there can be cut anew.
import { PART_COUNT_MAX, PART_SIZE_MIN_BYTES } from "../../protocol/limits.ts";
import type { PlannedPart } from "./part-plan.ts";

export interface Recut {
  /** The first part of the new size, from 1. */
  readonly fromPartNumber: number;
  /** Where it begins. */
  readonly start: number;
  /** Of it and all that follow, but the last. */
  readonly partSizeBytes: number;
}

/**
 * The parts before `recut.fromPartNumber`, and what follows them in parts of the new size.
 *
 * @returns undefined if no upload can be cut so, or these parts were cut otherwise than `recut` says
 */
export function recutParts(parts: readonly PlannedPart[], recut: Recut): readonly PlannedPart[] | undefined {
  const { fromPartNumber, start, partSizeBytes } = recut;
  const end = parts.at(-1)?.end ?? 0;
  const isPlace = fromPartNumber >= 1 && parts[fromPartNumber - 1]?.start === start;
  const isSize = Number.isSafeInteger(partSizeBytes) && partSizeBytes >= PART_SIZE_MIN_BYTES;
  const count = Math.ceil((end - start) / partSizeBytes);
  if (!isPlace || !isSize || fromPartNumber - 1 + count > PART_COUNT_MAX) {
    return undefined;
  }
  const cut = Array.from({ length: count }, (_, index) => ({
    number: fromPartNumber + index,
    start: start + index * partSizeBytes,
    end: Math.min(end, start + (index + 1) * partSizeBytes),
  }));
  return [...parts.slice(0, fromPartNumber - 1), ...cut];
}

/** One after the other. Those that fit nowhere are passed over: what says so may have lost the one before. */
export function recutAll(parts: readonly PlannedPart[], recuts: readonly Recut[]): readonly PlannedPart[] {
  return recuts.reduce((cut, recut) => recutParts(cut, recut) ?? cut, parts);
}
