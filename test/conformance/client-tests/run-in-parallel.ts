// Clients' own tests spend most of their time asleep, so several programs of them run at once.

const PROGRAMS_AT_ONCE = 8;

/** Calls `act` for every item, some at a time. @returns the results in the order of the items */
export async function runInParallel<Item, Result>(
  items: readonly Item[],
  act: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const entries = items.entries();
  const work = async () => {
    for (const [index, item] of entries) {
      results[index] = await act(item);
    }
  };
  await Promise.all(Array.from({ length: Math.min(PROGRAMS_AT_ONCE, items.length) }, work));
  return results;
}
