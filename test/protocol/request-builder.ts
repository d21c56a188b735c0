// A request about one object, unless the test says otherwise.
import {
  type Form,
  type Headers,
  type Method,
  type RequestMessage,
  type Resource,
  type ResponseMessage,
  ServiceError,
} from "../../src/protocol/index.ts";

export interface RequestParts {
  readonly method?: Method;
  readonly resource?: Resource;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Headers;
  readonly text?: string;
}

export const EXAMPLE_OBJECT: Resource = { bucket: "examplebucket", key: "dir/a.txt" };
export const EXAMPLE_BUCKET: Resource = { bucket: "examplebucket" };

export function aRequest({ method, resource, query, headers, text }: RequestParts = {}): RequestMessage {
  return {
    method: method ?? "GET",
    resource: resource ?? EXAMPLE_OBJECT,
    query: Object.entries(query ?? {}),
    headers: headers ?? {},
    ...(text === undefined ? {} : { text }),
  };
}

/** A form of these fields, for a file without a name. */
export function aForm(fields: Readonly<Record<string, string>>, file: Form["file"] = {}): Form {
  return { fields: Object.entries(fields), file };
}

export function anXmlAnswer(text: string, headers: Headers = {}): ResponseMessage {
  return { status: 200, headers, text };
}

/** What `assert.throws` expects of a service error: its code and fields, and where given its message and EC. */
export function serviceError(
  code: string,
  expected: {
    readonly fields?: Readonly<Record<string, string>>;
    readonly ec?: string;
    readonly message?: string;
  } = {},
): (thrown: unknown) => boolean {
  return (thrown) =>
    thrown instanceof ServiceError &&
    thrown.code === code &&
    (expected.ec === undefined || thrown.ec === expected.ec) &&
    (expected.message === undefined || thrown.message === expected.message) &&
    Object.entries(expected.fields ?? {}).every(([name, value]) => thrown.fields[name] === value);
}
