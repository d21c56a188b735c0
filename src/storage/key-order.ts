// The order of listings: the UTF-8 bytes of the key, which is the order of code points, not of JavaScript's UTF-16 units.
const LONE_SURROGATE = /\p{Surrogate}/u;

/** Negative, zero or positive as `first` stands before, at or after `second` in every listing. */
export function compareKeys(first: string, second: string): number {
  const end = Math.min(first.length, second.length);
  for (let index = 0; index < end; index++) {
    const a = first.charCodeAt(index);
    const b = second.charCodeAt(index);
    if (a !== b) {
      return orderOfUnit(a) - orderOfUnit(b);
    }
  }
  return first.length - second.length;
}

/**
 * A key that has no UTF-8 form would come back as another key.
 *
 * @throws {TypeError} if `key` is empty or holds half of a surrogate pair
 */
export function assertKey(key: string): void {
  if (key === "" || LONE_SURROGATE.test(key)) {
    throw new TypeError(`not a key, which is well-formed Unicode and not empty: ${JSON.stringify(key)}`);
  }
}

/** Surrogates stand for code points above U+FFFF, so they come after every other unit. */
function orderOfUnit(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
