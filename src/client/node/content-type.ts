// What an object is, by the end of its name.
import mime from "mime";

/** @returns undefined when nobody knows the extension */
export function contentTypeOf(key: string): string | undefined {
  return mime.getType(key) ?? undefined;
}
