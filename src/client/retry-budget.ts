// How many requests of one upload may be sent again, all together. Attempts are counted request by request; without a
// bound on the whole, a service that fails every second time would be asked for ever by an upload of 10,000 parts.

/** On top of one for each part: what a small upload may need on a bad day. */
const RETRY_COUNT_BASE = 100;

export interface RetryBudget {
  /** @returns false when nothing is left */
  take(): boolean;
  /** How many retries have been taken. */
  readonly spent: number;
}

/** Of an upload, which may come to have more parts than it had. */
export interface UploadRetryBudget extends RetryBudget {
  /** @param partCount  how many there are more */
  grow(partCount: number): void;
}

/** @param partCount  the parts of the upload, from 1 */
export function createRetryBudget(partCount: number): UploadRetryBudget {
  let countMax = RETRY_COUNT_BASE + partCount;
  let spent = 0;
  return {
    take() {
      if (spent >= countMax) {
        return false;
      }
      spent += 1;
      return true;
    },
    grow(more) {
      countMax += more;
    },
    get spent() {
      return spent;
    },
  };
}
