// Values around a limit, so that a law can say: taken if and only if within. Most are the limit itself or its neighbours,
// where a comparison that is off by one shows.
import fc from "fast-check";

const FAR = 40;

/** Integers from 0 up to some way beyond `limit`, most of them next to it. */
export function aroundLimit(limit: number, far: number = FAR): fc.Arbitrary<number> {
  return fc
    .oneof(
      { weight: 3, arbitrary: fc.constantFrom(-1, 0, 1) },
      { weight: 1, arbitrary: fc.integer({ min: -far, max: far }) },
    )
    .map((distance) => Math.max(0, limit + distance));
}

/** Around both ends of a range. */
export function aroundRange(min: number, max: number): fc.Arbitrary<number> {
  return fc.oneof(aroundLimit(min), aroundLimit(max));
}

/** Characters of one to four bytes of UTF-8, letters all of them. */
const LETTERS = ["k", "é", "中", "𠮷"] as const;

const letters: fc.Arbitrary<readonly string[]> = fc.array(fc.constantFrom(...LETTERS), {
  minLength: 1,
  maxLength: 8,
});

/** A text of exactly `sizeBytes` bytes of UTF-8. */
export function textOfBytes(sizeBytes: number): fc.Arbitrary<string> {
  return letters.map((pattern) => {
    const unit = pattern.join("");
    const text = unit.repeat(Math.floor(sizeBytes / Buffer.byteLength(unit)));
    return text + "x".repeat(sizeBytes - Buffer.byteLength(text));
  });
}

/** A text of exactly `length` characters, each counted once however many bytes it has. */
export function textOfCharacters(length: number): fc.Arbitrary<string> {
  return letters.map((pattern) =>
    Array.from({ length }, (_, index) => pattern[index % pattern.length]).join(""),
  );
}
