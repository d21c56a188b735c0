// What a browser makes of a URL before it asks for it: segments "." and ".." are folded away, in whichever way their dots
// are written, and the request would be about another object. Source: WHATWG, URL Standard, path state.

const FOLDED_SEGMENT = /(?:^|\/)(?:\.|%2e){1,2}(?:\/|$)/i;

/** @param path  a key, or the path of a URL as it is written */
export function isFolded(path: string): boolean {
  return FOLDED_SEGMENT.test(path);
}

/** @throws {TypeError} for a key that a page cannot name */
export function assertAddressableKey(key: string): void {
  if (isFolded(key)) {
    throw new TypeError(
      `key ${JSON.stringify(key)} has a segment "." or "..", which browsers fold away before they ask; give the object another name`,
    );
  }
}
