// What text XML 1.0 can hold: not even a character reference may name most control characters.

/** Whether every character of `text` arrives when it is written as XML. */
export function isXmlText(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: exactly the characters that XML 1.0 cannot hold
  return !/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]|\p{Surrogate}/u.test(text);
}
