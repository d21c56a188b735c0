// What an upload has cost so far.

export class RunningStatistics {
  sentBytes = 0;
  /** What was sent for nothing, or may have been, of parts that were begun a second time because the first took long. */
  duplicateBytes = 0;
  duplicateCount = 0;
  runningCountMax = 0;
  /** Parts of which the service has told the CRC-64, and of which it has not. */
  confirmedCount = 0;
  unconfirmedCount = 0;
  /** How long each finished part took, in order of their ends. */
  readonly partTimesMs: number[] = [];

  #runningCount = 0;

  /** A request with a part begins. @returns what to call at its end, whatever that is */
  began(): () => void {
    this.#runningCount += 1;
    this.runningCountMax = Math.max(this.runningCountMax, this.#runningCount);
    return () => {
      this.#runningCount -= 1;
    };
  }
}
