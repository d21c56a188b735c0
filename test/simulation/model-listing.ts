// What a listing of a bucket shows: everything sorted, folded and cut anew for each page.

export interface Listed {
  readonly key: string;
  /** "" for objects. */
  readonly uploadId: string;
}

export interface Listing {
  readonly prefix: string;
  readonly delimiter: string;
  /** "" for none. */
  readonly afterKey: string;
  /** "" for none; counts only for uploads of `afterKey`. */
  readonly afterUploadId: string;
  readonly limit: number;
}

export interface ModelPage<Row> {
  readonly rows: readonly Row[];
  readonly commonPrefixes: readonly string[];
  /** A row's key and id, or a common prefix and "". */
  readonly last: Listed | undefined;
  readonly isTruncated: boolean;
}

/** The page of `rows` that the service answers. */
export function pageOf<Row extends Listed>(rows: readonly Row[], listing: Listing): ModelPage<Row> {
  const marker = { ...fold(listing.afterKey, listing), uploadId: listing.afterUploadId };
  const seen = new Set<string>();
  const entries = rows
    .filter(({ key }) => key.startsWith(listing.prefix))
    .map((row) => ({ row, ...fold(row.key, listing), uploadId: row.uploadId }))
    .filter((entry) => isBehind(entry, marker))
    .toSorted((a, b) => compareKeys(a.name, b.name) || compareText(a.uploadId, b.uploadId))
    .filter(({ name, isFolded }) => !isFolded || isFirst(seen, name));
  const page = entries.slice(0, listing.limit);
  const last = page.at(-1);
  return {
    rows: page.filter(({ isFolded }) => !isFolded).map(({ row }) => row),
    commonPrefixes: page.filter(({ isFolded }) => isFolded).map(({ name }) => name),
    last: last && { key: last.name, uploadId: last.isFolded ? "" : last.uploadId },
    isTruncated: entries.length > listing.limit,
  };
}

/** By the bytes of their UTF-8. */
export function compareKeys(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right));
}

interface Entry {
  readonly name: string;
  /** Whether the name is a common prefix that stands for all keys under it. */
  readonly isFolded: boolean;
  readonly uploadId: string;
}

function isBehind(entry: Entry, marker: Entry): boolean {
  const order = compareKeys(entry.name, marker.name);
  const isLaterUpload = marker.uploadId !== "" && entry.uploadId > marker.uploadId;
  return order > 0 || (order === 0 && !marker.isFolded && isLaterUpload);
}

function fold(key: string, { prefix, delimiter }: Listing): Omit<Entry, "uploadId"> {
  const at = delimiter === "" || !key.startsWith(prefix) ? -1 : key.indexOf(delimiter, prefix.length);
  return at < 0
    ? { name: key, isFolded: false }
    : { name: key.slice(0, at + delimiter.length), isFolded: true };
}

function isFirst(seen: Set<string>, name: string): boolean {
  const isNew = !seen.has(name);
  seen.add(name);
  return isNew;
}

function compareText(left: string, right: string): number {
  return left < right ? -1 : Number(left > right);
}
