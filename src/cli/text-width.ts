// How many columns of a terminal a text takes. Chinese, Japanese and Korean characters and emoji take two.

/** East Asian wide and full-width ranges, and the pictures, as terminals draw them. */
const WIDE =
  /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6]|\p{Extended_Pictographic}/u;
/** Marks that join the character before them. */
const NO_WIDTH = /[\p{Mn}\p{Me}\p{Cf}]/u;
/** A file's name may have control characters; a terminal would obey them. */
const CONTROL = /\p{Cc}/gu;

export function textWidth(text: string): number {
  return Array.from(text).reduce((width, character) => width + characterWidth(character), 0);
}

/** `text`, or its beginning and `…`, in at most `columns` columns; without control characters. */
export function cutToWidth(text: string, columns: number): string {
  const printable = text.replace(CONTROL, "?");
  if (textWidth(printable) <= columns) {
    return printable;
  }
  let cut = "";
  let width = 1;
  for (const character of printable) {
    width += characterWidth(character);
    if (width > columns) {
      break;
    }
    cut += character;
  }
  return `${cut}…`;
}

function characterWidth(character: string): number {
  if (NO_WIDTH.test(character)) {
    return 0;
  }
  return WIDE.test(character) && character > "\u00FF" ? 2 : 1;
}
