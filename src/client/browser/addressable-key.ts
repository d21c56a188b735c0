// What a browser makes of a URL before it asks for it: segments "." and ".." are folded away, in whichever way their dots
// are written, and the request would be about another object. Source: WHATWG, URL Standard, path state.

const FOLDED_SEGMENT = /(?:^|\/)(?:\.|%2e){1,2}(?:\/|$)/i;

/** @throws {TypeError} for a key that a page cannot name */
export function assertAddressableKey(key: string): void {
  if (FOLDED_SEGMENT.test(key)) {
    throw new TypeError(
      `key ${JSON.stringify(key)} has a segment "." or "..", which browsers fold away before they ask; give the object another name`,
    );
  }
}
