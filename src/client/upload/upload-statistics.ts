// What an upload has cost so far.

export class RunningStatistics {
  sentBytes = 0;
  /** What was sent for nothing, or may have been, of parts that were begun a second time because the first took long. */
  duplicateBytes = 0;
  duplicateCount = 0;
  runningCountMax = 0;
  /** How long each finished part took, in order of their ends. */
  readonly partTimesMs: number[] = [];

  noteRunning(runningCount: number): void {
    this.runningCountMax = Math.max(this.runningCountMax, runningCount);
  }
}
