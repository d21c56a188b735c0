// Patterns of policies: `*` is any text, also none and also one with slashes in it, `?` is one character.

/**
 * Whether `text` as a whole is what `pattern` describes.
 *
 * It takes at most the product of both lengths in time, whatever the pattern: policies come from people, and texts from
 * anybody, so no pattern may make it stand still.
 */
export function matchesWildcard(pattern: string, text: string): boolean {
  let patternIndex = 0;
  let textIndex = 0;
  /** Where the last `*` stands, and up to where it has swallowed the text. */
  let starIndex = -1;
  let swallowedIndex = 0;
  while (textIndex < text.length) {
    const wanted = pattern[patternIndex];
    if (wanted === "*") {
      starIndex = patternIndex;
      swallowedIndex = textIndex;
      patternIndex += 1;
    } else if (wanted === "?" || wanted === text[textIndex]) {
      patternIndex += 1;
      textIndex += 1;
    } else if (starIndex >= 0) {
      swallowedIndex += 1;
      textIndex = swallowedIndex;
      patternIndex = starIndex + 1;
    } else {
      return false;
    }
  }
  while (pattern[patternIndex] === "*") {
    patternIndex += 1;
  }
  return patternIndex === pattern.length;
}
