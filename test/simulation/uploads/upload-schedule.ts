// From a seed to one upload and what goes wrong in it.
import { type SeededRandom, seededRandom } from "../../torture/seeded-random.ts";
import { type Fault, type FileChange, requestFaults } from "./fault.ts";

export interface UploadSchedule {
  readonly seed: number;
  readonly sizeBytes: number;
  readonly method: "multipart" | "put";
  readonly concurrency: number | "auto";
  readonly hasJournal: boolean;
  /** Bytes; undefined: PART_SIZE_BYTES, as a user says who wants no other. What is chosen may become smaller, and larger again. */
  readonly chosenPartBytes: number | undefined;
  readonly faults: readonly Fault[];
}

/** The least that the service takes: parts cost time, and their number is what matters. */
export const PART_SIZE_BYTES: number = 100 * 1024;

/** Chosen by the client itself where the link breaks large parts, which are then cut anew. */
const LARGE_PART_BYTES: number = 3 * PART_SIZE_BYTES;
const WEAK_LINK_SHARE = 0.04;
/** Of the uploads over a weak link: as large as it takes for their parts to grow again. */
const LONG_SHARE = 0.4;
const LONG_FACTOR = 8;
/** More attempts than any part has. */
const ALWAYS = 1_000;

/** Runs with faults; one without any comes after them. */
export const FAULTY_RUN_COUNT = 3;

const PART_COUNT_MAX = 7;
const FAULT_COUNT_MAX = 6;
const STORM_FAULT_COUNT = 16;

/** Dealings with the world: a request, an answer, a read, a line of the journal. */
const STEPS_AROUND = 14;
const STEPS_PER_PART = 7;

/** On which everything depends; of the parts' there are many. */
const rareOperations = [
  "InitiateMultipartUpload",
  "CompleteMultipartUpload",
  "AbortMultipartUpload",
  "ListParts",
  "ListMultipartUploads",
  "HeadObject",
];

export function scheduleOf(seed: number): UploadSchedule {
  const random = seededRandom(seed);
  const partCount = random.integer(1, PART_COUNT_MAX);
  // A last part is often so small that sending it twice costs next to nothing.
  const lastBytes = random.integer(0, 2) === 0 ? PART_SIZE_BYTES : random.integer(1, 5_000);
  const sizeBytes = random.next() < 0.01 ? 0 : (partCount - 1) * PART_SIZE_BYTES + lastBytes;
  const isStorm = random.next() < 0.08;
  const count = isStorm ? STORM_FAULT_COUNT : random.integer(0, FAULT_COUNT_MAX);
  // Of its own numbers, so that what a seed says of all else stays what it was.
  const linkRandom = seededRandom(seed ^ 0x11a4);
  const weakLink = linkOf(linkRandom);
  const isWeak = weakLink.length > 0 && partCount > 1;
  const factor = isWeak ? 3 * (linkRandom.next() < LONG_SHARE ? LONG_FACTOR : 1) : 1;
  return {
    seed,
    sizeBytes: sizeBytes * factor,
    chosenPartBytes: isWeak ? LARGE_PART_BYTES : undefined,
    method: sizeBytes === 0 || random.next() < 0.06 ? "put" : "multipart",
    concurrency: random.pick([1, 1, 2, 3, 4, "auto"]),
    hasJournal: random.next() < 0.85,
    faults: [...Array.from({ length: count }, () => faultOf(random, partCount)), ...weakLink],
  };
}

function linkOf(random: SeededRandom): readonly Fault[] {
  const isWeak = random.next() < WEAK_LINK_SHARE;
  return isWeak
    ? [{ type: "weak-link", longestBytes: 2 * PART_SIZE_BYTES, breakCount: random.pick([2, 3, ALWAYS]) }]
    : [];
}

function faultOf(random: SeededRandom, partCount: number): Fault {
  const share = random.next();
  if (share < 0.3) {
    const choice = { index: random.integer(0, 8 + 2 * partCount) };
    return { type: "request", choice, fault: random.pick(requestFaults) };
  }
  if (share < 0.45) {
    const choice = { operation: random.pick(rareOperations), index: random.integer(0, 1) };
    return { type: "request", choice, fault: random.pick(requestFaults) };
  }
  // Later runs come only after an earlier one failed.
  const run = random.pick([0, 0, 0, 1, 1, 2]);
  const moment = { run, step: random.integer(0, STEPS_AROUND + STEPS_PER_PART * partCount) };
  if (share < 0.62) {
    return { type: "crash", ...moment };
  }
  return random.pick<() => Fault>([
    () => ({ type: "outage", index: random.integer(0, 20), count: random.integer(3, 12) }),
    () => ({ type: "pause", ...moment, durationMs: random.integer(0, 120_000) }),
    () => ({ type: "cancel", ...moment, keepParts: random.next() < 0.5 }),
    () => ({ type: "cancel", ...moment, keepParts: false }),
    () => ({ type: "abort-signal", ...moment }),
    () => ({ type: "outsider-aborts", ...moment }),
    () => ({ type: "token-expires", ...moment }),
    () => ({ type: "token-refused", ...moment }),
    () => ({ type: "clock-jumps", ...moment, byMs: random.pick([-3_600_000, 3_600_000, -60_000]) }),
    () => ({ type: "file-changes", ...moment, change: random.pick(fileChanges) }),
    () => ({ type: "disk-full", ...moment }),
    () => ({ type: "journal-damaged", run: random.integer(1, FAULTY_RUN_COUNT), keptShare: random.next() }),
    () => ({ type: "journal-damaged", run: random.integer(1, FAULTY_RUN_COUNT), keptShare: 0 }),
    () => ({
      type: "rival",
      ...moment,
      hasSameFile: random.next() < 0.6,
      hasSameDisk: random.next() < 0.4,
    }),
  ])();
}

const fileChanges: readonly FileChange[] = ["rewritten", "grown", "shrunk", "touched"];
