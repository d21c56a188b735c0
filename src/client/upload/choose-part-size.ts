// How large the parts are, and why. Pure, so that `--explain` can say what an upload would do without doing it.
//
// Large parts cost few requests; small ones are soon sent again, spread over all connections and end together. With
// nothing measured, an object is cut into a hundred or two parts of 256 KiB to 8 MiB, and into larger ones only when there
// would be more than a thousand. With a measurement, the sum of requests and tail is made smallest: of S bytes over C connections
// of b bytes a second, at a cost of L for each part, it takes (S/P)·L/C for the requests and P/(2·b) for the last parts,
// which is least at P = √(2·S·L·b/C).
import {
  OBJECT_SIZE_MAX_BYTES,
  PART_COUNT_MAX,
  PART_SIZE_MAX_BYTES,
  PART_SIZE_MIN_BYTES,
} from "../../protocol/limits.ts";
import type { LinkMeasurement } from "../flow/link-measurement.ts";
import { fittingPartSize } from "./part-plan.ts";

const KIB = 1024;
const MIB: number = 1024 * KIB;

/**
 * With nothing measured: as many parts as keep 16 connections busy to the end. Twice as many would end 3 % sooner on a
 * long link with losses, but take half as long again on a fast one, where each part costs more than its bytes.
 */
const PART_COUNT_AIMED = 96;
/** Smaller parts are mostly requests. */
const SMALL_PART_BYTES: number = 256 * KIB;
/** Larger parts only when there are thousands of them. */
const USUAL_PART_BYTES: number = 8 * MIB;
/** Above this many parts of the usual size the parts grow. */
const PART_COUNT_USUAL = 1_000;
/** Even so they grow no further than this, unless they have to. */
const LARGE_PART_BYTES: number = 64 * MIB;
/** Room below the service's 10,000. */
const PART_COUNT_ROOMY = 9_000;
/** The share of a connection's time that parts move bytes in, at least. */
const EFFICIENCY_MIN = 0.9;
/** What a lost part costs at most. */
const RESEND_MAX_SECONDS = 30;
/** The share of parts that may be lost on their way. */
const LOST_SHARE_MAX = 0.1;
/** Parts for each connection, so that all end at about the same time. */
const PARTS_PER_CONNECTION = 10;

/** What a store allows. */
interface PartLimits {
  readonly partSizeMinBytes: number;
  readonly partSizeMaxBytes: number;
  readonly partCountMax: number;
}

/** Those of OSS. */
const ossLimits: PartLimits = {
  partSizeMinBytes: PART_SIZE_MIN_BYTES,
  partSizeMaxBytes: PART_SIZE_MAX_BYTES,
  partCountMax: PART_COUNT_MAX,
};

export interface ChoosePartSizeOptions {
  /** Integer, 0 … OBJECT_SIZE_MAX_BYTES. */
  readonly sizeBytes: number;
  /** What the user wants; then nothing else is weighed, but that the parts be few enough. */
  readonly partSizeBytes?: number | undefined;
  readonly measured?: LinkMeasurement | undefined;
  /** Bounds how much of a source is in memory at a time, when whole parts are; a file's parts are not. */
  readonly memory?: PartMemory | undefined;
  /** Default: OSS. */
  readonly limits?: PartLimits | undefined;
}

interface PartMemory {
  readonly budgetBytes: number;
  /** How many parts may be in memory at a time. From 1. */
  readonly partCount: number;
}

export interface PartSizeChoice {
  /** Of all parts but the last, which may be smaller. */
  readonly partSizeBytes: number;
  readonly partCount: number;
  /** One a line, the weightiest last. */
  readonly reasons: readonly string[];
}

/** @throws {RangeError} if a size is outside its range */
export function choosePartSize(options: ChoosePartSizeOptions): PartSizeChoice {
  const { sizeBytes, partSizeBytes, measured } = options;
  if (!Number.isSafeInteger(sizeBytes) || sizeBytes < 0 || sizeBytes > OBJECT_SIZE_MAX_BYTES) {
    throw new RangeError(
      `sizeBytes must be an integer from 0 to ${OBJECT_SIZE_MAX_BYTES}, but is ${sizeBytes}`,
    );
  }
  if (partSizeBytes !== undefined) {
    return asWished(sizeBytes, partSizeBytes);
  }
  const wanted = measured === undefined ? bySize(sizeBytes) : byMeasurement(sizeBytes, measured);
  const fitted = withinLimits(withinMemory(wanted, options.memory), sizeBytes, options.limits ?? ossLimits);
  return { ...fitted, partCount: partCountOf(sizeBytes, fitted.partSizeBytes) };
}

interface Choice {
  readonly partSizeBytes: number;
  readonly reasons: readonly string[];
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

function bySize(sizeBytes: number): Choice {
  const small = stepDown(sizeBytes / PART_COUNT_AIMED);
  const usual = Math.min(USUAL_PART_BYTES, Math.max(SMALL_PART_BYTES, small));
  const many = Math.min(LARGE_PART_BYTES, stepUp(sizeBytes / PART_COUNT_USUAL));
  if (many > usual) {
    return {
      partSizeBytes: many,
      reasons: [`${sized(many)} parts: with smaller ones there would be more than ${PART_COUNT_USUAL}`],
    };
  }
  return {
    partSizeBytes: usual,
    reasons: [
      `${sized(usual)} parts: enough of them for every connection, none that costs much to send again`,
    ],
  };
}

function byMeasurement(sizeBytes: number, measured: LinkMeasurement): Choice {
  const { connectionGoodput, concurrency, partCostMs, lossPerByte } = measured;
  const costS = partCostMs / 1000;
  const cheapest = Math.sqrt((2 * sizeBytes * costS * connectionGoodput) / concurrency);
  const efficient = (connectionGoodput * costS * EFFICIENCY_MIN) / (1 - EFFICIENCY_MIN);
  const link = `a connection carried ${sized(connectionGoodput)}/s, an answer took ${Math.round(partCostMs)} ms`;
  const bounds = [
    {
      bytes: RESEND_MAX_SECONDS * connectionGoodput,
      why: `a lost part costs ${RESEND_MAX_SECONDS} s at most`,
    },
    { bytes: LOST_SHARE_MAX / lossPerByte, why: "the network often breaks connections" },
    {
      bytes: sizeBytes / (PARTS_PER_CONNECTION * concurrency),
      why: `each of ${concurrency} connections has ${PARTS_PER_CONNECTION} of them, so that all end together`,
    },
  ];
  const [tightest] = bounds.sort((left, right) => left.bytes - right.bytes);
  const wanted = Math.max(cheapest, efficient);
  const isBounded = tightest !== undefined && tightest.bytes < wanted;
  const partSizeBytes = Math.max(SMALL_PART_BYTES, stepDown(isBounded ? tightest.bytes : wanted));
  const why = isBounded ? tightest.why : "requests and the wait for the last parts cost least together";
  return { partSizeBytes, reasons: [link, `${sized(partSizeBytes)} parts: ${why}`] };
}

function withinMemory(wanted: Choice, memory: PartMemory | undefined): Choice {
  if (memory === undefined) {
    return wanted;
  }
  const mostBytes = stepDown(memory.budgetBytes / memory.partCount);
  return wanted.partSizeBytes <= mostBytes
    ? wanted
    : {
        partSizeBytes: mostBytes,
        reasons: [
          ...wanted.reasons,
          `not more than ${sized(mostBytes)}: ${memory.partCount} are in memory at a time`,
        ],
      };
}

function withinLimits(wanted: Choice, sizeBytes: number, limits: PartLimits): Choice {
  const { partSizeMinBytes, partSizeMaxBytes, partCountMax } = limits;
  const roomyCount = Math.min(PART_COUNT_ROOMY, partCountMax);
  const fewEnough = Math.max(partSizeMinBytes, stepUp(sizeBytes / roomyCount));
  if (wanted.partSizeBytes < fewEnough) {
    const partSizeBytes = Math.min(fewEnough, partSizeMaxBytes);
    const why =
      partSizeBytes === partSizeMinBytes
        ? "the service takes no smaller ones"
        : `the service takes ${partCountMax} parts at most`;
    return { partSizeBytes, reasons: [...wanted.reasons, `at least ${sized(partSizeBytes)}: ${why}`] };
  }
  if (wanted.partSizeBytes > partSizeMaxBytes) {
    const reasons = [
      ...wanted.reasons,
      `at most ${sized(partSizeMaxBytes)}: the service takes no larger ones`,
    ];
    return { partSizeBytes: partSizeMaxBytes, reasons };
  }
  return wanted;
}

/** Powers of two, so that the same object is cut the same way by runs that measured almost the same. */
function stepDown(bytes: number): number {
  return bytes < 1 ? 1 : 2 ** Math.floor(Math.log2(bytes));
}

function stepUp(bytes: number): number {
  return bytes < 1 ? 1 : 2 ** Math.ceil(Math.log2(bytes));
}

function partCountOf(sizeBytes: number, partSizeBytes: number): number {
  return Math.max(1, Math.ceil(sizeBytes / partSizeBytes));
}

function sized(bytes: number): string {
  const [unit, name] = bytes >= 1024 * MIB ? [1024 * MIB, "GiB"] : bytes >= MIB ? [MIB, "MiB"] : [KIB, "KiB"];
  return `${Math.round((bytes / unit) * 10) / 10} ${name}`;
}
