// What a listing of a bucket shows: everything sorted, folded and cut anew for each page.

interface Listing<Row> {
  readonly prefix: string;
  readonly delimiter: string;
  /** "" for none. */
  readonly afterKey: string;
  readonly limit: number;
  /** Of a row of `afterKey` itself. */
  readonly isBehind: (row: Row) => boolean;
}

export interface ModelPage<Row> {
  readonly rows: readonly Row[];
  readonly commonPrefixes: readonly string[];
  /** The last row, or the last common prefix alone. */
  readonly last: { readonly key: string; readonly row: Row | undefined } | undefined;
  readonly isTruncated: boolean;
}

/**
 * The page of `rows` that the service answers.
 *
 * @param rows  by key in any order; those of one key in the order of the listing
 */
export function pageOf<Row extends { readonly key: string }>(
  rows: readonly Row[],
  listing: Listing<Row>,
): ModelPage<Row> {
  const marker = fold(listing.afterKey, listing);
  const seen = new Set<string>();
  const entries = rows
    .filter(({ key }) => key.startsWith(listing.prefix))
    .map((row) => ({ row, ...fold(row.key, listing) }))
    .filter((entry) => {
      const order = compareKeys(entry.name, marker.name);
      return order > 0 || (order === 0 && !marker.isFolded && listing.isBehind(entry.row));
    })
    .toSorted((a, b) => compareKeys(a.name, b.name))
    .filter(({ name, isFolded }) => !isFolded || isFirst(seen, name));
  const page = entries.slice(0, listing.limit);
  const last = page.at(-1);
  return {
    rows: page.filter(({ isFolded }) => !isFolded).map(({ row }) => row),
    commonPrefixes: page.filter(({ isFolded }) => isFolded).map(({ name }) => name),
    last: last && { key: last.name, row: last.isFolded ? undefined : last.row },
    isTruncated: entries.length > listing.limit,
  };
}

interface Folded {
  readonly name: string;
  /** Whether the name is a common prefix that stands for all keys under it. */
  readonly isFolded: boolean;
}

function fold(key: string, { prefix, delimiter }: Pick<Listing<never>, "delimiter" | "prefix">): Folded {
  const at = delimiter === "" || !key.startsWith(prefix) ? -1 : key.indexOf(delimiter, prefix.length);
  return at < 0
    ? { name: key, isFolded: false }
    : { name: key.slice(0, at + delimiter.length), isFolded: true };
}

/** By the bytes of their UTF-8. */
function compareKeys(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right));
}

function isFirst(seen: Set<string>, name: string): boolean {
  const isNew = !seen.has(name);
  seen.add(name);
  return isNew;
}
