// What the upload must reach, as ratios within one run: machines differ, and the rivals of one run share theirs.

/** Of one program: medians over the rounds. */
export interface Medians {
  readonly wallSeconds: number;
  /** User and system, of the whole process with its start. */
  readonly cpuSeconds: number;
  readonly peakMemoryMb: number;
}

export interface Verdict {
  readonly what: string;
  readonly measured: string;
  readonly target: string;
  /** Undefined when a rival is not there. */
  readonly isMet: boolean | undefined;
}

const WALL_OVER_CURL_MAX = 1.6;
const CPU_OVER_CURL_MAX = 2;
const FASTER_THAN_ALI_OSS_MIN = 1.8;
const FASTER_THAN_SLOW_PEERS_MIN = 5;
const PEAK_MEMORY_MAX_MB = 150;
const PEAK_MEMORY_SMALL_PARTS_MAX_MB = 90;

export const OURS = "partwise, 8 × 8 MiB";
export const OURS_SMALL_PARTS = "partwise, 4 × 1 MiB";
export const CURL = "curl -T, one PUT";
export const ALI_OSS = "ali-oss, defaults";
export const ALI_OSS_BEST = "ali-oss, 8 × 8 MiB";
export const LIB_STORAGE = "lib-storage, defaults";
export const MINIO = "minio-js, defaults";

/** @param medians  by the names above; rivals that are not there are left out */
export function judge(medians: ReadonlyMap<string, Medians>): readonly Verdict[] {
  const ours = medians.get(OURS);
  const ratio = (top: string, bottom: string, of: (medians: Medians) => number): number | undefined => {
    const [upper, lower] = [medians.get(top), medians.get(bottom)];
    return upper === undefined || lower === undefined ? undefined : of(upper) / of(lower);
  };
  const wall = ({ wallSeconds }: Medians) => wallSeconds;
  const cpu = ({ cpuSeconds }: Medians) => cpuSeconds;
  return [
    atMost("wall, over curl", ratio(OURS, CURL, wall), WALL_OVER_CURL_MAX),
    atMost("CPU, over curl", ratio(OURS, CURL, cpu), CPU_OVER_CURL_MAX),
    atLeast("faster than ali-oss at its best", ratio(ALI_OSS_BEST, OURS, wall), FASTER_THAN_ALI_OSS_MIN),
    atLeast("faster than lib-storage", ratio(LIB_STORAGE, OURS, wall), FASTER_THAN_SLOW_PEERS_MIN),
    atLeast("faster than minio-js", ratio(MINIO, OURS, wall), FASTER_THAN_SLOW_PEERS_MIN),
    memory(`peak memory, ${OURS}`, ours, PEAK_MEMORY_MAX_MB),
    memory(`peak memory, ${OURS_SMALL_PARTS}`, medians.get(OURS_SMALL_PARTS), PEAK_MEMORY_SMALL_PARTS_MAX_MB),
  ];
}

function atMost(what: string, value: number | undefined, limit: number): Verdict {
  return {
    what,
    measured: times(value),
    target: `≤ ${limit} ×`,
    isMet: value === undefined ? undefined : value <= limit,
  };
}

function atLeast(what: string, value: number | undefined, limit: number): Verdict {
  return {
    what,
    measured: times(value),
    target: `≥ ${limit} ×`,
    isMet: value === undefined ? undefined : value >= limit,
  };
}

function memory(what: string, medians: Medians | undefined, limit: number): Verdict {
  const peak = medians?.peakMemoryMb;
  const measured = peak === undefined ? "–" : `${peak.toFixed(0)} MB`;
  return { what, measured, target: `≤ ${limit} MB`, isMet: peak === undefined ? undefined : peak <= limit };
}

function times(value: number | undefined): string {
  return value === undefined ? "–" : `${value.toFixed(2)} ×`;
}
