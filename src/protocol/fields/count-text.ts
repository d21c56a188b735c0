// Sizes and counts on the wire: whole numbers from 0, in decimal.

/** The number that `text` writes, or undefined when there is none or it is no such number. */
export function parseCount(text: string | undefined): number | undefined {
  if (text === undefined || !/^\d{1,16}$/.test(text)) {
    return undefined;
  }
  const count = Number(text);
  return Number.isSafeInteger(count) ? count : undefined;
}
