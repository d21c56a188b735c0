// Listings by brute force: sort everything, fold it, cut out the page. The sentences of the port, as code.
import { commonPrefixOf, type Folding } from "../common-prefix.ts";
import { compareKeys } from "../key-order.ts";

/** One line of a listing: an item, or the common prefix that stands for several. */
export interface Entry<Item> {
  readonly key: string;
  /** Absent for a common prefix. */
  readonly item?: Item;
}

/** The entries of all `items` that begin with the prefix. @param items  in the order of the listing */
export function foldEntries<Item extends { readonly key: string }>(
  items: readonly Item[],
  folding: Folding,
): readonly Entry<Item>[] {
  const entries: Entry<Item>[] = [];
  for (const item of items) {
    const commonPrefix = commonPrefixOf(item.key, folding);
    if (!item.key.startsWith(folding.prefix) || isLastCommonPrefix(entries, commonPrefix)) {
      continue;
    }
    entries.push(commonPrefix === undefined ? { key: item.key, item } : { key: commonPrefix });
  }
  return entries;
}

export function sortByKey<Item extends { readonly key: string }>(items: Iterable<Item>): readonly Item[] {
  return [...items].sort((first, second) => compareKeys(first.key, second.key));
}

export function itemsOf<Item>(entries: readonly Entry<Item>[]): readonly Item[] {
  return entries.flatMap(({ item }) => (item === undefined ? [] : [item]));
}

export function commonPrefixesOf(entries: readonly Entry<unknown>[]): readonly string[] {
  return entries.flatMap(({ key, item }) => (item === undefined ? [key] : []));
}

function isLastCommonPrefix(entries: readonly Entry<unknown>[], commonPrefix: string | undefined): boolean {
  const last = entries.at(-1);
  return commonPrefix !== undefined && last?.key === commonPrefix && last.item === undefined;
}
