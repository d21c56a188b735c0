// What the fields of a form say about the object: the same facts as the headers of a PUT, in other places.
// Source: OSS API, PostObject.
import { invalidArgument } from "../errors/service-error.ts";
import { type Form, formValue, type Headers } from "../http-message.ts";

/** In a key it stands for the name of the file. */
const FILE_NAME_VARIABLE = "$" + "{filename}";

/** The form's field for the type of the object; the browser writes another beside the file. */
export const POSTED_CONTENT_TYPE_FIELD = "x-oss-content-type";

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what no header may have
const CONTROL_CHARACTER = /[\u0000-\u0008\u000A-\u001F\u007F]/;
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9a-z-]+$/;

/** The field `key` with the file's name in it, or undefined when the form has none. */
export function postedKey(form: Form): string | undefined {
  return formValue(form, "key")?.replaceAll(FILE_NAME_VARIABLE, () => form.file.name ?? "");
}

/** The type that the object gets: the form's own field goes before what the browser says about the file. */
export function postedContentType(form: Form): string | undefined {
  return (
    formValue(form, POSTED_CONTENT_TYPE_FIELD) ?? formValue(form, "content-type") ?? form.file.contentType
  );
}

/**
 * The fields as headers of a PUT would be: lower-case names, of repeated ones the first.
 *
 * @throws {ServiceError} InvalidArgument for what no header can carry, in a field that is stored with the object
 */
export function postedHeaders(form: Form): Headers {
  const headers = new Map<string, string>();
  for (const [name, value] of form.fields.toReversed()) {
    headers.set(name.toLowerCase(), value.trim());
  }
  headers.delete("content-type");
  const contentType = postedContentType(form)?.trim();
  if (contentType) {
    headers.set("content-type", contentType);
  }
  for (const name of STORED_STANDARD_FIELDS) {
    assertHeader(name, headers.get(name) ?? "");
  }
  for (const [name, value] of headers) {
    if (name.startsWith("x-oss-")) {
      assertHeader(name, value);
    }
  }
  return Object.fromEntries(headers);
}

const STORED_STANDARD_FIELDS = [
  "cache-control",
  "content-disposition",
  "content-encoding",
  "content-language",
  "content-type",
  "expires",
] as const;

function assertHeader(name: string, value: string): void {
  if (!HEADER_NAME.test(name) || CONTROL_CHARACTER.test(value)) {
    throw invalidArgument({ name, value }, `The form's field ${JSON.stringify(name)} can be no header.`);
  }
}
