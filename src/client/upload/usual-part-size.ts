// How large the parts are when nothing is known about the way to the service, and why. Pure.
//
// Large parts cost few requests; small ones are soon sent again, spread over all connections and end together. An object
// is cut into a hundred or two parts of 256 KiB to 8 MiB, and into larger ones only when there would be more than a
// thousand.
import { OBJECT_SIZE_MAX_BYTES, PART_COUNT_MAX } from "../../protocol/limits.ts";
import type { LinkMeasurement } from "../flow/link-measurement.ts";
import { assertInRange, fittingPartSize } from "./part-plan.ts";

const KIB = 1024;
const MIB: number = 1024 * KIB;

/**
 * As many parts as keep 16 connections busy to the end. Twice as many would end 3 % sooner on a
 * long link with losses, but take half as long again on a fast one, where each part costs more than its bytes.
 */
const PART_COUNT_AIMED = 96;
/** Smaller parts are mostly requests. */
export const SMALL_PART_BYTES: number = 256 * KIB;
/** Larger parts only when there are thousands of them. */
const USUAL_PART_BYTES: number = 8 * MIB;
/** Above this many parts of the usual size the parts grow. */
const PART_COUNT_USUAL = 1_000;
/** Even so they grow no further than this, unless they have to. */
const LARGE_PART_BYTES: number = 64 * MIB;
/** Room below the service's 10,000. */
export const PART_COUNT_ROOMY = 9_000;
export interface PartSizeChoice {
  /** Of all parts but the last, which may be smaller. */
  readonly partSizeBytes: number;
  readonly partCount: number;
  /** One a line, the weightiest last. */
  readonly reasons: readonly string[];
}

export interface PartSizeWish {
  readonly partSizeBytes: number;
  readonly reasons: readonly string[];
}

interface PartSizeQuestion {
  /** Integer, 0 … OBJECT_SIZE_MAX_BYTES. */
  readonly sizeBytes: number;
  /** What the user wants; then nothing else is weighed, but that the parts be few enough. */
  readonly partSizeBytes?: number | undefined;
  readonly measured?: LinkMeasurement | undefined;
}

/** @throws {RangeError} if a size is outside its range */
export type ChoosePartSize = (question: PartSizeQuestion) => PartSizeChoice;

/** By the size alone. @throws {RangeError} if a size is outside its range */
export const usualPartSize: ChoosePartSize = (question) =>
  fittedPartSize(question, (sizeBytes) => {
    const wanted = partSizeBySize(sizeBytes);
    const partSizeBytes = Math.max(wanted.partSizeBytes, stepUp(sizeBytes / PART_COUNT_ROOMY));
    return { ...wanted, partSizeBytes };
  });

/**
 * The part size that the user wants, else the one that `wish` weighs out.
 *
 * @throws {RangeError} if a size is outside its range
 */
export function fittedPartSize(
  { sizeBytes, partSizeBytes }: PartSizeQuestion,
  wish: (sizeBytes: number) => PartSizeWish,
): PartSizeChoice {
  if (partSizeBytes !== undefined) {
    return asWished(sizeBytes, partSizeBytes);
  }
  assertInRange("sizeBytes", sizeBytes, 0, OBJECT_SIZE_MAX_BYTES);
  const fitted = wish(sizeBytes);
  return { ...fitted, partCount: partCountOf(sizeBytes, fitted.partSizeBytes) };
}

function asWished(sizeBytes: number, wishedBytes: number): PartSizeChoice {
  const partSizeBytes = fittingPartSize({ sizeBytes, partSizeBytes: wishedBytes });
  const asked = `${sized(wishedBytes)} parts, as asked for`;
  const reasons =
    partSizeBytes === wishedBytes
      ? [asked]
      : [asked, `doubled to ${sized(partSizeBytes)}: the service takes ${PART_COUNT_MAX} parts`];
  return { partSizeBytes, partCount: partCountOf(sizeBytes, partSizeBytes), reasons };
}

export function partSizeBySize(sizeBytes: number): PartSizeWish {
  const small = stepDown(sizeBytes / PART_COUNT_AIMED);
  const usual = Math.min(USUAL_PART_BYTES, Math.max(SMALL_PART_BYTES, small));
  const many = Math.min(LARGE_PART_BYTES, stepUp(sizeBytes / PART_COUNT_USUAL));
  if (many > usual) {
    return {
      partSizeBytes: many,
      reasons: [`${sized(many)} parts: smaller ones are more than ${PART_COUNT_USUAL}`],
    };
  }
  return {
    partSizeBytes: usual,
    reasons: [`${sized(usual)} parts: enough of them for every connection`],
  };
}

/** Powers of two, so that the same object is cut the same way by runs that measured almost the same. */
export function stepDown(bytes: number): number {
  return bytes < 1 ? 1 : 2 ** Math.floor(Math.log2(bytes));
}

export function stepUp(bytes: number): number {
  return bytes < 1 ? 1 : 2 ** Math.ceil(Math.log2(bytes));
}

function partCountOf(sizeBytes: number, partSizeBytes: number): number {
  return Math.max(1, Math.ceil(sizeBytes / partSizeBytes));
}

export function sized(bytes: number): string {
  const [unit, name] = bytes >= 1024 * MIB ? [1024 * MIB, "GiB"] : bytes >= MIB ? [MIB, "MiB"] : [KIB, "KiB"];
  return `${Math.round((bytes / unit) * 10) / 10} ${name}`;
}
