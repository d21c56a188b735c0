// Many transfers, some at a time. One that fails does not end the others: what failed is told at the end.

export interface TransferTally {
  readonly doneCount: number;
  readonly failedCount: number;
}

/**
 * Runs `transfer` for each of `items`, at most `jobCount` at a time, in order of their beginning.
 *
 * @param onFailure  is told of each failure, with its item
 * @throws what `items` throws, and the signal's reason after an abort, when nothing runs any more
 */
export async function runTransfers<Item>(
  items: AsyncIterable<Item>,
  transfer: (item: Item) => Promise<void>,
  options: {
    /** From 1. */
    readonly jobCount: number;
    readonly signal: AbortSignal;
    readonly onFailure: (item: Item, error: unknown) => void;
  },
): Promise<TransferTally> {
  const { jobCount, signal, onFailure } = options;
  const iterator = items[Symbol.asyncIterator]();
  let doneCount = 0;
  let failedCount = 0;
  // A generator answers one `next` after the other by itself.
  const work = async () => {
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) {
      signal.throwIfAborted();
      try {
        await transfer(next.value);
        doneCount += 1;
      } catch (error) {
        signal.throwIfAborted();
        failedCount += 1;
        onFailure(next.value, error);
      }
    }
  };
  const workers = Array.from({ length: jobCount }, work);
  const outcomes = await Promise.allSettled(workers);
  const broken = outcomes.find((outcome) => outcome.status === "rejected");
  if (broken !== undefined) {
    throw broken.reason;
  }
  return { doneCount, failedCount };
}
