// How large the parts are, and why. Pure, so that `--explain` can say what an upload would do without doing it.
//
// With nothing measured, usual-part-size.ts says it. With a measurement, the sum of requests and tail is made smallest:
// of S bytes over C connections of b bytes a second, at a cost of L for each part, it takes (S/P)·L/C for the requests and
// P/(2·b) for the last parts, which is least at P = √(2·S·L·b/C).
import { PART_COUNT_MAX, PART_SIZE_MAX_BYTES, PART_SIZE_MIN_BYTES } from "../../protocol/limits.ts";
import type { LinkMeasurement } from "../flow/link-measurement.ts";
import {
  fittedPartSize,
  PART_COUNT_ROOMY,
  type PartSizeChoice,
  type PartSizeWish,
  partSizeBySize,
  SMALL_PART_BYTES,
  sized,
  stepDown,
  stepUp,
} from "./usual-part-size.ts";

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

/** @throws {RangeError} if a size is outside its range */
export function choosePartSize(options: ChoosePartSizeOptions): PartSizeChoice {
  const { measured, memory, limits = ossLimits } = options;
  return fittedPartSize(options, (sizeBytes) => {
    const wanted = measured === undefined ? partSizeBySize(sizeBytes) : byMeasurement(sizeBytes, measured);
    return withinLimits(withinMemory(wanted, memory), sizeBytes, limits);
  });
}

function byMeasurement(sizeBytes: number, measured: LinkMeasurement): PartSizeWish {
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

function withinMemory(wanted: PartSizeWish, memory: PartMemory | undefined): PartSizeWish {
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

function withinLimits(wanted: PartSizeWish, sizeBytes: number, limits: PartLimits): PartSizeWish {
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
