// What takes long to count is counted seldom, however often somebody asks: a garbage queue of a million blobs takes a tenth
// of a second, in the thread that lists objects too.

/** What was counted faster than this is counted each time. */
const CHEAP_MAX_MS = 50;
/** The counting takes one part of so many of the time, unless the figures would be too old then. */
const SHARE = 100;
/** Older than this is nothing that is told. */
const AGE_MAX_MS = 60_000;

/**
 * @param measure  made once for all who ask while it runs
 * @param nowMs    a clock that never goes backwards
 * @returns what gives the last measurement again until a hundred times as long as it took has passed, a minute at most
 */
export function measuredSeldom<Measured>(
  measure: () => Promise<Measured>,
  nowMs: () => number,
): () => Promise<Measured> {
  let last: Promise<Measured> | undefined;
  let goodUntilMs = Number.POSITIVE_INFINITY;
  const measureNow = async () => {
    const startedAtMs = nowMs();
    goodUntilMs = Number.POSITIVE_INFINITY;
    const measured = await measure();
    const tookMs = nowMs() - startedAtMs;
    goodUntilMs = tookMs < CHEAP_MAX_MS ? nowMs() : nowMs() + Math.min(SHARE * tookMs, AGE_MAX_MS);
    return measured;
  };
  return () => {
    if (last === undefined || nowMs() >= goodUntilMs) {
      last = measureNow();
      last.catch(() => {
        last = undefined;
      });
    }
    return last;
  };
}
