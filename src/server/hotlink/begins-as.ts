// Patterns of how a text begins: `*` is any text, also none, `?` is one character.

/**
 * Whether `text` begins as `pattern` describes.
 *
 * It takes time in proportion to the text and to the pattern, but not to both at once, whatever the pattern: the pieces
 * between the stars are looked for one behind the other, each by a search that never goes back in the text. The first
 * place that fits is the best one, for it leaves the most to the pieces behind it.
 */
export function beginsAs(pattern: string, text: string): boolean {
  const [first = "", ...pieces] = pattern.split("*");
  if (!standsAtStart(first, text)) {
    return false;
  }
  let index = first.length;
  for (const piece of pieces) {
    const found = indexOfPiece(piece, text, index);
    if (found === -1) {
      return false;
    }
    index = found + piece.length;
  }
  return true;
}

function standsAtStart(piece: string, text: string): boolean {
  if (piece.length > text.length) {
    return false;
  }
  for (let index = 0; index < piece.length; index += 1) {
    if (piece[index] !== "?" && piece[index] !== text[index]) {
      return false;
    }
  }
  return true;
}

function indexOfPiece(piece: string, text: string, fromIndex: number): number {
  return piece.includes("?") ? indexOfFuzzy(piece, text, fromIndex) : text.indexOf(piece, fromIndex);
}

/**
 * Bit i of the state says that the piece's first i + 1 characters fit those that were read last, so that one step of a
 * few machine words follows all places at once where the piece may begin.
 *
 * Source: R. Baeza-Yates and G. Gonnet, A New Approach to Text Searching, 1992 (Shift-And).
 */
function indexOfFuzzy(piece: string, text: string, fromIndex: number): number {
  const { placesOf, placesOfAny } = placesIn(piece);
  const whole = 1n << BigInt(piece.length - 1);
  let state = 0n;
  for (let index = fromIndex; index < text.length; index += 1) {
    state = ((state << 1n) | 1n) & ((placesOf.get(text[index] ?? "") ?? 0n) | placesOfAny);
    if ((state & whole) !== 0n) {
      return index + 1 - piece.length;
    }
  }
  return -1;
}

/** Where in the piece each character stands, as bits, and where any may. */
function placesIn(piece: string) {
  const placesOf = new Map<string, bigint>();
  let placesOfAny = 0n;
  for (const [index, sign] of piece.split("").entries()) {
    const place = 1n << BigInt(index);
    if (sign === "?") {
      placesOfAny |= place;
    } else {
      placesOf.set(sign, (placesOf.get(sign) ?? 0n) | place);
    }
  }
  return { placesOf, placesOfAny };
}
