// What a delimiter does to a listing.

/** How keys are folded together: by a delimiter ("" for not at all), after a prefix that all of them begin with. */
export interface Folding {
  readonly prefix: string;
  readonly delimiter: string;
}

/** The common prefix that stands in the listing for `key`, or undefined if the key stands there itself. */
export function commonPrefixOf(key: string, { prefix, delimiter }: Folding): string | undefined {
  if (delimiter === "" || !key.startsWith(prefix)) {
    return undefined;
  }
  const delimiterIndex = key.indexOf(delimiter, prefix.length);
  return delimiterIndex < 0 ? undefined : key.slice(0, delimiterIndex + delimiter.length);
}
