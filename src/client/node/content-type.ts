// What an object is, by the end of its name.

/** What the table of types is asked about; loading it takes 2.5 MB, which other keys need not pay. */
const HAS_EXTENSION = /\.[^./\\]+$/;

/** @returns undefined when the key has no extension, or nobody knows it */
export async function contentTypeOf(key: string): Promise<string | undefined> {
  if (!HAS_EXTENSION.test(key)) {
    return undefined;
  }
  const { default: mime } = await import("mime");
  return mime.getType(key) ?? undefined;
}
