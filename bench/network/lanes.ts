// Several links side by side, as far as the machine carries them.

/** What the links of all lanes may carry together: above this the processors would be measured, not the links. */
const RATE_SUM_MAX_MBITS = 260;

export interface Job {
  /** What the job's link carries at most. */
  readonly mbits: number;
  readonly run: () => Promise<void>;
}

/**
 * Runs all jobs, the fastest links first, at most `laneCountMax` at a time.
 *
 * @throws what the first job that fails throws, after those that run have ended
 */
export async function runInLanes(jobs: readonly Job[], laneCountMax: number): Promise<void> {
  const waiting = jobs.toSorted((left, right) => right.mbits - left.mbits);
  const running = new Set<Promise<void>>();
  let rateSum = 0;
  const failures: unknown[] = [];
  while (running.size > 0 || (waiting.length > 0 && failures.length === 0)) {
    const fits = ({ mbits }: Job) => running.size === 0 || rateSum + mbits <= RATE_SUM_MAX_MBITS;
    const index = failures.length > 0 || running.size >= laneCountMax ? -1 : waiting.findIndex(fits);
    const [job] = index < 0 ? [] : waiting.splice(index, 1);
    if (job === undefined) {
      await Promise.race(running);
      continue;
    }
    rateSum += job.mbits;
    const ended: Promise<void> = job
      .run()
      .catch((error: unknown) => void failures.push(error))
      .finally(() => {
        rateSum -= job.mbits;
        running.delete(ended);
      });
    running.add(ended);
  }
  if (failures.length > 0) {
    throw failures[0];
  }
}
