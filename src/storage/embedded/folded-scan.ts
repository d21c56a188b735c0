// A listing with a delimiter in steps that grow with the page, not with the keys: after a common prefix the scan seeks
// past everything that the prefix stands for.
import { commonPrefixOf, type Folding } from "../common-prefix.ts";
import { bytesAfter, bytesAfterPrefix, keyBytes, prefixBytes } from "./key-bytes.ts";

/** Everything from here on: greater keys, and of `key` itself what comes after `after`. */
export interface ScanPosition {
  readonly key: Uint8Array;
  /** An upload id or a version id; "" for all of this key. */
  readonly after: string;
}

export interface FoldedScan<Row> {
  readonly folding: Folding;
  readonly start: ScanPosition;
  readonly limit: number;
  /** The rows from a position to the end of the prefix, in order, at most `limit`. */
  readonly rowsFrom: (position: ScanPosition, limit: number) => Iterable<Row>;
  readonly keyOf: (row: Row) => string;
}

interface ScannedEntry<Row> {
  /** A key or a common prefix. */
  readonly key: string;
  /** Absent for a common prefix. */
  readonly row?: Row;
}

export interface ScannedPage<Row> {
  readonly entries: readonly ScannedEntry<Row>[];
  readonly isTruncated: boolean;
}

/** Where the page after a marker begins: after the marker, and after all that its common prefix stands for. */
export function scanStart(
  marker: { readonly key: string; readonly after: string },
  folding: Folding,
): ScanPosition {
  const commonPrefix = commonPrefixOf(marker.key, folding);
  if (commonPrefix !== undefined) {
    return { key: bytesAfterPrefix(commonPrefix), after: "" };
  }
  const prefix = prefixBytes(folding.prefix);
  if (marker.key === "" || Buffer.compare(keyBytes(marker.key), prefix) < 0) {
    return { key: prefix, after: "" };
  }
  return marker.after === ""
    ? { key: bytesAfter(marker.key), after: "" }
    : { key: keyBytes(marker.key), after: marker.after };
}

export function scanFolded<Row>(scan: FoldedScan<Row>): ScannedPage<Row> {
  const entries: ScannedEntry<Row>[] = [];
  let position: ScanPosition | undefined = scan.start;
  // One entry more than the page holds tells whether there is another page.
  while (position !== undefined && entries.length <= scan.limit) {
    position = scanToCommonPrefix(scan, position, entries);
  }
  return { entries: entries.slice(0, scan.limit), isTruncated: entries.length > scan.limit };
}

/** Adds entries up to the first common prefix. @returns where to go on, or undefined at the end */
function scanToCommonPrefix<Row>(
  scan: FoldedScan<Row>,
  position: ScanPosition,
  entries: ScannedEntry<Row>[],
): ScanPosition | undefined {
  for (const row of scan.rowsFrom(position, scan.limit + 1 - entries.length)) {
    const key = scan.keyOf(row);
    const commonPrefix = commonPrefixOf(key, scan.folding);
    if (commonPrefix !== undefined) {
      entries.push({ key: commonPrefix });
      return { key: bytesAfterPrefix(commonPrefix), after: "" };
    }
    entries.push({ key, row });
  }
  return undefined;
}
