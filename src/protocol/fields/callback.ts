// x-oss-callback and x-oss-callback-var: whom the service tells of an upload, and what. What is inside the Base64 is
// for the server to read.
// Source: OSS API, Callback.
import type { Dialect } from "../dialects/dialect.ts";
import { invalidArgument } from "../errors/service-error.ts";
import { type Headers, queryValue, type RequestMessage, type ResponseMessage } from "../http-message.ts";
import { present, presentHeaders } from "./present.ts";

export interface CallbackParameters {
  /** Base64 of a JSON document: `callbackUrl`, `callbackBody` and others. */
  readonly callback?: string;
  /** Base64 of a JSON document: values for the `${x:…}` of the body. */
  readonly callbackVar?: string;
}

export function encodeCallback({ callback, callbackVar }: CallbackParameters, dialect: Dialect): Headers {
  return presentHeaders({
    [`${dialect.headerPrefix}callback`]: callback,
    [`${dialect.headerPrefix}callback-var`]: callbackVar,
  });
}

/** @throws {ServiceError} InvalidArgument for one that stands in a header and in the query */
export function decodeCallback(request: RequestMessage, dialect: Dialect): CallbackParameters {
  return present({
    callback: headerOrParameter("callback", request, dialect),
    callbackVar: headerOrParameter("callback-var", request, dialect),
  });
}

function headerOrParameter(
  parameterName: string,
  { headers, query }: RequestMessage,
  dialect: Dialect,
): string | undefined {
  const headerName = `${dialect.headerPrefix}${parameterName}`;
  const header = headers[headerName];
  const parameter = queryValue(query, parameterName);
  if (header !== undefined && parameter !== undefined) {
    throw invalidArgument(
      { name: headerName, value: header },
      `The callback stands in the header ${headerName} and in the parameter ${parameterName}; only one is allowed.`,
    );
  }
  return header ?? parameter;
}

/** A successful callback's own answer, which takes the place of the service's. */
export function callbackAnswer(body: string, headers: Headers): ResponseMessage {
  return { status: 200, headers: { ...headers, "content-type": "application/json" }, text: body };
}

/** Whether an answer is a callback's: it is JSON, and the service writes none of its own. */
export function isCallbackAnswer(headers: Headers): boolean {
  return /^application\/json\b/i.test(headers["content-type"] ?? "");
}
