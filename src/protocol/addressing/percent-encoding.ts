// Percent-encoding as OSS canonicalises it: every byte of UTF-8 except A–Z a–z 0–9 - _ . ~ is escaped.
// Stricter than encodeURIComponent, which leaves ! ' ( ) * alone, and never "+" for a blank.

/** Escapes a name or value of a query, "/" too. */
export function percentEncode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** Escapes a key for a path: "/" stays. */
export function percentEncodePath(key: string): string {
  return percentEncode(key).replaceAll("%2F", "/");
}

/**
 * Decodes once, as UTF-8; "+" stays a plus.
 *
 * @returns undefined when `text` has a broken escape or is no UTF-8
 */
export function percentDecode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
