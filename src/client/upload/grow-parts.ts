// Whether the parts that nobody has begun to send may be larger again, after others had to be made smaller. Pure.
//
// Small parts cost more requests, and what broke large ones is often over after a while. Parts double after a run of
// them without a break, up to what was planned. Where large ones break again, the run that is asked for doubles, so that
// a link that stays as it is is tried less and less often.

export interface SteadySituation {
  /** Parts of the present size that have arrived since an attempt last broke or stalled. */
  readonly steadyCount: number;
  /** How often they were cut into smaller ones. */
  readonly shrinkCount: number;
  /** Of those that nobody has begun to send, but the last. */
  readonly partSizeBytes: number;
  /** Before any were cut anew. */
  readonly plannedSizeBytes: number;
  /** Of what nobody has begun to send. */
  readonly remainingBytes: number;
}

/** After the first time that they became smaller. */
const STEADY_COUNT_MIN = 16;
const GROWTH_FACTOR = 2;
/** With fewer parts than this connections would stand idle at the end, for few requests saved. */
const LEFT_COUNT_MIN = 16;

/** @returns bytes, `plannedSizeBytes` at most; undefined if they had better stay as they are */
export function grownPartSize(situation: SteadySituation): number | undefined {
  const { steadyCount, shrinkCount, partSizeBytes, plannedSizeBytes, remainingBytes } = situation;
  if (shrinkCount === 0 || steadyCount < STEADY_COUNT_MIN * 2 ** (shrinkCount - 1)) {
    return undefined;
  }
  const grown = Math.min(plannedSizeBytes, GROWTH_FACTOR * partSizeBytes);
  return grown > partSizeBytes && remainingBytes >= LEFT_COUNT_MIN * grown ? grown : undefined;
}
